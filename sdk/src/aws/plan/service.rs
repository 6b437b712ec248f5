//! Checks of the ECS service that the group deploys to.

use aws_sdk_codedeploy::types::{DeploymentGroupInfo, EcsService as Target};
use aws_sdk_ecs::types::{CapacityProviderStrategyItem, DeploymentControllerType, Service, TaskSet};
use greenlight_core::appspec::EcsService;
use greenlight_core::finding::{Finding, Place};

use super::account::{Account, Answer};
use super::findings::Findings;

/// Asks for the service, if the group has one.
pub(super) async fn ask(account: &Account, group: &DeploymentGroupInfo) -> Option<Answer<Service>> {
    let target = group.ecs_services().first()?;
    let (cluster, service) = names(target);
    Some(account.service(cluster, service).await)
}

/// Checks what was answered, and gives the service if it is there.
pub(super) fn check(
    group: &DeploymentGroupInfo,
    spec: Option<&EcsService>,
    answer: Answer<Service>,
    findings: &mut Findings,
) -> Option<Service> {
    let (cluster, name) = group.ecs_services().first().map(names).unwrap_or_default();
    let place = || Place::named("service", format!("{cluster}/{name}"));
    let service = match answer {
        Ok(Some(service)) => service,
        Ok(None) => {
            let message = format!("there is no service `{name}` in the cluster `{cluster}`");
            let finding = Finding::error("unknown-service", message).with_place(place());
            findings.push(finding.with_fix("create it, or correct the service of the deployment group"));
            return None;
        }
        Err(trouble) => {
            findings.unchecked(place(), "the service", "ecs:DescribeServices", trouble);
            return None;
        }
    };
    if let Some(status) = service.status().filter(|status| *status != "ACTIVE") {
        let message = format!("the service is {status}, and takes no task set");
        let finding = Finding::error("service-not-active", message).with_place(place());
        findings.push(finding.with_fix("create the service again, or correct that of the deployment group"));
        return None;
    }
    // A service that names no controller has that of ECS.
    let controller = service.deployment_controller().map_or("ECS", |controller| controller.r#type().as_str());
    if controller != DeploymentControllerType::CodeDeploy.as_str() {
        let message =
            format!("the deployment controller of the service is {controller}, and not CODE_DEPLOY");
        let fix =
            "create the service with the deployment controller CODE_DEPLOY: it cannot be changed to that";
        findings.push(Finding::error("not-codedeploy-controller", message).with_place(place()).with_fix(fix));
    }
    if spec.is_some_and(|spec| spec.capacity_provider_strategy.is_empty()) {
        findings.extend(dropped_capacity(&service).map(|finding| finding.with_place(place())));
    }
    Some(service)
}

/// The task set that serves production.
pub(super) fn primary(service: &Service) -> Option<&TaskSet> {
    service.task_sets().iter().find(|task_set| task_set.status() == Some("PRIMARY"))
}

/// An AppSpec without a strategy falls back to the launch type, whatever the service had.
fn dropped_capacity(service: &Service) -> Option<Finding> {
    let now = primary(service).map(TaskSet::capacity_provider_strategy).unwrap_or_default();
    let strategy = if now.is_empty() { service.capacity_provider_strategy() } else { now };
    let providers: Vec<&str> = strategy.iter().map(CapacityProviderStrategyItem::capacity_provider).collect();
    if providers.is_empty() {
        return None;
    }
    let message = format!(
        "the service takes its capacity from {}, and the AppSpec names no strategy, so that the replacement falls back to \
         the launch type",
        providers.join(" and ")
    );
    let fix = "write the strategy as CapacityProviderStrategy into the Properties of the AppSpec";
    Some(Finding::warning("capacity-provider-dropped", message).with_fix(fix))
}

/// Cluster and service.
fn names(target: &Target) -> (&str, &str) {
    (target.cluster_name().unwrap_or("default"), target.service_name().unwrap_or_default())
}
