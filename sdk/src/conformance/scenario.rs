//! What a case asks its stage for.

use std::fmt;
use std::time::Duration;

use greenlight_core::{AutoRollback, AutoRollbackEvent, HookEvent};

/// How a deployment group has to be for a case, and what its hook function does.
///
/// A [`Subject`](super::Subject) reads the fields one by one and sets its own things accordingly. Every deployment is
/// of an Amazon ECS service, all at once, and healthy as soon as it is started; each group has had a deployment
/// that succeeded, so that there is something to roll back to.
///
/// ```
/// use greenlight::conformance::Scenario;
///
/// let scenario = Scenario::plain();
/// assert_eq!(scenario.to_string(), "a deployment without hooks and waits");
/// assert!(scenario.test_listener && scenario.ready_wait.is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scenario {
    /// What it is called in reports.
    pub name: &'static str,
    /// The one hook of its AppSpecs, if there is one.
    pub hook: Option<ScenarioHook>,
    /// The wait before production traffic is shifted, which stops the deployment when it runs out.
    pub ready_wait: Option<Duration>,
    /// The wait before the original task set is deleted. Absent: it is deleted at once.
    pub termination_wait: Option<Duration>,
    /// Whether there is a test listener.
    pub test_listener: bool,
    /// When the group rolls back by itself.
    pub auto_rollback: AutoRollback,
    /// Whether the group has an alarm, which [`Stage::set_off_alarm`](super::Stage::set_off_alarm) sets off.
    pub alarm: bool,
}

/// The hook of a [`Scenario`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScenarioHook {
    /// At which event.
    pub event: HookEvent,
    /// What its function does.
    pub conduct: HookConduct,
}

/// What the hook function of a [`Scenario`] does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum HookConduct {
    /// It tells the stage that it was called, and leaves the report to the suite:
    /// [`Stage::hook_called`](super::Stage::hook_called).
    Held,
    /// It fails with this reason, at once.
    Fails {
        /// One sentence for people, as a validation function logs it.
        reason: &'static str,
    },
}

const HOUR: Duration = Duration::from_secs(3600);

impl Scenario {
    /// No hook, no waits, no rollback; a test listener.
    #[must_use]
    pub const fn plain() -> Self {
        Self {
            name: "a deployment without hooks and waits",
            hook: None,
            ready_wait: None,
            termination_wait: None,
            test_listener: true,
            auto_rollback: AutoRollback::disabled(),
            alarm: false,
        }
    }

    /// A hook that is held, at an event at which the replacement is there and gets no requests yet.
    pub(super) fn held() -> Self {
        Self::held_at(HookEvent::AfterInstall)
    }

    pub(super) fn held_at(event: HookEvent) -> Self {
        let hook = Some(ScenarioHook { event, conduct: HookConduct::Held });
        Self { name: "a hook that waits to be told", hook, ..Self::plain() }
    }

    /// A hook that fails after the replacement is there.
    pub(super) fn fails() -> Self {
        let conduct = HookConduct::Fails { reason: super::FAILURE };
        let hook = Some(ScenarioHook { event: HookEvent::AfterInstall, conduct });
        Self { name: "a hook that fails", hook, ..Self::plain() }
    }

    /// A wait of an hour before production traffic is shifted.
    pub(super) fn ready() -> Self {
        Self { name: "a wait to be continued", ..Self::plain().with_ready_wait() }
    }

    /// A wait of an hour before the original task set is deleted.
    pub(super) fn termination() -> Self {
        Self { name: "a wait before the original is deleted", ..Self::plain().with_termination_wait() }
    }

    pub(super) const fn with_ready_wait(mut self) -> Self {
        self.ready_wait = Some(HOUR);
        self
    }

    pub(super) const fn with_termination_wait(mut self) -> Self {
        self.termination_wait = Some(HOUR);
        self
    }

    pub(super) fn rolled_back_on(mut self, events: &[AutoRollbackEvent]) -> Self {
        self.auto_rollback = AutoRollback::on(events.iter().copied());
        self
    }

    pub(super) const fn without_test_listener(mut self) -> Self {
        self.test_listener = false;
        self
    }

    pub(super) const fn with_alarm(mut self) -> Self {
        self.alarm = true;
        self
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}
