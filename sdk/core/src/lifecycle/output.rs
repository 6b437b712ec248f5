//! What a lifecycle asks for and tells.

use super::Settings;
use crate::{EventKind, FunctionName, HookEvent, HookExecutionId, Percent, TaskSetLabel, Timestamp};

/// One output of a step. Outputs are to be carried out and told in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Something to do.
    Action(Action),
    /// Something to tell, and the time at which it happened.
    Event(Timestamp, EventKind),
}

/// Something to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Start the replacement task set and wait until it is healthy; answer with
    /// [`TaskSetHealthy`](super::Input::TaskSetHealthy) or [`TaskSetFailed`](super::Input::TaskSetFailed).
    CreateTaskSet,
    /// Point the test listener at a task set; answer with [`TestTrafficRouted`](super::Input::TestTrafficRouted)
    /// or [`TestTrafficNotRouted`](super::Input::TestTrafficNotRouted).
    RouteTestTraffic(TaskSetLabel),
    /// Give the replacement this share of production requests, or the target version this weight of the alias; answer
    /// with
    /// [`TrafficShifted`](super::Input::TrafficShifted) or [`TrafficNotShifted`](super::Input::TrafficNotShifted).
    ShiftTraffic(Percent),
    /// Invoke a hook function; it answers by reporting.
    InvokeHook(HookInvocation),
    /// The result of a hook that is under way does not matter any more.
    CancelHook(HookExecutionId),
    /// Make this task set the primary one, or let the alias point to this version alone. No answer.
    SetPrimary(TaskSetLabel),
    /// Drain and delete a task set; answer with [`TaskSetDeleted`](super::Input::TaskSetDeleted).
    DeleteTaskSet(TaskSetLabel),
    /// Create the deployment that rolls this one back, with these settings, and start it.
    StartRollback(Box<Settings>),
}

/// A hook function to invoke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookInvocation {
    /// At which event.
    pub event: HookEvent,
    /// The function.
    pub function: FunctionName,
    /// The id under which it reports.
    pub execution: HookExecutionId,
    /// When the service stops waiting for the report.
    pub deadline: Timestamp,
}
