//! What becomes of a deployment that is not waited for any longer.

use greenlight_core::Rollback;

/// The value of `--on-giveup`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(super) enum OnGiveup {
    /// It goes on without being watched
    #[default]
    Detach,
    /// It is stopped and left as it is
    Stop,
    /// It is stopped and rolled back
    Rollback,
}

/// Why a deployment is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// Ctrl-C, or another signal to end.
    Interrupted,
    /// It took too long.
    TimedOut,
}

impl OnGiveup {
    /// How the deployment is stopped, if it is.
    pub(super) const fn rollback(self) -> Option<Rollback> {
        match self {
            Self::Detach => None,
            Self::Stop => Some(Rollback::Never),
            Self::Rollback => Some(Rollback::Always),
        }
    }
}

impl Why {
    /// `interrupted`.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Interrupted => "interrupted",
            Self::TimedOut => "out of time",
        }
    }
}
