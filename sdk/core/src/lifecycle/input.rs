//! What a lifecycle is told.

use crate::{DeploymentStatus, HookExecutionId, HookStatus, Percent, Rollback, TaskSetLabel, WaitKind};

/// Something that the machine is told. Answers to actions that come after the deployment has ended, or that do
/// not fit its phase, are ignored: they were overtaken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Begin. Only the first one counts.
    Start,
    /// Time has passed.
    Tick,
    /// Answer to [`CreateTaskSet`](super::Action::CreateTaskSet): the replacement is there and healthy.
    TaskSetHealthy,
    /// Answer to [`CreateTaskSet`](super::Action::CreateTaskSet): it did not start, or did not become healthy.
    TaskSetFailed {
        /// What happened, for people.
        detail: String,
    },
    /// A task set ended by itself.
    TaskSetExited {
        /// Which one.
        task_set: TaskSetLabel,
        /// What happened, for people.
        detail: String,
    },
    /// Answer to [`RouteTestTraffic`](super::Action::RouteTestTraffic).
    TestTrafficRouted,
    /// Answer to [`RouteTestTraffic`](super::Action::RouteTestTraffic): the listener cannot be changed.
    TestTrafficNotRouted {
        /// What happened, for people; part of the deployment's error text.
        detail: String,
    },
    /// Answer to [`ShiftTraffic`](super::Action::ShiftTraffic).
    TrafficShifted {
        /// The replacement's share now: the one that was asked for. Any other is taken for the answer to an
        /// earlier step and ignored.
        green: Percent,
    },
    /// Answer to [`ShiftTraffic`](super::Action::ShiftTraffic): the listener, or the alias, cannot be changed.
    TrafficNotShifted {
        /// The replacement's share that was asked for. Any other is taken for the answer to an earlier step and
        /// ignored.
        green: Percent,
        /// What happened, for people; part of the deployment's error text.
        detail: String,
    },
    /// Answer to [`DeleteTaskSet`](super::Action::DeleteTaskSet).
    TaskSetDeleted {
        /// Which one.
        task_set: TaskSetLabel,
    },
    /// A hook reported.
    HookReported {
        /// Under which id.
        execution: HookExecutionId,
        /// What.
        status: HookStatus,
        /// Why, when that is known; the service's own callback carries no reason.
        reason: Option<String>,
    },
    /// A hook function could not be invoked at all.
    HookNotInvoked {
        /// Under which id it would have reported.
        execution: HookExecutionId,
        /// What happened, for people.
        detail: String,
    },
    /// Alarms of the deployment group went off.
    AlarmsActive {
        /// Their names.
        names: Vec<String>,
    },
    /// An operator ends a wait.
    Continue(WaitKind),
    /// An operator stops the deployment.
    Stop(Rollback),
}

/// Why an operator's or a hook's input was refused. The machine is as it was before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The deployment has ended, or is so near its end that it cannot be stopped; then the status is not terminal.
    #[error("{}", too_late(*.0))]
    AlreadyCompleted(DeploymentStatus),
    /// The deployment is not in that wait.
    #[error("the deployment is {status} and not in its {wait}")]
    NotWaiting {
        /// Where it stands.
        status: DeploymentStatus,
        /// Which wait was named.
        wait: WaitKind,
    },
    /// No hook of this deployment runs or ran under this id.
    #[error("the deployment has no hook execution with this id")]
    UnknownExecution,
    /// The hook has reported, or its time ran out.
    #[error("this hook execution has already ended")]
    HookAlreadyCompleted,
}

fn too_late(status: DeploymentStatus) -> String {
    if status.is_terminal() {
        format!("the deployment has already ended as {status}")
    } else {
        format!("the deployment is {status} and past the point at which it can be stopped; wait for its end")
    }
}
