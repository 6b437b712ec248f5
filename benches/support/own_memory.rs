//! What this process holds, as the kernel counts it.

use std::{fs, io};

/// Bytes of this process's memory that are in the machine's, without what belongs to files.
///
/// # Errors
///
/// When the kernel is not Linux.
pub fn resident() -> io::Result<u64> {
    field("RssAnon:")
}

/// The most bytes that this process ever had in the machine's memory, files included.
///
/// # Errors
///
/// As [`resident`].
pub fn peak() -> io::Result<u64> {
    field("VmHWM:")
}

fn field(name: &str) -> io::Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    kibibytes(&status, name)
        .map(|kibibytes| kibibytes * 1024)
        .ok_or_else(|| io::Error::other(format!("/proc/self/status has no line {name}")))
}

fn kibibytes(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_allocated_and_written_is_seen() {
        let before = resident().unwrap();
        let written = vec![1_u8; 64 << 20];
        let after = resident().unwrap();
        assert!(after - before >= 60 << 20, "{before} bytes before, {after} after");
        assert!(peak().unwrap() >= after);
        drop(written);
    }

    #[test]
    fn a_line_is_found_by_its_whole_name() {
        let status = "VmHWM:\t  2048 kB\nVmRSS:\t 1024 kB\nRssAnon:\t     512 kB\n";
        assert_eq!(kibibytes(status, "RssAnon:"), Some(512));
        assert_eq!(kibibytes(status, "RssFile:"), None);
    }
}
