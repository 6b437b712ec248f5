//! Why a set-up ends early, and with which exit status.

use std::io;
use std::path::PathBuf;

use greenlight::setup::SetupError;
use greenlight_core::appspec::InvalidAppSpec;
use greenlight_hook_runtime::bundle::BundleError;

use crate::aws::connect::NotConnected;
use crate::exit::Exit;
use crate::project::ProjectError;

/// Why a set-up ends early.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error("{} is not a project file: {source}", path.display())]
    Invalid { path: PathBuf, source: Box<toml::de::Error> },
    #[error("{} declares nothing to set up; write a table [setup], as the manual has it", path.display())]
    Nothing { path: PathBuf },
    #[error("{}: `{key}` {problem}", path.display())]
    Value { path: PathBuf, key: String, problem: String },
    #[error("cannot read {}: {source}; {fix}", path.display())]
    Unreadable { path: PathBuf, source: io::Error, fix: &'static str },
    #[error("cannot write {}: {source}; everything else is done, so run this again when it can be written to", path.display())]
    Unwritable { path: PathBuf, source: io::Error },
    #[error(
        "{} was edited meanwhile and is left as it is; everything else is done, so run this again to have it edited",
        path.display()
    )]
    Edited { path: PathBuf },
    #[error("{}: {source}", path.display())]
    AppSpec { path: PathBuf, source: InvalidAppSpec },
    #[error("{}: {source}", path.display())]
    Bundle { path: PathBuf, source: BundleError },
    #[error("{}: {problem}", path.display())]
    NotUsable { path: PathBuf, problem: String },
    #[error(transparent)]
    Connection(#[from] NotConnected),
    #[error(
        "the {what} {name} is there already, and not made by the set-up {owner:?}; {way_out}, or give it the tag \
         {tag}={owner} if it is to be changed and deleted with the set-up"
    )]
    Foreign { what: &'static str, name: String, owner: String, tag: &'static str, way_out: String },
    #[error(transparent)]
    Setup(#[from] SetupError),
    #[error("cannot write to standard output: {0}")]
    Own(#[from] io::Error),
}

impl Fault {
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Own(_) => Exit::Fault,
            Self::Unwritable { .. }
            | Self::Edited { .. }
            | Self::Setup(
                SetupError::Denied { .. }
                | SetupError::Unavailable { .. }
                | SetupError::Refused { .. }
                | SetupError::NotReady { .. }
                | SetupError::UnderWay { .. },
            ) => Exit::NotDone,
            _ => Exit::BadInput,
        }
    }
}
