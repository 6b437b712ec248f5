//! What native code tells of itself.

use object::{
    Endianness,
    elf::FileHeader64,
    read::elf::{FileHeader, SectionHeader},
};

/// The section in which the engine's compiler tells for what it compiled (wasmtime 48, `engine/serialization.rs`).
const SECTION: &[u8] = b".wasmtime.engine";

/// What the engine's compiler wrote into native code. Nothing of it is proven: a host compares digests.
///
/// ```
/// use greenlight_hook_runtime::{Runtime, RuntimeOptions, Target, bundle::NativeCode};
///
/// # fn example(wasm: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
/// let runtime = Runtime::new(RuntimeOptions::default())?;
/// let code = runtime.precompile("smoke", wasm, Target::Arm64)?.code;
/// let told = NativeCode::read(&code).ok_or("no native code")?;
/// assert_eq!(told.target, "aarch64-unknown-linux-gnu");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NativeCode {
    /// The version of the engine, as far as the engine compares it: its first number.
    pub engine_version: String,
    /// The target triple.
    pub target: String,
}

impl NativeCode {
    /// What `bytes` tell, if they are native code of a plugin. Nothing is run or mapped.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        wasmtime::Engine::detect_precompiled(bytes)?;
        let header = FileHeader64::<Endianness>::parse(bytes).ok()?;
        let endian = header.endian().ok()?;
        let sections = header.sections(endian, bytes).ok()?;
        let (_, section) = sections.section_by_name(endian, SECTION)?;
        // A number for the form, the version and the target, each with its length before it.
        let rest = section.data(endian, bytes).ok()?.strip_prefix(&[0])?;
        let (engine_version, rest) = text(rest)?;
        let (target, _) = text(rest)?;
        Some(Self { engine_version, target })
    }
}

fn text(bytes: &[u8]) -> Option<(String, &[u8])> {
    let (length, rest) = bytes.split_first()?;
    // Longer ones would have a longer length, and there are none.
    let (text, rest) = rest.split_at_checked(usize::from(*length)).filter(|_| *length < 128)?;
    Some((std::str::from_utf8(text).ok()?.to_owned(), rest))
}
