//! Why bytes are none of the accepted forms.

use crate::{
    CONTRACT_VERSION,
    words::{entry_advice, foreign_advice, sample, version_advice},
};

/// Bytes that are no plugin in any of the accepted [forms](crate::Form). Each text says what they are and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormError {
    /// The bytes are something else.
    #[error(
        "the plugin is not WebAssembly but {found}; give the .wasm file that the build of the plugin made"
    )]
    NotWasm {
        /// What they look like.
        found: &'static str,
    },
    /// They begin like WebAssembly and then break its rules, as a truncated file does.
    #[error("the plugin is damaged: {problem}; build or copy it again, {bytes} bytes came here")]
    Damaged {
        /// What is wrong, and at which offset.
        problem: String,
        /// The number of bytes.
        bytes: usize,
    },
    /// The plugin speaks a version of the contract that this host does not.
    #[error(
        "the plugin uses {found}, and this host speaks version {CONTRACT_VERSION} of greenlight:hook; {}",
        version_advice(*newer)
    )]
    ContractVersion {
        /// The interface with its version.
        found: String,
        /// Whether that is newer than this host, rather than older.
        newer: bool,
    },
    /// A core module that is made for another host than WASI, such as a browser.
    #[error("the plugin imports {}, which only {}", sample(imports), foreign_advice(imports))]
    ForeignHost {
        /// What it imports, each as `module.field`.
        imports: Vec<String>,
    },
    /// It has neither a validator nor a program's entry.
    #[error(
        "the plugin exports {}: neither a validator nor a program's entry; export {}",
        sample(exports),
        entry_advice(*core)
    )]
    NoEntry {
        /// Whether it is a core module, rather than a component.
        core: bool,
        /// What it exports instead.
        exports: Vec<String>,
    },
}
