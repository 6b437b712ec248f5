//! What was asked for and not answered yet: how a driver that was killed takes up its work again.

use super::Lifecycle;
use crate::lifecycle::phase::Phase;
use crate::lifecycle::{Action, HookInvocation};

impl Lifecycle {
    /// The actions that were asked for, are not answered yet and are not overtaken, exactly as they were given out.
    ///
    /// A driver that keeps its machine in a store and was killed reads it back and goes on in two steps:
    ///
    /// 1. [`step`](Self::step) with [`Input::Tick`](super::Input::Tick): what became overdue meanwhile. If that has
    ///    outputs, they have overtaken whatever was outstanding: carry them out, and nothing else.
    /// 2. Otherwise carry out what is outstanding. It may have been done before the driver was killed, wholly or in
    ///    part, so each action must be harmless when it is repeated. A repeated hook keeps its execution id and its
    ///    first deadline. An answer that comes twice changes nothing.
    ///
    /// Not in the list, because nobody answers them, so that the machine cannot know whether they are done:
    ///
    /// - [`StartRollback`](Action::StartRollback): store the rollback's own machine in the transaction that stores
    ///   the end of this one. [`rollback`](Self::rollback) names it.
    /// - [`SetPrimary`](Action::SetPrimary) and [`CancelHook`](Action::CancelHook): the same transaction, or from
    ///   what the machine says: [`primary`](Self::primary), and hooks that are not outstanding are not wanted.
    ///
    /// A machine whose [`status`](Self::status) is still
    /// [`Created`](crate::DeploymentStatus::Created) has nothing outstanding: give it
    /// [`Input::Start`](super::Input::Start), which counts once however often it is given.
    ///
    /// ```
    /// use greenlight_core::lifecycle::{Action, Input, Lifecycle, Settings};
    /// use greenlight_core::{Percent, Timestamp, TrafficRouting};
    ///
    /// let settings = Settings::forward("d-1NNWZG91L".parse()?, TrafficRouting::AllAtOnce);
    /// let mut lifecycle = Lifecycle::new(settings, Timestamp::EPOCH);
    /// lifecycle.step(Timestamp::EPOCH, Input::Start)?;
    /// let stored = serde_json::to_string(&lifecycle)?;
    ///
    /// // The driver is killed here, and started again.
    /// let mut lifecycle: Lifecycle = serde_json::from_str(&stored)?;
    /// assert_eq!(lifecycle.outstanding(), [Action::CreateTaskSet]);
    /// lifecycle.step(Timestamp::EPOCH, Input::TaskSetHealthy)?;
    /// assert!(!lifecycle.outstanding().contains(&Action::CreateTaskSet));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn outstanding(&self) -> Vec<Action> {
        let action = match &self.phase {
            Phase::Installing { .. } => Some(Action::CreateTaskSet),
            Phase::RoutingTest { .. } => Some(Action::RouteTestTraffic(self.target())),
            Phase::Hook { deadline, .. } => self.hook_under_way().map(|(event, hook)| {
                Action::InvokeHook(HookInvocation {
                    event,
                    function: hook.function.clone(),
                    execution: hook.execution.clone(),
                    deadline: *deadline,
                })
            }),
            Phase::Shifting { step, deadline: Some(_), .. } => {
                Some(Action::ShiftTraffic(self.share_after(*step)))
            }
            Phase::Deleting { .. } => Some(Action::DeleteTaskSet(self.target().other())),
            Phase::Created
            | Phase::Ready { .. }
            | Phase::Shifting { deadline: None, .. }
            | Phase::TerminationWait { .. }
            | Phase::Ended => None,
        };
        action.into_iter().collect()
    }
}
