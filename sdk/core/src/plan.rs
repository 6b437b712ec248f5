//! What is asked for, and what was found out about it before anything changes.

use serde::{Deserialize, Serialize};

use crate::finding::Severity;
use crate::{AppSpec, AutoRollback, DeploymentConfig, Finding, TimeBudget};

/// A deployment that somebody wants: what `CreateDeployment` takes for an ECS service.
///
/// ```
/// use greenlight_core::DeploymentRequest;
///
/// let request = DeploymentRequest::new("shop", "shop-web", "version: 0.0\nResources: []\n")
///     .with_deployment_config("CodeDeployDefault.ECSCanary10Percent5Minutes")
///     .with_description("release 42");
/// assert_eq!(request.deployment_group, "shop-web");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct DeploymentRequest {
    /// The application.
    pub application: String,
    /// The deployment group.
    pub deployment_group: String,
    /// The AppSpec's text, YAML or JSON.
    pub appspec: String,
    /// The deployment configuration; absent: the group's own.
    pub deployment_config: Option<String>,
    /// When to roll back; absent: as the group says.
    pub auto_rollback: Option<AutoRollback>,
    /// A note for people.
    pub description: Option<String>,
}

impl DeploymentRequest {
    /// A request with the group's own settings.
    pub fn new(
        application: impl Into<String>,
        deployment_group: impl Into<String>,
        appspec: impl Into<String>,
    ) -> Self {
        Self {
            application: application.into(),
            deployment_group: deployment_group.into(),
            appspec: appspec.into(),
            deployment_config: None,
            auto_rollback: None,
            description: None,
        }
    }

    /// Uses this deployment configuration instead of the group's.
    #[must_use]
    pub fn with_deployment_config(mut self, name: impl Into<String>) -> Self {
        self.deployment_config = Some(name.into());
        self
    }

    /// Uses these rollback settings instead of the group's.
    #[must_use]
    pub fn with_auto_rollback(mut self, rollback: AutoRollback) -> Self {
        self.auto_rollback = Some(rollback);
        self
    }

    /// Adds a note for people.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}

/// What was found out about a [`DeploymentRequest`]. Making it changed nothing.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Plan {
    /// What is asked for.
    pub request: DeploymentRequest,
    /// The AppSpec, as far as it could be read.
    pub appspec: Option<AppSpec>,
    /// The deployment configuration in force, if there is one of that name.
    pub config: Option<DeploymentConfig>,
    /// Everything that was found, errors first.
    pub findings: Vec<Finding>,
    /// How long it will take and may take; absent when that cannot be told.
    pub budget: Option<TimeBudget>,
}

impl Plan {
    /// A plan for `request` with nothing found out yet.
    #[must_use]
    pub const fn new(request: DeploymentRequest) -> Self {
        Self { request, appspec: None, config: None, findings: Vec::new(), budget: None }
    }

    /// Whether a deployment can be started from it: no finding is an error.
    #[must_use]
    pub fn can_start(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity != Severity::Error)
    }

    /// Adds what was found and keeps the errors first.
    #[must_use]
    pub fn with_findings(mut self, findings: impl IntoIterator<Item = Finding>) -> Self {
        self.findings.extend(findings);
        self.findings.sort_by_key(|finding| finding.severity);
        self
    }
}
