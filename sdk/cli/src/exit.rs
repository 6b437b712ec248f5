//! Exit statuses of the commands.

use std::error::Error;
use std::process::ExitCode;

use greenlight_core::{Outcome, Verdict};

/// How a command ended, for scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The new release serves.
    Succeeded,
    /// A fault of Greenlight itself.
    Fault,
    /// Bad input, or a plan with errors. Nothing was deployed.
    BadInput,
    /// Failed or stopped, and the original task set serves again.
    RolledBack,
    /// A plugin did not do what was expected of it.
    NotAsExpected,
    /// Failed or stopped, and left as it was.
    NotRolledBack,
    /// Looked at, and not all well: hooks would fail. Nothing was changed.
    NotWell,
    /// AWS did not do all that was asked of it. To ask again is safe.
    NotDone,
    /// A plugin did not pass, has problems, or is not made of its source.
    Failed,
    /// A plugin wants to be called again.
    Pending,
}

impl Exit {
    /// The exit status of a deployment that ended.
    pub(crate) fn of(outcome: &Outcome) -> Self {
        match (outcome.outcome, outcome.rolled_back) {
            (Verdict::Succeeded, _) => Self::Succeeded,
            (Verdict::Failed | Verdict::Stopped, true) => Self::RolledBack,
            (Verdict::Failed | Verdict::Stopped, false) => Self::NotRolledBack,
        }
    }

    /// The number.
    pub(crate) const fn status(self) -> u8 {
        match self {
            Self::Succeeded => 0,
            Self::Fault => 1,
            Self::BadInput => 2,
            Self::RolledBack | Self::NotAsExpected | Self::NotWell | Self::NotDone | Self::Failed => 3,
            Self::NotRolledBack | Self::Pending => 4,
        }
    }
}

/// An error's sentence, with the causes that it does not tell itself.
pub(crate) fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.status())
    }
}
