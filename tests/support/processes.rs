//! A look at the process table.

use std::fs;

/// The variable that marks a process and all that it starts.
pub const MARK: &str = "GREENLIGHT_TEST_MARK";

/// A process that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its id.
    pub id: u32,
    /// Its command line.
    pub command: String,
}

/// The processes with this mark: the command that a test started, and everything that came from it.
#[must_use]
pub fn marked(mark: &str) -> Vec<Process> {
    let mark = format!("{MARK}={mark}");
    all().filter(|process| holds(process.id, "environ", &mark)).collect()
}

/// As [`marked`], those of the demo service of this version only.
#[must_use]
pub fn services(mark: &str, version: &str) -> Vec<Process> {
    let option = format!("--version-label {version}");
    let mut found = marked(mark);
    // The shell that starts the service has its whole command line too, for a moment.
    found.retain(|process| process.command.contains(&option) && !process.command.starts_with("/bin/sh"));
    found
}

/// Whether there is a process with this id that has not ended.
#[must_use]
pub fn is_alive(id: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    // "id (name) state ...": the name may hold anything, even parentheses.
    let state = stat.rsplit_once(')').and_then(|(_, rest)| rest.trim_start().chars().next());
    state.is_some_and(|state| !matches!(state, 'Z' | 'X'))
}

fn all() -> impl Iterator<Item = Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    ids.filter(|id| is_alive(*id)).map(|id| {
        let command = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        let words = command.split(|byte| *byte == 0).map(|word| String::from_utf8_lossy(word).into_owned());
        Process { id, command: words.collect::<Vec<_>>().join(" ").trim_end().to_owned() }
    })
}

fn holds(id: u32, file: &str, entry: &str) -> bool {
    let bytes = fs::read(format!("/proc/{id}/{file}")).unwrap_or_default();
    bytes.split(|byte| *byte == 0).any(|found| found == entry.as_bytes())
}
