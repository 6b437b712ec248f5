//! What the host has to say of each fault: golden texts, in `sentences.txt`.

use std::fs;
use std::path::PathBuf;

use snapbox::assert_data_eq;

/// Holds what the host said last against the file, in which `[..]` stands for anything.
pub(super) fn expect(fault: &str, said: &str) {
    println!("{fault}\n  {said}");
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fault_table/sentences.txt");
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let known = lines.by_ref().any(|line| line == fault);
    assert!(known, "sentences.txt does not know {fault}, of which the host said: {said}");
    assert_data_eq!(said, lines.next().unwrap_or_default().trim_start().to_owned());
}
