//! Tells from what the engine says of bytes why it refuses them.

use super::LoadError;
use crate::text;

/// Bytes of the engine's own words in an error.
const PROBLEM_BYTES: usize = 500;

/// Why `error` came of compiling.
pub(crate) fn of_bytes(plugin: &str, bytes: usize, error: &wasmtime::Error) -> LoadError {
    let plugin = plugin.to_owned();
    let problem = match error.downcast_ref::<wasmparser::BinaryReaderError>() {
        Some(reader) => format!("{} at byte {}", reader.message(), reader.offset()),
        None => error.root_cause().to_string(),
    };
    let problem = text::sentence(&problem, PROBLEM_BYTES);
    // The engine has one type for damage and for proposals that are switched off, and none for the pool's
    // limits. Tests hold the words that tell them apart.
    let says = |words: &[&str]| words.iter().any(|words| problem.contains(words));
    if format!("{error:#}").contains("pooling allocator") {
        LoadError::TooLarge { plugin, problem }
    } else if says(&["must be enabled", "not enabled", "feature is disabled"]) {
        LoadError::Unsupported { plugin, problem }
    } else {
        LoadError::Malformed { plugin, problem, bytes }
    }
}
