//! Why no component can be made of a core module.

use crate::{CONTRACT_VERSION, FormError, text};

/// Bytes of the encoder's own words in an error.
const PROBLEM_BYTES: usize = 500;

/// Bytes of which no component can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AdaptError {
    /// They are no plugin.
    #[error(transparent)]
    Form(#[from] FormError),
    /// They break WebAssembly's rules.
    #[error("the plugin is damaged: {problem}; build or copy it again")]
    Invalid {
        /// What is wrong, and at which offset.
        problem: String,
    },
    /// Names or types of what the module imports and exports do not fit the contract or WASI.
    #[error(
        "no component can be made of the plugin: {problem}; build it against the unchanged files of \
         greenlight:hook@{CONTRACT_VERSION}"
    )]
    Contract {
        /// The function or type, and what is wrong.
        problem: String,
    },
}

impl AdaptError {
    pub(super) fn invalid(error: &wasmparser::BinaryReaderError) -> Self {
        let problem = format!("{} at byte {}", error.message(), error.offset());
        Self::Invalid { problem: text::sentence(&problem, PROBLEM_BYTES) }
    }

    pub(super) fn contract(problem: &str) -> Self {
        Self::Contract { problem: text::sentence(problem, PROBLEM_BYTES) }
    }
}
