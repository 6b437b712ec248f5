//! Rollback: when it happens, and how the two deployments know each other.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::DeploymentId;
use crate::string_enum::string_enum;

string_enum! {
    /// What makes the service roll a deployment back.
    pub enum AutoRollbackEvent {
        /// The deployment failed.
        DeploymentFailure = "DEPLOYMENT_FAILURE",
        /// An alarm of the deployment group stopped it.
        StopOnAlarm = "DEPLOYMENT_STOP_ON_ALARM",
        /// An operator stopped it.
        StopOnRequest = "DEPLOYMENT_STOP_ON_REQUEST",
    }
}

/// When a deployment is rolled back by itself: the events that are in the set. Empty: never.
///
/// ```
/// use greenlight_core::{AutoRollback, AutoRollbackEvent};
///
/// let rollback = AutoRollback::on([AutoRollbackEvent::DeploymentFailure]);
/// assert!(rollback.covers(AutoRollbackEvent::DeploymentFailure));
/// assert!(!AutoRollback::disabled().covers(AutoRollbackEvent::DeploymentFailure));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AutoRollback {
    events: BTreeSet<AutoRollbackEvent>,
}

impl AutoRollback {
    /// Rolls back on these events.
    #[must_use]
    pub fn on(events: impl IntoIterator<Item = AutoRollbackEvent>) -> Self {
        Self { events: events.into_iter().collect() }
    }

    /// Rolls back on every event that the service knows.
    #[must_use]
    pub fn always() -> Self {
        Self::on(AutoRollbackEvent::ALL.iter().copied())
    }

    /// Never rolls back by itself.
    #[must_use]
    pub const fn disabled() -> Self {
        Self { events: BTreeSet::new() }
    }

    /// Whether this event leads to a rollback.
    #[must_use]
    pub fn covers(&self, event: AutoRollbackEvent) -> bool {
        self.events.contains(&event)
    }

    /// The events, in the service's order.
    pub fn events(&self) -> impl Iterator<Item = AutoRollbackEvent> + '_ {
        self.events.iter().copied()
    }
}

/// What to do with traffic when an operator stops a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rollback {
    /// What the deployment's own rollback settings say about a stop.
    #[default]
    AsConfigured,
    /// Roll back, whatever the settings say.
    Always,
    /// Leave everything as it is, whatever the settings say.
    Never,
}

/// How a deployment and its rollback point at each other (`rollbackInfo`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct RollbackInfo {
    /// On the deployment that failed or was stopped: the deployment that rolls it back.
    pub rollback_deployment: Option<DeploymentId>,
    /// On the rollback: the deployment that is rolled back.
    pub triggering_deployment: Option<DeploymentId>,
    /// The service's sentence about it.
    pub message: String,
}
