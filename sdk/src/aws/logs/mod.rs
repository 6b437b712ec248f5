//! What hook functions wrote: lines of CloudWatch Logs.

mod hook_log;
mod line;
mod reader;

use std::collections::BTreeMap;

use greenlight_core::HookEvent;

pub(super) use self::hook_log::{HookLog, SETTLES_AFTER};
pub use self::line::HookLogLine;
pub(super) use self::reader::{LogReader, Reading, TOO_LONG, Window, group};

/// The logs of a deployment's hooks, as far as they were read.
#[derive(Debug, Clone, Default)]
pub(super) struct HookLogs(BTreeMap<HookEvent, HookLog>);

impl HookLogs {
    /// The log of one hook; none where logs are not read.
    pub(super) fn of(&self, event: HookEvent) -> Option<&HookLog> {
        self.0.get(&event)
    }

    pub(super) fn of_mut(&mut self, event: HookEvent) -> &mut HookLog {
        self.0.entry(event).or_default()
    }
}
