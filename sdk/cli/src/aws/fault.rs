//! Why a command on AWS has no outcome.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use greenlight_core::appspec::EditError;
use greenlight_core::error::{ControlError, PlanError, QueryError, StartError};
use greenlight_core::{DeploymentId, WatchError};

use super::connect::NotConnected;
use crate::exit::{Exit, with_causes};
use crate::project::ProjectError;

/// Why a command on AWS has no outcome: something for its user to mend, an AWS that cannot be asked, or a fault of Greenlight
/// itself.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error("{0}, or give --application, --deployment-group and --appspec")]
    NotSaid(ProjectError),
    #[error(
        "cannot read {file}: {source}; give --appspec the path of the AppSpec, or `-` for standard input"
    )]
    AppSpec { file: String, source: io::Error },
    #[error("--task-definition: {file}: {source}")]
    TaskDefinition { file: String, source: EditError },
    #[error(
        "--until ready: deployment group {group:?} never waits to be continued; set its ready wait \
         (STOP_DEPLOYMENT with minutes), or wait for another goal"
    )]
    NeverReady { group: String },
    #[error("--position: cannot read {}: {source}; name a file that can be read and written", path.display())]
    PositionUnreadable { path: PathBuf, source: io::Error },
    #[error("--position: cannot write {}: {source}; name a file that can be written", path.display())]
    PositionUnwritable { path: PathBuf, source: io::Error },
    #[error("--position: {} is not a position of a watch; name another file, or remove this one", path.display())]
    PositionInvalid { path: PathBuf },
    #[error(
        "--position: {} is the position of deployment {other}; name another file, or remove this one",
        path.display()
    )]
    PositionOfOther { path: PathBuf, other: String },
    #[error(transparent)]
    Connection(#[from] NotConnected),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Start(StartError),
    #[error(
        "deployment group {group:?} already has the active deployment {active}; wait for your turn with --wait-for-turn, \
         follow it with `{watch}`, or stop it with `{stop}`"
    )]
    Active { group: String, active: DeploymentId, watch: String, stop: String },
    #[error("interrupted before anything was deployed")]
    Interrupted,
    #[error("interrupted before AWS was asked for deployment {0}, which was not touched")]
    InterruptedInLogin(DeploymentId),
    #[error(
        "not this command's turn within {waited}: deployment {active} is still under way; nothing was deployed"
    )]
    NoTurn { waited: String, active: DeploymentId },
    #[error(
        "interrupted while the deployment was being started, so that it may be under way; the same command again takes it \
         over then"
    )]
    InterruptedInStart,
    #[error("{source}; go on with `{again}`")]
    Watch { source: Box<WatchFault>, again: String },
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error(transparent)]
    Control(#[from] ControlError),
    #[error("the watch ended without an outcome; this is a fault of Greenlight, please report it")]
    NoOutcome,
    #[error(transparent)]
    Own(Box<dyn Error + Send + Sync>),
}

/// Why a deployment is not followed any more, with all causes in one sentence.
#[derive(Debug, thiserror::Error)]
#[error("{}", with_causes(.0))]
pub(super) struct WatchFault(WatchError);

impl Fault {
    /// A watch that broke off. `again` goes on with it.
    pub(super) fn watch(error: WatchError, again: String) -> Self {
        match error {
            WatchError::Query { source: source @ QueryError::NotFound { .. }, .. } => Self::Query(source),
            other => Self::Watch { source: Box::new(WatchFault(other)), again },
        }
    }

    /// The exit status.
    pub(super) const fn exit(&self) -> Exit {
        match self {
            Self::Project(_)
            | Self::NotSaid(_)
            | Self::AppSpec { .. }
            | Self::TaskDefinition { .. }
            | Self::NeverReady { .. }
            | Self::PositionUnreadable { .. }
            | Self::PositionUnwritable { .. }
            | Self::PositionInvalid { .. }
            | Self::PositionOfOther { .. }
            | Self::Connection(_)
            | Self::Active { .. }
            | Self::Plan(PlanError::NotFound { .. })
            | Self::Start(StartError::PlanHasErrors { .. } | StartError::NotFound { .. })
            | Self::Query(QueryError::NotFound { .. } | QueryError::InvalidCursor { .. })
            | Self::Control(
                ControlError::NotFound { .. }
                | ControlError::AlreadyCompleted { .. }
                | ControlError::NotWaiting { .. },
            ) => Exit::BadInput,
            Self::Interrupted
            | Self::InterruptedInLogin(_)
            | Self::InterruptedInStart
            | Self::NoTurn { .. } => Exit::NotRolledBack,
            Self::Plan(_)
            | Self::Start(_)
            | Self::Watch { .. }
            | Self::Query(_)
            | Self::Control(_)
            | Self::NoOutcome
            | Self::Own(_) => Exit::Fault,
        }
    }

    /// The sentence, with the causes that it does not tell itself.
    pub(super) fn text(&self) -> String {
        with_causes(self)
    }
}
