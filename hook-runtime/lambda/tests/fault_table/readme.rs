//! The table as readers of the crate's README find it.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use super::processors;
use super::row::Measured;

const BEGIN: &str = "<!-- the fault table, as measured -->\n";
const END: &str = "<!-- the end of the fault table -->\n";

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("README.md")
}

/// Every fault has to have its row.
pub(super) fn expect_rows(table: &[Measured]) {
    let text = fs::read_to_string(path()).unwrap();
    for Measured { fault, ends, .. } in table {
        let row = format!("\n| {fault} | {ends} |");
        assert!(text.contains(&row), "the README has no row of {fault} that ends in {ends}");
    }
}

/// Puts new measurements in the place of the old ones.
pub(super) fn write(all: &[Measured], one: &[Measured]) {
    let text = fs::read_to_string(path()).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    fs::write(path(), [before, BEGIN, &table(all, one), END, after].concat()).unwrap();
}

fn table(all: &[Measured], one: &[Measured]) -> String {
    assert_eq!(all.len(), one.len());
    let mut text = format!(
        "\n{}.\n\n| fault | ends in | seconds | on one processor | the host's last line |\n|---|---|--:|--:|---|\n",
        conditions()
    );
    for (all, one) in all.iter().zip(one) {
        assert_eq!(all.fault, one.fault);
        let Measured { fault, ends, time, sentence } = all;
        let (time, alone) = (time.as_secs_f64(), one.time.as_secs_f64());
        let sentence = sentence.replace('|', "\\|");
        let _ = writeln!(text, "| {fault} | {ends} | {time:.2} | {alone:.2} | {sentence} |");
    }
    text + "\n"
}

fn conditions() -> String {
    let machine = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = machine.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let model = model.trim_start_matches(['\t', ' ', ':']);
    let build = if cfg!(debug_assertions) { "a debug build" } else { "a release build" };
    let processors = processors::count();
    format!("Measured with {build} on {processors} processors ({model}), up to six rows at a time")
}
