//! Faults of plugins.

use std::time::Duration;

use super::row::{Ends, Row};
use crate::support::bundle::bundle;
use crate::support::plugin;

/// A row of a plugin that does `behaviour` with these settings in the suite and in its own config.
fn row(fault: &'static str, behaviour: &str, settings: &str, config: &str) -> Row {
    let suite = plugin("smoke", behaviour, settings) + config;
    Row::new(fault, bundle(&suite), Ends::Failed)
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        row("unreachable trap", "unreachable", "", ""),
        row("endless loop, of which the suite allows 1 s", "loop", "cpu = \"1s\"", ""),
        row("endless wait in the host, of which the suite allows 2 s", "sleep", "timeout = \"2s\"", ""),
        row("memory bomb", "memory", "", ""),
        row("stack overflow", "stack-overflow", "", ""),
        row("exit(0) before a verdict", "exit-0", "", ""),
        flood(),
        row("host that is not granted", "fetch", "", "url = \"https://example.com/\"\n"),
        row("plugin that outlasts the function's timeout of 3 s", "sleep", "timeout = \"10m\"", "")
            .timeout(Duration::from_secs(3)),
    ]
}

/// A plugin that says too much is no failure: its verdict counts, and its log is cut.
fn flood() -> Row {
    let config = "lines = 65536\nline_bytes = 1024\n";
    let suite = plugin("smoke", "log-flood", "timeout = \"50s\"\ncpu = \"50s\"") + config;
    Row::new("64 MiB of log", bundle(&suite), Ends::Succeeded).also_logs("\"dropped_log_bytes\":")
}
