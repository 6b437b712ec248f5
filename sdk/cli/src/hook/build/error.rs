//! Why there is no plugin.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

use greenlight_hook_runtime::{AdaptError, FormError, LoadError};

use super::language::Language;
use crate::exit::Exit;

/// Why `greenlight hook build` made no plugin.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BuildError {
    #[error("cannot build {}: {source}; name the folder with the plugin's source", folder.display())]
    Folder { folder: PathBuf, source: io::Error },
    #[error(
        "{} holds no language that plugins are built from: no Cargo.toml, go.mod, build.zig, pyproject.toml, app.py, *.c, \
         and no package.json that depends on @bytecodealliance/componentize-js or assemblyscript; name another folder, or \
         say `language = ...` under [build] in its greenlight.toml",
        folder.display()
    )]
    NoLanguage { folder: PathBuf },
    #[error(
        "{} may be {one}, by {sign}, or {other}, by {other_sign}; say which with `language = \"{}\"` or \
         `language = \"{}\"` under [build] in its greenlight.toml",
        folder.display(), one.key(), other.key()
    )]
    TwoLanguages { folder: PathBuf, one: Language, sign: String, other: Language, other_sign: String },
    #[error("{}: {problem}", path.display())]
    Settings { path: PathBuf, problem: String },
    #[error(
        "{} has no {wanted}, which the build of a plugin in {language} begins with; write it, or name another with \
         `entry = ...` under [build] in greenlight.toml",
        folder.display()
    )]
    NoEntry { language: Language, folder: PathBuf, wanted: String },
    #[error(
        "the crate in {} has neither a library of the kind `cdylib` nor a program; write `crate-type = [\"cdylib\"]` under \
         [lib] in its Cargo.toml",
        folder.display()
    )]
    NoCdylib { folder: PathBuf },
    #[error(
        "{tool} is needed to build plugins in {language} and was not found; {install}; or name its folder with --toolchains"
    )]
    ToolMissing { language: Language, tool: &'static str, install: &'static str },
    #[error("cannot start {}: {source}; install it again", program.display())]
    Start { program: PathBuf, source: io::Error },
    #[error(
        "the {language} source in {} does not build: `{step}` ended with {}; what it said is above",
        folder.display(), ended(*status)
    )]
    Source { language: Language, folder: PathBuf, step: String, status: ExitStatus },
    #[error(
        "the Zig source in {} installs {number} programs, and a plugin is one; call `b.installArtifact` for it alone in build.zig",
        folder.display()
    )]
    ZigPrograms { folder: PathBuf, number: usize },
    #[error("the {language} toolchain ended well and left no {}: {source}", path.display())]
    NoModule { language: Language, path: PathBuf, source: io::Error },
    #[error("what the {language} source builds is no plugin: {source}")]
    Adapt { language: Language, source: AdaptError },
    #[error("what the {language} source builds is no plugin: {source}")]
    Form { language: Language, source: FormError },
    #[error("what the {language} source builds is no plugin: {source}")]
    Contract { language: Language, source: LoadError },
    #[error("cannot {action} {}: {source}", path.display())]
    File { action: &'static str, path: PathBuf, source: io::Error },
    #[error("there is no place for temporary files: {0}; set TMPDIR to a folder that can be written to")]
    Scratch(io::Error),
    #[error("the build facts cannot be written into the plugin: {problem}")]
    Facts { problem: String },
}

impl BuildError {
    /// The exit status: whether the source, what it was given, or Greenlight is at fault.
    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::Source { .. }
            | Self::ZigPrograms { .. }
            | Self::Adapt { .. }
            | Self::Form { .. }
            | Self::Contract { .. } => Exit::Failed,
            Self::Facts { .. } | Self::Scratch(_) | Self::NoModule { .. } => Exit::Fault,
            _ => Exit::BadInput,
        }
    }
}

/// The standard text of an exit is `exit status: 1`.
fn ended(status: ExitStatus) -> String {
    status.to_string().replacen(": ", " ", 1)
}
