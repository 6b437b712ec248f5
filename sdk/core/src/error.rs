//! The errors of the pipeline's operations, with variants chosen by what the caller does next.
//!
//! Texts are lower-case fragments that name the thing and say what to do; each keeps its source.

use std::error::Error;

use crate::{DeploymentId, DeploymentStatus, Finding, WaitKind};

/// A boxed cause.
pub type Source = Box<dyn Error + Send + Sync + 'static>;

/// A text that is not one of the service's names for something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is none of the {what} values: use one of {}", known.join(", "))]
pub struct UnknownName {
    /// The type of thing, such as `AutoRollbackEvent`.
    pub what: &'static str,
    /// What was given.
    pub given: String,
    /// What would have been understood.
    pub known: Vec<&'static str>,
}

/// A text that is not the id of a deployment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is not a deployment id: it must be `d-` and nine upper-case letters or digits")]
pub struct InvalidId {
    /// What was given.
    pub given: String,
}

/// Why a plan could not be made. A plan that was made may still hold [findings](Finding) that forbid to start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// Correct the request: something that it names is not there.
    #[error("there is no {what} {name:?}; {hint}")]
    NotFound {
        /// The sort of thing, such as `deployment group`.
        what: &'static str,
        /// Its name.
        name: String,
        /// What to do, such as the names that exist.
        hint: String,
    },
    /// Try again: the pipeline could not be asked just now.
    #[error("{pipeline} cannot be reached now")]
    Unavailable {
        /// Which pipeline.
        pipeline: String,
        /// What went wrong.
        #[source]
        source: Source,
    },
}

/// Why a deployment was not started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Correct the request and plan again: these findings forbid to start.
    #[error("the plan has {} that must be mended first: {}", count_errors(findings), first_error(findings))]
    PlanHasErrors {
        /// All findings of the plan.
        findings: Vec<Finding>,
    },
    /// Wait for the active deployment, or stop it.
    #[error("deployment group {group:?} already has the active deployment {active}; wait for it or stop it")]
    AlreadyActive {
        /// The group.
        group: String,
        /// The deployment that is under way.
        active: DeploymentId,
    },
    /// Plan again: what the plan was made for is not there any more.
    #[error("there is no {what} {name:?} any more; make a new plan")]
    NotFound {
        /// The sort of thing.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// Try again: starting again with the same plan is safe.
    #[error("{pipeline} cannot be reached now; starting the same plan again is safe")]
    Unavailable {
        /// Which pipeline.
        pipeline: String,
        /// What went wrong.
        #[source]
        source: Source,
    },
}

/// Why a deployment could not be looked at.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// Correct the id.
    #[error("there is no deployment {id} at {pipeline}")]
    NotFound {
        /// The id that was asked for.
        id: DeploymentId,
        /// Which pipeline.
        pipeline: String,
    },
    /// Begin again from the start: the cursor is not one that this pipeline gave out for this deployment.
    #[error("cursor {cursor} is not one of deployment {id}; begin again from the start")]
    InvalidCursor {
        /// The deployment.
        id: DeploymentId,
        /// The cursor.
        cursor: String,
    },
    /// Try again later: throttled, or out of reach. Says nothing about the deployment.
    #[error("{pipeline} cannot be reached now; this says nothing about the deployment")]
    Unavailable {
        /// Which pipeline.
        pipeline: String,
        /// What went wrong.
        #[source]
        source: Source,
    },
}

/// Why a deployment could not be continued or stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ControlError {
    /// Correct the id.
    #[error("there is no deployment {id} at {pipeline}")]
    NotFound {
        /// The id that was given.
        id: DeploymentId,
        /// Which pipeline.
        pipeline: String,
    },
    /// Nothing to do any more: it has ended, or only what cannot be undone is left.
    #[error("deployment {id} cannot be changed any more: it is {status}")]
    AlreadyCompleted {
        /// The deployment.
        id: DeploymentId,
        /// How it ended.
        status: DeploymentStatus,
    },
    /// Wait until the deployment waits: it is not in the wait that was to be ended.
    #[error("deployment {id} is {status} and not in its {wait}; continue it when it is")]
    NotWaiting {
        /// The deployment.
        id: DeploymentId,
        /// Where it stands.
        status: DeploymentStatus,
        /// The wait that was named.
        wait: WaitKind,
    },
    /// Try again.
    #[error("{pipeline} cannot be reached now")]
    Unavailable {
        /// Which pipeline.
        pipeline: String,
        /// What went wrong.
        #[source]
        source: Source,
    },
}

/// Why a hook's report was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// Give up: the pair of deployment and execution does not exist.
    #[error("deployment {id} has no hook execution with this id")]
    UnknownExecution {
        /// The deployment.
        id: DeploymentId,
    },
    /// Give up: it was reported before, or its time ran out. On a retry this means success.
    #[error("this hook execution of deployment {id} has already ended")]
    AlreadyCompleted {
        /// The deployment.
        id: DeploymentId,
    },
    /// Try again.
    #[error("{pipeline} cannot be reached now")]
    Unavailable {
        /// Which pipeline.
        pipeline: String,
        /// What went wrong.
        #[source]
        source: Source,
    },
}

fn errors(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    findings.iter().filter(|finding| finding.severity == crate::finding::Severity::Error)
}

fn count_errors(findings: &[Finding]) -> String {
    match errors(findings).count() {
        1 => "1 error".to_owned(),
        many => format!("{many} errors"),
    }
}

fn first_error(findings: &[Finding]) -> String {
    errors(findings).next().map(|finding| finding.message.clone()).unwrap_or_default()
}
