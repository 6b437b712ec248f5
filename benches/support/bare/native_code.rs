//! Taking native code without asking what it is.

use std::path::Path;

use wasmtime::{Engine, Error, component::Component};

/// A component from its native code in a file, mapped and not copied: the fastest way that the engine has.
#[expect(
    unsafe_code,
    reason = "the engine has no other way to take native code, and this is what Greenlight's is measured beside"
)]
pub(super) fn read(engine: &Engine, file: &Path) -> Result<Component, Error> {
    // SAFETY: the benchmarks give files that they have just written, into folders of their own, with what this engine made.
    unsafe { Component::deserialize_file(engine, file) }
}
