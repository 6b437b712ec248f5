//! Deployment groups as they are kept.

use std::collections::BTreeSet;

use greenlight_core::lifecycle::{ReadyWait, Termination};
use greenlight_core::{AutoRollback, AutoRollbackEvent, ComputePlatform, Timestamp};
use serde::{Deserialize, Serialize};

use super::Tables;
use super::application::{Application, Tags};
use super::table::Row;
use crate::endpoint::error::ServiceError;
use crate::endpoint::shapes::deployment_group::TriggerConfig;

/// A deployment group. Kept under its application's id and its own name, so that a new name of the application
/// changes nothing here; its id stays when its own name changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct DeploymentGroup {
    pub(crate) id: String,
    pub(crate) application_id: String,
    pub(crate) name: String,
    pub(crate) created: Timestamp,
    #[serde(default)]
    pub(crate) tags: Tags,
    /// The configuration of deployments that name none.
    pub(crate) deployment_config_name: String,
    pub(crate) service_role_arn: String,
    #[serde(default)]
    pub(crate) triggers: Vec<TriggerConfig>,
    pub(crate) alarms: Option<Alarms>,
    pub(crate) auto_rollback: Option<AutoRollbackSettings>,
    pub(crate) outdated_instances_strategy: Option<String>,
    #[serde(default)]
    pub(crate) termination_hook_enabled: bool,
    pub(crate) target: Target,
}

/// What a group deploys to, with what belongs to that platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Target {
    /// An ECS service.
    Ecs(Box<EcsTarget>),
    /// Whatever Lambda function the AppSpec names.
    Lambda,
}

/// An ECS service, and how its traffic and task sets are handled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct EcsTarget {
    pub(crate) service: Service,
    pub(crate) load_balancer: LoadBalancer,
    pub(crate) ready: ReadyWait,
    pub(crate) termination: Termination,
}

/// An ECS service, by the names or ARNs that it was given with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Service {
    pub(crate) cluster: String,
    pub(crate) name: String,
}

/// The listeners and target groups of an ECS service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct LoadBalancer {
    pub(crate) target_groups: [String; 2],
    /// An ARN.
    pub(crate) production_listener: String,
    /// An ARN.
    pub(crate) test_listener: Option<String>,
}

/// Alarms that stop a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Alarms {
    pub(crate) enabled: bool,
    pub(crate) ignore_poll_failure: bool,
    pub(crate) names: Vec<String>,
}

/// When to roll back: events that count only when it is enabled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AutoRollbackSettings {
    pub(crate) enabled: bool,
    pub(crate) events: Vec<AutoRollbackEvent>,
}

impl Tables {
    /// The deployment group of this name.
    ///
    /// # Errors
    ///
    /// `ApplicationDoesNotExistException`, `DeploymentGroupDoesNotExistException`.
    pub(crate) fn deployment_group(
        &self,
        application: &str,
        name: &str,
    ) -> Result<&DeploymentGroup, ServiceError> {
        let key = DeploymentGroup::key(self.application(application)?, name);
        self.deployment_groups.get(&key).ok_or_else(|| ServiceError::deployment_group_does_not_exist(name))
    }

    /// The names of the application and of the deployment group with this id, if the group is still there.
    pub(crate) fn names_of_group(&self, id: &str) -> Option<(&str, &str)> {
        let group = self.deployment_groups.by_id(id)?;
        let application = self.applications.by_id(&group.application_id)?;
        Some((&application.name, &group.name))
    }

    /// The groups of an application, by name.
    pub(crate) fn groups_of(&self, application: &Application) -> impl Iterator<Item = &DeploymentGroup> {
        self.deployment_groups.with_prefix(DeploymentGroup::key(application, "")).map(|(_, group)| group)
    }
}

impl Row for DeploymentGroup {
    fn id(&self) -> Option<&str> {
        Some(&self.id)
    }
}

impl DeploymentGroup {
    /// The key of a group of an application.
    pub(crate) fn key(application: &Application, name: &str) -> String {
        // No name of a group has a slash.
        format!("{}/{name}", application.id)
    }

    /// What it deploys to.
    pub(crate) const fn platform(&self) -> ComputePlatform {
        match self.target {
            Target::Ecs(_) => ComputePlatform::Ecs,
            Target::Lambda => ComputePlatform::Lambda,
        }
    }

    /// What belongs to an ECS service, if it deploys to one.
    pub(crate) fn ecs(&self) -> Option<&EcsTarget> {
        match &self.target {
            Target::Ecs(ecs) => Some(ecs),
            Target::Lambda => None,
        }
    }
}

impl Service {
    /// The cluster and the service by name, whether they were given so or by ARN.
    pub(crate) fn names(&self) -> (&str, &str) {
        (last_part(&self.cluster), last_part(&self.name))
    }
}

impl Alarms {
    /// The names of those that stop a deployment.
    pub(crate) fn in_force(&self) -> BTreeSet<String> {
        if self.enabled { self.names.iter().cloned().collect() } else { BTreeSet::new() }
    }
}

impl AutoRollbackSettings {
    /// When it happens.
    pub(crate) fn in_force(&self) -> AutoRollback {
        if self.enabled { AutoRollback::on(self.events.iter().copied()) } else { AutoRollback::disabled() }
    }
}

/// The name in an ARN such as `arn:aws:ecs:eu-west-1:111122223333:service/cluster/name`, or the name itself.
fn last_part(text: &str) -> &str {
    if text.starts_with("arn:") { text.rsplit('/').next().unwrap_or(text) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_known_by_name_and_by_arn() {
        let service =
            |cluster: &str, name: &str| Service { cluster: cluster.to_owned(), name: name.to_owned() };
        let arn = service(
            "arn:aws:ecs:eu-west-1:111122223333:cluster/main",
            "arn:aws:ecs:eu-west-1:111122223333:service/main/web",
        );
        assert_eq!(arn.names(), ("main", "web"));
        assert_eq!(service("main", "web").names(), arn.names());
    }
}
