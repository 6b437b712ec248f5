//! What a deployment is doing at the moment.

use serde::{Deserialize, Serialize};

use crate::{HookExecutionId, Timestamp};

/// What a deployment is doing, and what it waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Phase {
    /// Accepted, waits for its start.
    Created,
    /// The replacement task set is being created.
    Installing { deadline: Timestamp },
    /// The test listener is being changed.
    RoutingTest { deadline: Timestamp },
    /// A hook runs.
    Hook { execution: HookExecutionId, deadline: Timestamp },
    /// Waits to be continued; then goes on with this event.
    Ready { until: Timestamp, next_event: usize },
    /// Production traffic moves: step `step` was asked for, and is done where there is no deadline for its answer.
    Shifting { began: Timestamp, step: u32, deadline: Option<Timestamp> },
    /// All events are done; waits before the original task set is deleted.
    TerminationWait { until: Timestamp },
    /// The task set that is not needed any more is being deleted.
    Deleting { deadline: Timestamp },
    /// Nothing happens any more.
    Ended,
}
