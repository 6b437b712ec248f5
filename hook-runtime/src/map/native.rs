//! The one place of the project where bytes become code that the processor runs.

use wasmtime::{Engine, component::Component};

use super::genuine::Genuine;

/// The component in `code`.
#[allow(
    unsafe_code,
    reason = "native code can only be taken on trust; the type of `code` is the proof of it"
)]
pub(super) fn component(engine: &Engine, code: &Genuine<'_>) -> wasmtime::Result<Component> {
    // Of the engine's three ways this is the one that copies the bytes into memory of its own. The others go on using
    // the caller's memory or the file, and with a file whoever can write to it could change code that was checked.
    //
    // SAFETY: the bytes must be what `Engine::precompile_component` returned, unchanged. A `Genuine` can only be made of
    // bytes whose SHA-256 is the one that was noted of exactly that when it was compiled. It borrows the bytes, so that they
    // are still the same, and the copy is made before this call returns. That the code fits this engine and this processor
    // is checked by the call itself, from what the compiler wrote into the code.
    unsafe { Component::deserialize(engine, code.bytes()) }
}
