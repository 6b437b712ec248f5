//! Names of lifecycle events, and which of them can run a hook.

use crate::string_enum::string_enum;

string_enum! {
    /// A lifecycle event of a deployment, in the service's order.
    ///
    /// An ECS deployment has all eight. Without a test listener the service lists only six: `AllowTestTraffic` and
    /// `AfterAllowTestTraffic` are missing altogether. A Lambda deployment has the last three.
    pub enum LifecycleEventName {
        /// Before the replacement task set is created. Can run a hook.
        BeforeInstall = "BeforeInstall",
        /// The replacement task set is created and becomes healthy.
        Install = "Install",
        /// The replacement task set is there, without traffic. Can run a hook.
        AfterInstall = "AfterInstall",
        /// The test listener is pointed at the replacement task set.
        AllowTestTraffic = "AllowTestTraffic",
        /// Test traffic reaches the replacement task set: the main place to validate. Can run a hook.
        AfterAllowTestTraffic = "AfterAllowTestTraffic",
        /// Before production traffic is shifted. Can run a hook.
        BeforeAllowTraffic = "BeforeAllowTraffic",
        /// Production traffic is shifted, step by step.
        AllowTraffic = "AllowTraffic",
        /// All production traffic reaches the replacement task set. Can run a hook.
        AfterAllowTraffic = "AfterAllowTraffic",
    }
}

string_enum! {
    /// A lifecycle event at which a validation test can run, in the service's order.
    pub enum HookEvent {
        /// Before the replacement task set is created.
        BeforeInstall = "BeforeInstall",
        /// The replacement task set is there, without traffic.
        AfterInstall = "AfterInstall",
        /// Test traffic reaches the replacement task set.
        AfterAllowTestTraffic = "AfterAllowTestTraffic",
        /// Before production traffic is shifted.
        BeforeAllowTraffic = "BeforeAllowTraffic",
        /// All production traffic reaches the replacement task set.
        AfterAllowTraffic = "AfterAllowTraffic",
    }
}

impl LifecycleEventName {
    /// The events of an ECS deployment in order: eight with a test listener, six without.
    pub fn of_ecs_deployment(test_listener: bool) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |name| {
            test_listener || !matches!(name, Self::AllowTestTraffic | Self::AfterAllowTestTraffic)
        })
    }

    /// The events of a Lambda deployment in order.
    ///
    /// ```
    /// use greenlight_core::LifecycleEventName::{self, AfterAllowTraffic, AllowTraffic, BeforeAllowTraffic};
    ///
    /// let events: Vec<_> = LifecycleEventName::of_lambda_deployment().collect();
    /// assert_eq!(events, [BeforeAllowTraffic, AllowTraffic, AfterAllowTraffic]);
    /// ```
    pub fn of_lambda_deployment() -> impl Iterator<Item = Self> {
        [Self::BeforeAllowTraffic, Self::AllowTraffic, Self::AfterAllowTraffic].into_iter()
    }

    /// The hook event of this name, or none where the service itself does the work.
    #[must_use]
    pub const fn hook_event(self) -> Option<HookEvent> {
        match self {
            Self::BeforeInstall => Some(HookEvent::BeforeInstall),
            Self::AfterInstall => Some(HookEvent::AfterInstall),
            Self::AfterAllowTestTraffic => Some(HookEvent::AfterAllowTestTraffic),
            Self::BeforeAllowTraffic => Some(HookEvent::BeforeAllowTraffic),
            Self::AfterAllowTraffic => Some(HookEvent::AfterAllowTraffic),
            Self::Install | Self::AllowTestTraffic | Self::AllowTraffic => None,
        }
    }
}

impl From<HookEvent> for LifecycleEventName {
    fn from(event: HookEvent) -> Self {
        match event {
            HookEvent::BeforeInstall => Self::BeforeInstall,
            HookEvent::AfterInstall => Self::AfterInstall,
            HookEvent::AfterAllowTestTraffic => Self::AfterAllowTestTraffic,
            HookEvent::BeforeAllowTraffic => Self::BeforeAllowTraffic,
            HookEvent::AfterAllowTraffic => Self::AfterAllowTraffic,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hook_event_and_its_lifecycle_event_have_one_name() {
        for event in HookEvent::ALL.iter().copied() {
            let name = LifecycleEventName::from(event);
            assert_eq!(name.as_str(), event.as_str());
            assert_eq!(name.hook_event(), Some(event));
        }
    }

    #[test]
    fn without_a_test_listener_six_events_are_left() {
        assert_eq!(LifecycleEventName::of_ecs_deployment(true).count(), 8);
        assert_eq!(LifecycleEventName::of_ecs_deployment(false).count(), 6);
    }
}
