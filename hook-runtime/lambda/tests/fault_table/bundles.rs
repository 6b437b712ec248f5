//! Bundles that cannot be used.

use std::fs;
use std::path::PathBuf;

use greenlight_hook_runtime::suite::Suite;
use tempfile::TempDir;

use super::row::{Ends, Row};
use crate::support::bundle::{bundle, bundle_of_component, write};
use crate::support::plugin;

/// The smallest component: it imports and exports nothing.
const EMPTY_COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

pub(super) fn rows() -> Vec<Row> {
    let row = |fault, bundle| Row::new(fault, bundle, Ends::Failed);
    vec![
        row("missing plugin", missing()),
        row("truncated plugin", truncated()),
        row("plugin with another digest", other_digest()),
        row("plugin of another engine version", other_engine()),
        row("plugin of another world", other_world()),
    ]
}

fn suite() -> String {
    plugin("smoke", "pass", "")
}

fn packed() -> (TempDir, PathBuf) {
    let bundle = bundle(&suite());
    let code = bundle.path().join("smoke.cwasm");
    (bundle, code)
}

fn missing() -> TempDir {
    let (bundle, code) = packed();
    fs::remove_file(code).unwrap();
    bundle
}

fn truncated() -> TempDir {
    let (bundle, code) = packed();
    let bytes = fs::read(&code).unwrap();
    fs::write(code, &bytes[..bytes.len() / 2]).unwrap();
    bundle
}

fn other_digest() -> TempDir {
    let (bundle, code) = packed();
    let mut bytes = fs::read(&code).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(code, bytes).unwrap();
    bundle
}

fn other_engine() -> TempDir {
    let (bundle, _) = packed();
    let mut suite = Suite::read(bundle.path()).unwrap();
    suite.plugins[0].packed.as_mut().unwrap().engine = "0".repeat(64);
    write(bundle.path(), &suite);
    bundle
}

/// Whole code with the right digest, engine and target, of a component that is no validation test.
fn other_world() -> TempDir {
    bundle_of_component(&suite(), "empty", EMPTY_COMPONENT)
}
