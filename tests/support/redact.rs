//! Takes out of a text what differs from run to run, for golden texts.

use crate::Project;

/// Replaces the project's folder and ports, process ids, addresses, ids of deployments, and times of processes.
///
/// `[DIR]`, `[PRODUCTION]`, `[TEST]` stand for those of the project; `[PID]`, `[PORT]`, `[ID]`, `[TIME]` for any
/// other.
#[must_use]
pub fn redact(project: &Project, text: &str) -> String {
    let folder = std::fs::canonicalize(project.folder()).unwrap_or_default();
    let service = crate::programs::demo_service();
    let text = text
        .replace(&folder.display().to_string(), "[DIR]")
        .replace(&project.folder().display().to_string(), "[DIR]")
        .replace(&service.display().to_string(), "[SERVICE]")
        .replace(&project.production().port().to_string(), "[PRODUCTION]")
        .replace(&project.test().port().to_string(), "[TEST]");
    let text = after(&text, "pid ", |c| c.is_ascii_digit(), "[PID]");
    let text = after(&text, "127.0.0.1:", |c| c.is_ascii_digit(), "[PORT]");
    let text = after(&text, "stopped in ", |c| c.is_ascii_digit() || c == '.', "[TIME]");
    after(&text, " d-", |c| c.is_ascii_uppercase() || c.is_ascii_digit(), "[ID]")
}

/// Replaces the characters that follow each `before`.
fn after(text: &str, before: &str, part: impl Fn(char) -> bool, with: &str) -> String {
    let mut pieces = text.split(before);
    let mut redacted = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let rest = piece.trim_start_matches(&part);
        redacted.push_str(before);
        redacted.push_str(if rest.len() < piece.len() { with } else { "" });
        redacted.push_str(rest);
    }
    redacted
}
