//! What a process is given to work on.

use bytes::Bytes;
use greenlight_core::HookExecutionId;

/// One call of a function.
#[derive(Clone, Debug)]
pub(super) struct Work {
    pub(super) request_id: String,
    /// JSON.
    pub(super) event: Bytes,
    /// What the process may report for from now on.
    pub(super) execution: Option<HookExecutionId>,
}
