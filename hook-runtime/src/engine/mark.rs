//! How a program that was built tells its engine, without being run.
//!
//! The hash of an engine can only be asked of the engine itself. A bundle for another processor is packed where its host
//! cannot run, so the hashes of this release are also written down, in `hashes`, and a test holds them against the engine.

/// What a program with this runtime holds as text: the compatibility hash of its engine, for `greenlight hook pack`.
///
/// A program that is to be packed as a Lambda host must print or otherwise use it, so that linkers keep it.
///
/// ```
/// assert!(greenlight_hook_runtime::ENGINE_MARK.starts_with("greenlight-engine:"));
/// ```
#[cfg(target_arch = "x86_64")]
pub const ENGINE_MARK: &str = concat!("greenlight-engine:", include_str!("hashes/x86_64.txt"));
/// What a program with this runtime holds as text: the compatibility hash of its engine, for `greenlight hook pack`.
#[cfg(target_arch = "aarch64")]
pub const ENGINE_MARK: &str = concat!("greenlight-engine:", include_str!("hashes/arm64.txt"));
/// What a program with this runtime holds as text. Plugins cannot be compiled ahead for this processor.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub const ENGINE_MARK: &str = "greenlight-engine:none\n";

/// The engine's hash in a program with an [`ENGINE_MARK`].
#[cfg(feature = "pack")]
pub(crate) fn marked(program: &[u8]) -> Option<String> {
    const BEGINS: &[u8] = b"greenlight-engine:";
    const DIGITS: usize = 64;
    let places = program.windows(BEGINS.len()).enumerate().filter(|(_, window)| *window == BEGINS);
    places
        .filter_map(|(at, _)| {
            let hash = program.get(at + BEGINS.len()..)?.get(..DIGITS)?;
            let hash = std::str::from_utf8(hash).ok()?;
            hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')).then(|| hash.to_owned())
        })
        .next()
}

#[cfg(test)]
mod tests {
    use snapbox::{assert_data_eq, file};
    use wasmtime::Engine;

    use super::*;
    use crate::{
        RuntimeOptions,
        engine::{Allocation, Target, config, hash},
    };

    /// After a change to the engine: `SNAPSHOTS=overwrite` writes the new hashes down.
    #[test]
    fn the_hashes_that_are_written_down_are_those_of_the_engine() {
        let engine = Engine::new(&config(&RuntimeOptions::default(), Allocation::OnDemand)).unwrap();
        assert_data_eq!(hash(&engine, Target::X86_64) + "\n", file!["hashes/x86_64.txt"]);
        assert_data_eq!(hash(&engine, Target::Arm64) + "\n", file!["hashes/arm64.txt"]);
        if let Some(host) = Target::host() {
            assert_eq!(ENGINE_MARK, format!("greenlight-engine:{}\n", hash(&engine, host)));
        }
    }

    #[cfg(feature = "pack")]
    #[test]
    fn the_mark_is_found_between_other_bytes() {
        let hash = ENGINE_MARK.trim_end().rsplit(':').next().unwrap();
        let program = [b"\x7fELF greenlight-engine:{} \0", ENGINE_MARK.as_bytes(), b"\xff\xfe"].concat();
        assert_eq!(marked(&program).as_deref(), Some(hash));
        for none in [&program[..40], &program[..program.len() - 10], b"greenlight-engine:", b""] {
            assert_eq!(marked(none), None);
        }
    }
}
