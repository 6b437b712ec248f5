//! What a number means nothing without.

use std::{fmt, fs, thread};

/// The machine and the versions, for the head of every table.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Conditions {
    /// Processors that this program may use.
    pub processors: usize,
    /// What the processor calls itself.
    pub processor: String,
    /// The kernel's release.
    pub kernel: String,
    /// Programs that ran or waited to run in the last minute, on average: noise, if more than nothing.
    pub load: String,
    /// The engine's version.
    pub wasmtime: String,
    /// The compiler's version.
    pub rust: String,
    /// Whether this program was optimised.
    pub profile: &'static str,
}

impl Conditions {
    /// Looks at this machine and at how this program was built.
    #[must_use]
    pub fn here() -> Self {
        Self {
            processors: thread::available_parallelism().map_or(1, Into::into),
            processor: system("/proc/cpuinfo", |text| after(text, "model name", ':')),
            kernel: system("/proc/sys/kernel/osrelease", |text| text.lines().next().map(str::to_owned)),
            load: system("/proc/loadavg", |text| text.split(' ').next().map(str::to_owned)),
            wasmtime: locked_version("wasmtime").unwrap_or_else(unknown),
            rust: after(include_str!("../../rust-toolchain.toml"), "channel", '=').unwrap_or_else(unknown),
            profile: if cfg!(debug_assertions) { "not optimised: numbers mean nothing" } else { "optimised" },
        }
    }
}

impl fmt::Display for Conditions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { processors, processor, kernel, load, wasmtime, rust, profile } = self;
        write!(f, "{processors} processors ({processor}), kernel {kernel}, load {load} at the start; ")?;
        write!(f, "wasmtime {wasmtime}, rust {rust}, {profile}")
    }
}

fn unknown() -> String {
    "unknown".to_owned()
}

fn system(path: &str, read: impl FnOnce(&str) -> Option<String>) -> String {
    fs::read_to_string(path).ok().and_then(|text| read(&text)).unwrap_or_else(unknown)
}

/// The value in the first line of the form `key = value`, without quotes.
fn after(text: &str, key: &str, separator: char) -> Option<String> {
    let lines = text.lines().filter_map(|line| line.split_once(separator));
    let value = lines.into_iter().find(|(found, _)| found.trim() == key)?.1;
    Some(value.trim().trim_matches('"').to_owned())
}

/// The version of a package that this program was built with: the newest, for what is compared may bring an older one.
fn locked_version(package: &str) -> Option<String> {
    let (_, entry) = include_str!("../../Cargo.lock").rsplit_once(&format!("name = \"{package}\"\n"))?;
    after(entry, "version", '=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_the_files_that_set_them() {
        let conditions = Conditions::here();
        assert!(conditions.wasmtime.starts_with("48."), "{conditions}");
        assert!(conditions.rust.starts_with("1."), "{conditions}");
    }

    #[test]
    fn a_number_without_optimisation_is_called_meaningless() {
        assert_eq!(Conditions::here().to_string().contains("mean nothing"), cfg!(debug_assertions));
    }
}
