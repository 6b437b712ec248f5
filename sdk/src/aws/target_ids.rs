//! The targets of groups that were planned for: known before the deployment begins, without a question.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use aws_sdk_codedeploy::types::DeploymentGroupInfo;
use greenlight_core::DeploymentRequest;

/// More than these are forgotten.
const KEPT: usize = 2048;

/// Target ids by application and group.
#[derive(Debug, Default)]
pub(super) struct TargetIds(Mutex<HashMap<(String, String), String>>);

impl TargetIds {
    /// Keeps the id that the target of the group's deployments has: `cluster:service`.
    pub(super) fn learn(&self, request: &DeploymentRequest, group: &DeploymentGroupInfo) {
        let [service] = group.ecs_services() else { return };
        let (Some(cluster), Some(service)) = (service.cluster_name(), service.service_name()) else { return };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(key(request), format!("{}:{}", name(cluster), name(service)));
    }

    /// The id of the target, as far as it is known; the service has the last word.
    pub(super) fn get(&self, request: &DeploymentRequest) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key(request)).cloned()
    }
}

fn key(request: &DeploymentRequest) -> (String, String) {
    (request.application.clone(), request.deployment_group.clone())
}

/// The name in an ARN, or the name itself.
fn name(given: &str) -> &str {
    given.rsplit('/').next().unwrap_or(given)
}

#[cfg(test)]
mod tests {
    use aws_sdk_codedeploy::types::EcsService;

    use super::*;

    #[test]
    fn a_target_is_called_by_the_names_of_cluster_and_service() {
        let targets = TargetIds::default();
        let request = DeploymentRequest::new("shop", "web", "");
        let service = EcsService::builder()
            .cluster_name("main")
            .service_name("arn:aws:ecs:eu-west-1:1:service/main/web");
        targets.learn(&request, &DeploymentGroupInfo::builder().ecs_services(service.build()).build());
        assert_eq!(targets.get(&request), Some("main:web".to_owned()));
        assert_eq!(targets.get(&DeploymentRequest::new("shop", "other", "")), None);
    }
}
