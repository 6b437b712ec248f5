//! How a deployment and its rollback ended, together.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Deployment, DeploymentId, DeploymentStatus, TaskSetLabel};

/// How it ended: the forward deployment, its rollback, what serves now, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Outcome {
    /// How the forward deployment ended.
    pub outcome: Verdict,
    /// Whether a rollback deployment brought the original task set back.
    pub rolled_back: bool,
    /// The rollback deployment, whether or not it succeeded.
    pub rollback: Option<DeploymentId>,
    /// Why it failed or was stopped: a hook's own reason where one is known.
    pub reason: Option<String>,
    /// The task set that serves production now.
    pub serving: TaskSetLabel,
}

/// How a forward deployment ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The new release serves.
    Succeeded,
    /// Something failed.
    Failed,
    /// An operator, an alarm or a wait that ran out stopped it.
    Stopped,
}

impl Outcome {
    /// The outcome of a deployment that has ended, and of its rollback, or none while either is under way.
    #[must_use]
    pub fn of(forward: &Deployment, rollback: Option<&Deployment>) -> Option<Self> {
        let outcome = Verdict::of(forward.status)?;
        if rollback.is_some_and(|rollback| !rollback.status.is_terminal()) {
            return None;
        }
        let rolled_back = rollback.is_some_and(|rollback| rollback.status == DeploymentStatus::Succeeded);
        let own_reason = forward.reason.clone().or_else(|| forward.error.as_ref().map(|e| e.message.clone()));
        let reason = match rollback {
            Some(failed) if !rolled_back => {
                let why = failed.reason.clone().or_else(|| failed.error.as_ref().map(|e| e.message.clone()));
                let (own, why) = (own_reason.unwrap_or_default(), why.unwrap_or_default());
                Some(format!("{own}; and its rollback {} ended as {}: {why}", failed.id, failed.status))
            }
            _ => own_reason,
        };
        Some(Self {
            outcome,
            rolled_back,
            rollback: rollback.map(|rollback| rollback.id.clone()),
            reason,
            serving: rollback.unwrap_or(forward).serving(),
        })
    }
}

impl Verdict {
    const fn of(status: DeploymentStatus) -> Option<Self> {
        match status {
            DeploymentStatus::Succeeded => Some(Self::Succeeded),
            DeploymentStatus::Failed => Some(Self::Failed),
            DeploymentStatus::Stopped => Some(Self::Stopped),
            _ => None,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        })
    }
}

impl fmt::Display for Outcome {
    /// One line: `failed and rolled back, blue serves: version: GET /version answered 500`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.outcome)?;
        if self.rolled_back {
            write!(f, " and rolled back")?;
        } else if self.outcome != Verdict::Succeeded {
            write!(f, " and not rolled back")?;
        }
        write!(f, ", {} serves", self.serving)?;
        match &self.reason {
            Some(reason) => write!(f, ": {reason}"),
            None => Ok(()),
        }
    }
}
