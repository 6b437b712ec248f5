//! What happened in a deployment, in little room: a pipeline keeps the events of every deployment for whoever asks.

use greenlight_core::{
    DeploymentHead, DeploymentId, DeploymentStatus, EventKind, FunctionName, HookEvent, HookState,
    LifecycleEventName, LifecycleEventStatus, Percent, TaskSetLabel, Timestamp,
};

/// An [`EventKind`]. Those that every deployment has are kept without what its record tells anyway; others as they are.
#[derive(Debug)]
pub(super) enum Told {
    /// The deployment began; the names are in its head.
    Started {
        /// The deployment that this one rolls back.
        rolls_back: Option<DeploymentId>,
    },
    LifecycleEvent {
        name: LifecycleEventName,
        from: LifecycleEventStatus,
        to: LifecycleEventStatus,
    },
    TestTraffic {
        to: TaskSetLabel,
    },
    /// Blue has the rest.
    Traffic {
        green: Percent,
    },
    /// Of a hook without a reason.
    Hook {
        lifecycle_event: HookEvent,
        state: HookState,
        attempt: Attempt,
        duration: HookDuration,
        function: FunctionName,
    },
    TerminationWait {
        until: Timestamp,
    },
    /// It ended without an error.
    Ended(DeploymentStatus),
    /// Anything else.
    Whole(Box<EventKind>),
}

/// The number of a call, if it is a small one.
type Attempt = u8;

/// How long a hook ran, in milliseconds of up to seven weeks.
#[derive(Debug, Clone, Copy)]
pub(super) struct HookDuration(u32);

impl HookDuration {
    const UNKNOWN: Self = Self(u32::MAX);

    /// Nothing when it is too long to be kept like this.
    fn of(millis: Option<u64>) -> Option<Self> {
        match millis {
            None => Some(Self::UNKNOWN),
            Some(millis) => u32::try_from(millis).ok().filter(|millis| *millis != Self::UNKNOWN.0).map(Self),
        }
    }

    fn millis(self) -> Option<u64> {
        (self.0 != Self::UNKNOWN.0).then(|| u64::from(self.0))
    }
}

impl Told {
    /// What became of a hook.
    pub(super) fn hook(
        lifecycle_event: HookEvent,
        function: &FunctionName,
        state: HookState,
        attempt: u32,
        reason: Option<String>,
        duration_ms: Option<u64>,
    ) -> Self {
        match (Attempt::try_from(attempt), HookDuration::of(duration_ms), reason) {
            (Ok(attempt), Some(duration), None) => {
                Self::Hook { lifecycle_event, state, attempt, duration, function: function.clone() }
            }
            (_, _, reason) => Self::Whole(Box::new(EventKind::Hook {
                lifecycle_event,
                function: function.name().to_owned(),
                state,
                attempt,
                reason,
                duration_ms,
            })),
        }
    }

    /// An event that was kept outside, of the deployment with this head.
    pub(super) fn restored(kind: EventKind, head: &DeploymentHead) -> Self {
        match kind {
            EventKind::Started { application, deployment_group, deployment_config, rolls_back }
                if application == head.application
                    && deployment_group == head.deployment_group
                    && deployment_config == head.deployment_config =>
            {
                Self::Started { rolls_back }
            }
            EventKind::Hook { lifecycle_event, function, state, attempt, reason, duration_ms } => {
                match function.parse::<FunctionName>() {
                    Ok(name) if name.name() == function => {
                        Self::hook(lifecycle_event, &name, state, attempt, reason, duration_ms)
                    }
                    // Never told by this version, which tells a name.
                    _ => Self::Whole(Box::new(EventKind::Hook {
                        lifecycle_event,
                        function,
                        state,
                        attempt,
                        reason,
                        duration_ms,
                    })),
                }
            }
            other => other.into(),
        }
    }

    /// As it is told to whoever asks.
    pub(super) fn kind(&self, head: &DeploymentHead) -> EventKind {
        match self {
            Self::Started { rolls_back } => EventKind::Started {
                application: head.application.clone(),
                deployment_group: head.deployment_group.clone(),
                deployment_config: head.deployment_config.clone(),
                rolls_back: rolls_back.clone(),
            },
            Self::LifecycleEvent { name, from, to } => {
                EventKind::LifecycleEvent { name: *name, from: *from, to: *to }
            }
            Self::TestTraffic { to } => EventKind::TestTraffic { to: *to },
            Self::Traffic { green } => EventKind::Traffic { blue: green.rest(), green: *green },
            Self::Hook { lifecycle_event, state, attempt, duration, function } => EventKind::Hook {
                lifecycle_event: *lifecycle_event,
                function: function.name().to_owned(),
                state: *state,
                attempt: u32::from(*attempt),
                reason: None,
                duration_ms: duration.millis(),
            },
            Self::TerminationWait { until } => EventKind::TerminationWait { until: *until },
            Self::Ended(status) => EventKind::Ended { status: *status, error: None, reason: None },
            Self::Whole(kind) => EventKind::clone(kind),
        }
    }

