//! Why a rehearsal has no outcome.

use std::error::Error;

use greenlight::local::{InvalidClock, LocalError};
use greenlight_core::WatchError;
use greenlight_core::error::{PlanError, StartError};

use crate::exit::{Exit, with_causes};
use crate::project::ProjectError;

/// Why a rehearsal has no outcome: something for its user to mend, or a fault of Greenlight itself.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error("--clock: {0}")]
    Clock(#[from] InvalidClock),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Local(#[from] LocalError),
    #[error("interrupted before anything was deployed")]
    Interrupted,
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Watch(#[from] WatchError),
    #[error("the rehearsal ended without an outcome; this is a fault of Greenlight, please report it")]
    NoOutcome,
    #[error(transparent)]
    Own(Box<dyn Error + Send + Sync>),
}

impl Fault {
    /// The exit status.
    pub(super) const fn exit(&self) -> Exit {
        match self {
            Self::Project(_) | Self::Clock(_) | Self::Plan(_) | Self::Local(_) => Exit::BadInput,
            Self::Interrupted => Exit::NotRolledBack,
            Self::Start(_) | Self::Watch(_) | Self::NoOutcome | Self::Own(_) => Exit::Fault,
        }
    }

    /// The sentence, with the causes that it does not tell itself.
    pub(super) fn text(&self) -> String {
        with_causes(self)
    }
}
