//! The one place of the project where bytes become code that the processor runs.

use wasmtime::{Engine, component::Component};

use super::genuine::{Genuine, Place};

/// The component in `code`.
#[allow(
    unsafe_code,
    reason = "native code can only be taken on trust; the type of `code` is the proof of it"
)]
pub(super) fn component(engine: &Engine, code: &Genuine<'_>) -> wasmtime::Result<Component> {
    // SAFETY: the bytes must be what `Engine::precompile_component` returned, unchanged, for as long as the component
    // lives. A `Genuine` can only be made of bytes whose digest is the one that was noted of exactly that when it was
    // compiled. Of borrowed memory the engine makes a copy before this call returns. A file it goes on using, by a mapping
    // that keeps this very file whatever happens to its name, and nobody writes to a `Sealed` one. That the code fits this
    // engine and this processor is checked by the call itself, from what the compiler wrote into the code.
    unsafe {
        match code.place() {
            Place::Memory(bytes) => Component::deserialize(engine, bytes),
            Place::File(file) => Component::deserialize_file(engine, file.path()),
        }
    }
}