    /// Whether it says that the deployment ended.
    pub(super) fn is_end(&self) -> bool {
        match self {
            Self::Ended(_) => true,
            Self::Whole(kind) => matches!(**kind, EventKind::Ended { .. }),
            _ => false,
        }
    }

    /// Whether a hook function printed it.
    pub(super) fn is_printed(&self) -> bool {
        matches!(self, Self::Whole(kind) if matches!(**kind, EventKind::HookLog { .. }))
    }
}

impl From<EventKind> for Told {
    fn from(kind: EventKind) -> Self {
        match kind {
            EventKind::LifecycleEvent { name, from, to } => Self::LifecycleEvent { name, from, to },
            EventKind::TestTraffic { to } => Self::TestTraffic { to },
            EventKind::Traffic { blue, green } if blue == green.rest() => Self::Traffic { green },
            EventKind::TerminationWait { until } => Self::TerminationWait { until },
            EventKind::Ended { status, error: None, reason: None } => Self::Ended(status),
            other => Self::Whole(Box::new(other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use greenlight_core::{ErrorCode, ErrorInformation};

    use super::*;

    fn head() -> DeploymentHead {
        let text = str::to_owned;
        DeploymentHead {
            application: text("shop"),
            deployment_group: text("web"),
            deployment_config: text("CodeDeployDefault.ECSAllAtOnce"),
            revision: text("0f"),
        }
    }

    fn hook(function: &str, attempt: u32, reason: Option<&str>, duration_ms: Option<u64>) -> EventKind {
        EventKind::Hook {
            lifecycle_event: HookEvent::AfterInstall,
            function: function.to_owned(),
            state: HookState::Failed,
            attempt,
            reason: reason.map(str::to_owned),
            duration_ms,
        }
    }

    fn started(group: &str) -> EventKind {
        EventKind::Started {
            application: "shop".to_owned(),
            deployment_group: group.to_owned(),
            deployment_config: "CodeDeployDefault.ECSAllAtOnce".to_owned(),
            rolls_back: Some(DeploymentId::from_numbers([7; 9])),
        }
    }

    #[test]
    fn every_event_is_told_as_it_was() {
        let until = Timestamp::from_millis(u64::MAX);
        let (blue, green) = (Percent::new(90).unwrap(), Percent::new(10).unwrap());
        let error = ErrorInformation { code: ErrorCode::Timeout, message: "late".to_owned() };
        let kinds = [
            started("web"),
            started("renamed since"),
            EventKind::LifecycleEvent {
                name: LifecycleEventName::AllowTraffic,
                from: LifecycleEventStatus::Pending,
                to: LifecycleEventStatus::InProgress,
            },
            EventKind::TestTraffic { to: TaskSetLabel::Green },
            EventKind::Traffic { blue, green },
            EventKind::Traffic { blue, green: blue },
            hook("judge", 1, None, None),
            hook("judge", 255, None, Some(0)),
            hook("judge", 256, None, Some(3)),
            hook("judge", 2, Some("too slow"), Some(3)),
            hook("judge", 2, None, Some(u64::from(u32::MAX) - 1)),
            hook("judge", 2, None, Some(u64::from(u32::MAX))),
            hook("judge", 2, None, Some(u64::MAX)),
            hook("not a name", 1, None, None),
            hook("judge:live", 1, None, None),
            hook("${Judge}", 1, None, None),
            EventKind::Ready { until },
            EventKind::TerminationWait { until },
            EventKind::Rollback { id: DeploymentId::from_numbers([1; 9]), message: "back".to_owned() },
            EventKind::Ended { status: DeploymentStatus::Succeeded, error: None, reason: None },
            EventKind::Ended { status: DeploymentStatus::Failed, error: Some(error), reason: None },
        ];
        for kind in kinds {
            assert_eq!(Told::restored(kind.clone(), &head()).kind(&head()), kind);
            assert_eq!(Told::from(kind.clone()).kind(&head()), kind);
        }
    }

    #[test]
    fn an_event_of_every_deployment_takes_little_room() {
        assert!(size_of::<Told>() <= 16, "{}", size_of::<Told>());
    }
}
