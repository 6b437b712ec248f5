//! What is kept with a deployment for the service's answers.

use greenlight_core::appspec::sha256;
use greenlight_core::{ComputePlatform, DeploymentId, TaskSetLabel, TaskSetStatus};
use serde::{Deserialize, Serialize};

use super::Found;
use crate::endpoint::catalogue::Location;
use crate::endpoint::catalogue::deployment_group::{Alarms, AutoRollbackSettings, EcsTarget};
use crate::local::engine::ServiceKey;

/// What is kept with a deployment, as it was when it was created. A rollback has that of the deployment that it rolls
/// back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Details {
    pub(crate) revision: Location,
    /// What was deployed successfully before, and is gone back to.
    pub(crate) previous: Option<Location>,
    pub(crate) description: Option<String>,
    pub(crate) auto_rollback: Option<AutoRollbackSettings>,
    pub(crate) override_alarms: Option<Alarms>,
    pub(crate) file_exists_behavior: String,
    pub(crate) deployed: Deployed,
}

/// What is deployed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Deployed {
    /// An ECS service, with its two task sets.
    Ecs {
        /// The service and its load balancer.
        target: Box<EcsTarget>,
        /// The task set that was there.
        blue: TaskSetName,
        /// The one that replaces it.
        green: TaskSetName,
    },
    /// An alias of a Lambda function, with its two versions.
    Lambda {
        /// The function's name.
        function: String,
        /// The alias.
        alias: String,
        /// The version that was there.
        current: String,
        /// The one that replaces it.
        target: String,
    },
}

/// How a task set is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct TaskSetName {
    /// `ecs-svc/` and 19 digits.
    pub(crate) identifier: String,
    pub(crate) target_group: String,
}

impl Deployed {
    /// An ECS service whose group's last deployment, if it had one, ended as `last`. The task set that is the primary
    /// one then is the blue one now, and the target group that is free gets the green one. A group that was given
    /// another service, or other target groups, begins as a new one.
    pub(crate) fn ecs(target: &EcsTarget, id: &DeploymentId, last: Option<&Found>) -> Self {
        let [first, second] = &target.load_balancer.target_groups;
        let same = |blue: &TaskSetName| target.load_balancer.target_groups.contains(&blue.target_group);
        let last = last.filter(|last| last.details.deployed.service().as_str() == Self::service_of(target));
        let blue = last.and_then(primary).filter(same).unwrap_or_else(|| TaskSetName {
            identifier: identifier(&format!("{} at first", Self::service_of(target))),
            target_group: first.clone(),
        });
        let free = if blue.target_group == *first { second } else { first };
        let green = TaskSetName { identifier: identifier(id.as_str()), target_group: free.clone() };
        Self::Ecs { target: Box::new(target.clone()), blue, green }
    }

    /// What the engine calls it, which is also the id of an ECS target.
    pub(crate) fn service(&self) -> ServiceKey {
        match self {
            Self::Ecs { target, .. } => ServiceKey::new(Self::service_of(target)),
            Self::Lambda { function, alias, .. } => ServiceKey::new(format!("{function}:{alias}")),
        }
    }

    /// The platform.
    pub(crate) const fn platform(&self) -> ComputePlatform {
        match self {
            Self::Ecs { .. } => ComputePlatform::Ecs,
            Self::Lambda { .. } => ComputePlatform::Lambda,
        }
    }

    fn service_of(target: &EcsTarget) -> String {
        let (cluster, service) = target.service.names();
        format!("{cluster}:{service}")
    }
}

/// The task set that serves production after a deployment.
fn primary(last: &Found) -> Option<TaskSetName> {
    let Deployed::Ecs { blue, green, .. } = &last.details.deployed else { return None };
    let primary = last.seen.deployment.task_sets.iter().find(|set| set.status == TaskSetStatus::Primary)?;
    Some(match primary.label {
        TaskSetLabel::Blue => blue.clone(),
        TaskSetLabel::Green => green.clone(),
    })
}

/// Digits that look as those of the service, and are the same whenever they are asked for.
fn identifier(of: &str) -> String {
    let digits = sha256(of);
    let number = digits.get(..16).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or_default();
    format!("ecs-svc/{:019}", number % 10_u64.pow(19))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_set_has_an_identifier_of_the_services_form() {
        for of in ["d-1NNWZG91L", "cluster:web at first", ""] {
            let identifier = identifier(of);
            let digits = identifier.strip_prefix("ecs-svc/").unwrap();
            assert_eq!(digits.len(), 19, "{identifier}");
            assert!(digits.bytes().all(|b| b.is_ascii_digit()), "{identifier}");
        }
        assert_ne!(identifier("d-1NNWZG91L"), identifier("d-1NNWZG91M"));
    }
}
