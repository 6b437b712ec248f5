//! Why a plugin cannot be loaded.

#[cfg(feature = "compile")]
use std::path::Path;
use std::{io, path::PathBuf};

#[cfg(feature = "compile")]
use crate::FormError;
use crate::{
    CONTRACT_VERSION,
    words::{entry_advice, foreign_advice, sample, version_advice},
};

/// A plugin that cannot be loaded. Each text names the plugin, says what is wrong and how to mend it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// There is no such file.
    #[error("plugin \"{plugin}\" is missing: there is no file {}; build it, or correct the path", path.display())]
    Missing {
        /// The plugin's name.
        plugin: String,
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file is there and cannot be read.
    #[error("plugin \"{plugin}\" cannot be read from {}; check that it is a file and its permissions", path.display())]
    Unreadable {
        /// The plugin's name.
        plugin: String,
        /// Where it is.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The bytes are something else.
    #[error(
        "plugin \"{plugin}\" is not WebAssembly but {found}; give the .wasm file that the build of the plugin made"
    )]
    NotWasm {
        /// The plugin's name.
        plugin: String,
        /// What the bytes look like.
        found: &'static str,
    },
    /// The bytes begin like WebAssembly and then break its rules, as a truncated file does.
    #[error("plugin \"{plugin}\" is damaged: {problem}; build or copy it again, {} bytes came here", bytes)]
    Malformed {
        /// The plugin's name.
        plugin: String,
        /// What is wrong, and at which offset.
        problem: String,
        /// The number of bytes.
        bytes: usize,
    },
    /// The plugin uses a proposal of WebAssembly that hooks do not get, such as threads or exceptions.
    #[error(
        "plugin \"{plugin}\" uses WebAssembly that hooks do not get: {problem}; build it without that feature"
    )]
    Unsupported {
        /// The plugin's name.
        plugin: String,
        /// The feature, and at which offset it is used.
        problem: String,
    },
    /// A core module, and this host makes no components: it is built without the feature `adapt`.
    #[error(
        "plugin \"{plugin}\" is a core module, and this host takes components; `greenlight hook build` makes one of it"
    )]
    CoreModule {
        /// The plugin's name.
        plugin: String,
    },
    /// A core module that is made for another host than WASI, such as a browser.
    #[error("plugin \"{plugin}\" imports {}, which only {}", sample(imports), foreign_advice(imports))]
    ForeignHost {
        /// The plugin's name.
        plugin: String,
        /// What it imports, each as `module.field`.
        imports: Vec<String>,
    },
    /// It has neither a validator nor a program's entry.
    #[error(
        "plugin \"{plugin}\" exports {}: neither a validator nor a program's entry; export {}",
        sample(exports),
        entry_advice(*core)
    )]
    NoEntry {
        /// The plugin's name.
        plugin: String,
        /// Whether it is a core module, rather than a component.
        core: bool,
        /// What it exports instead.
        exports: Vec<String>,
    },
    /// The plugin speaks a version of the contract that this host does not.
    #[error(
        "plugin \"{plugin}\" uses {found}, and this host speaks version {CONTRACT_VERSION} of greenlight:hook; {}",
        version_advice(*newer)
    )]
    ContractVersion {
        /// The plugin's name.
        plugin: String,
        /// The interface with its version.
        found: String,
        /// Whether that is newer than this host, rather than older.
        newer: bool,
    },
    /// The plugin needs interfaces that this host does not have.
    #[error(
        "plugin \"{plugin}\" imports {}, which this host does not have; {}",
        listed(imports),
        import_advice(imports)
    )]
    MissingImports {
        /// The plugin's name.
        plugin: String,
        /// All of them.
        imports: Vec<String>,
    },
    /// Names agree and types or functions do not.
    #[error(
        "plugin \"{plugin}\" does not fit the contract: {problem}; build it against the unchanged files of \
         greenlight:hook@{CONTRACT_VERSION}"
    )]
    Mismatch {
        /// The plugin's name.
        plugin: String,
        /// The function or type, and what differs.
        problem: String,
    },
    /// The plugin needs more than the runtime was made with.
    #[error(
        "plugin \"{plugin}\" is too large for this runtime: {problem}; raise the runtime options or make it smaller"
    )]
    TooLarge {
        /// The plugin's name.
        plugin: String,
        /// What it needs and what there is.
        problem: String,
    },
}

#[cfg(feature = "compile")]
impl LoadError {
    /// Why the bytes of a plugin are none of the accepted forms.
    pub(super) fn form(plugin: &str, error: FormError) -> Self {
        let plugin = plugin.to_owned();
        match error {
            FormError::NotWasm { found } => Self::NotWasm { plugin, found },
            FormError::Damaged { problem, bytes } => Self::Malformed { plugin, problem, bytes },
            FormError::ContractVersion { found, newer } => Self::ContractVersion { plugin, found, newer },
            FormError::ForeignHost { imports } => Self::ForeignHost { plugin, imports },
            FormError::NoEntry { core, exports } => Self::NoEntry { plugin, core, exports },
        }
    }

    /// Why the file of a plugin cannot be read.
    pub(crate) fn unreadable(plugin: &str, path: &Path, source: io::Error) -> Self {
        let (plugin, path) = (plugin.to_owned(), path.to_owned());
        match source.kind() {
            io::ErrorKind::NotFound => Self::Missing { plugin, path },
            _ => Self::Unreadable { plugin, path, source },
        }
    }
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

fn import_advice(imports: &[String]) -> &'static str {
    if imports.iter().any(|import| import.starts_with(crate::contract::PACKAGE)) {
        "it is made for a newer Greenlight: update this one, or build the plugin with an older greenlight-hook"
    } else {
        "use only WASI 0.2, wasi:http, wasi:config and greenlight:hook"
    }
}
