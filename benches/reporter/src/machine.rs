//! The machine that the figures are of.

use std::{fmt, fs, thread};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// What the machine is, and what it was busy with.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub(crate) date: String,
    processors: usize,
    processor: String,
    memory: String,
    kernel: String,
    pub(crate) load: String,
}

impl Machine {
    /// Looks at this one, now.
    pub(crate) fn here() -> Self {
        let now = OffsetDateTime::now_utc();
        let now = now.replace_nanosecond(0).unwrap_or(now);
        Self {
            date: now.format(&Rfc3339).unwrap_or_else(|_| unknown()),
            processors: thread::available_parallelism().map_or(1, Into::into),
            processor: line_of("/proc/cpuinfo", "model name"),
            memory: line_of("/proc/meminfo", "MemTotal"),
            kernel: read("/proc/sys/kernel/osrelease"),
            load: load(),
        }
    }
}

/// How many programs ran or waited to run in the last 1, 5 and 15 minutes: noise, where it is more than the benchmark's own.
pub(crate) fn load() -> String {
    read("/proc/loadavg").split(' ').take(3).collect::<Vec<_>>().join(" ")
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { processors, processor, memory, kernel, .. } = self;
        write!(f, "{processors} processors ({processor}), {memory} of memory, kernel {kernel}")
    }
}

fn line_of(path: &str, key: &str) -> String {
    let text = read(path);
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    lines
        .into_iter()
        .find(|(found, _)| found.trim() == key)
        .map_or_else(unknown, |(_, value)| value.trim().to_owned())
}

fn read(path: &str) -> String {
    fs::read_to_string(path).map_or_else(|_| unknown(), |text| text.trim().to_owned())
}

fn unknown() -> String {
    "unknown".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn the_machine_tells_its_kernel_and_its_load() {
        let machine = Machine::here();
        assert!(!machine.to_string().contains("kernel unknown"), "{machine}");
        let load: Vec<f64> = machine.load.split(' ').map(|value| value.parse().unwrap()).collect();
        assert_eq!(load.len(), 3);
    }
}
