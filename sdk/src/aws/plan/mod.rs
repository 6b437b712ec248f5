//! Every check that can be made before anything changes.

mod account;
mod alarm;
mod codes;
mod deployment;
mod findings;
mod group;
mod hook;
mod listener;
mod service;
mod task_definition;
mod traffic;
mod unchecked;

use aws_sdk_codedeploy::types::{ApplicationInfo, DeploymentGroupInfo};
use greenlight_core::error::PlanError;
use greenlight_core::finding::Place;
use greenlight_core::lifecycle::Platform;
use greenlight_core::{AppSpec, DeploymentId, DeploymentRequest, Plan};

pub(super) use self::account::Account;
pub use self::codes::PLAN_FINDING_CODES;
use self::findings::Findings;
use super::api::{Calls, Patience, Trouble};
use super::target_ids::TargetIds;

/// Makes the plan for a request. What does not depend on other answers is asked for at the same time.
///
/// # Errors
///
/// When there is no such application or group, or CodeDeploy cannot be asked. What it or another service does not permit is a
/// finding.
pub(super) async fn plan(
    calls: &Calls,
    account: &Account,
    targets: &TargetIds,
    request: &DeploymentRequest,
    pipeline: &str,
) -> Result<Plan, PlanError> {
    let (application, group) = (&request.application, &request.deployment_group);
    let reading = AppSpec::read(&request.appspec);
    let spec = reading.spec.as_ref();
    let mut findings = Findings::from(reading.findings);
    let (found, group_info, active, definition, hooks) = futures_util::join!(
        calls.application(application),
        calls.group(application, group),
        calls.active(application, group, Patience::SHORT),
        task_definition::ask(account, spec.and_then(AppSpec::ecs_service)),
        hook::ask(account, spec),
    );
    let unavailable = |trouble: Trouble| PlanError::Unavailable {
        pipeline: pipeline.to_owned(),
        source: Box::new(trouble),
    };
    let place = Place::named("application", application);
    let application = match found {
        Err(trouble) if trouble.is("ApplicationDoesNotExist") => {
            let hint = format!("{pipeline} was asked: correct the name or the region");
            return Err(PlanError::NotFound { what: "application", name: application.clone(), hint });
        }
        other => permitted(other, "the application", place, "codedeploy:GetApplication", &mut findings)
            .map_err(unavailable)?,
    };
    let place = || Place::named("deployment group", group);
    let group_info = match group_info {
        Err(trouble) if trouble.is("DeploymentGroupDoesNotExist") => {
            let name = format!("{}/{group}", request.application);
            let hint = hint(calls.group_names(&request.application).await.unwrap_or_default());
            return Err(PlanError::NotFound { what: "deployment group", name, hint });
        }
        other => {
            permitted(other, "the deployment group", place(), "codedeploy:GetDeploymentGroup", &mut findings)
                .map_err(unavailable)?
        }
    };
    let active = permitted(
        active,
        "whether a deployment is under way",
        place(),
        "codedeploy:ListDeployments",
        &mut findings,
    );
    let active = active.map_err(unavailable)?.flatten();
    if let (Some(service), Some(answer)) = (spec.and_then(AppSpec::ecs_service), definition) {
        task_definition::check(service, answer, &mut findings);
    }
    let mut plan = Plan::new(request.clone());
    let role = group_info.as_ref().and_then(DeploymentGroupInfo::service_role_arn);
    let hooks = hook::check(account, role, hooks);
    if let Some(group) = &group_info {
        targets.learn(request, group);
        let Some(platform) = platform(application.as_ref(), group, &mut findings) else {
            findings.append(hooks.await);
            plan.appspec = reading.spec;
            return Ok(plan.with_findings(findings.into_vec()));
        };
        let watched = alarm::watched(group);
        let (config, hooks, alarms, around) = futures_util::join!(
            deployment::config(calls, platform, group, request, &mut findings),
            hooks,
            account.alarms(watched.clone()),
            around(account, platform, group),
        );
        let config = config.map_err(unavailable)?;
        findings.append(hooks);
        alarm::check(&watched, alarms, &mut findings);
        group::check(platform, group, config.as_ref(), active.as_ref(), &mut findings);
        if let Some(spec) = spec {
            deployment::check(spec, platform, group, &mut findings);
        }
        if let Some(around) = around {
            around.check(group, spec, active.as_ref(), &mut findings);
            traffic::check_steps(group, config.as_ref().map(|config| config.routing), &mut findings);
        }
        plan.budget = config.as_ref().map(|config| deployment::budget(config, group, spec));
        plan.config = config;
    } else {
        findings.append(hooks.await);
    }
    plan.appspec = reading.spec;
    Ok(plan.with_findings(findings.into_vec()))
}

/// The service that the group deploys to, and what is in front of it.
struct Around {
    service: Option<account::Answer<aws_sdk_ecs::types::Service>>,
    traffic: traffic::Traffic,
}

async fn around(account: &Account, platform: Platform, group: &DeploymentGroupInfo) -> Option<Around> {
    if platform != Platform::Ecs {
        return None;
    }
    let (service, traffic) = futures_util::join!(service::ask(account, group), traffic::ask(account, group));
    Some(Around { service, traffic })
}

impl Around {
    fn check(
        self,
        group: &DeploymentGroupInfo,
        spec: Option<&AppSpec>,
        active: Option<&DeploymentId>,
        findings: &mut Findings,
    ) {
        let spec = spec.and_then(AppSpec::ecs_service);
        let service = self.service.and_then(|answer| service::check(group, spec, answer, findings));
        self.traffic.check(service.as_ref(), active.is_some(), findings);
    }
}

/// The platform, by whichever of the two could be read. The group is there.
fn platform(
    application: Option<&ApplicationInfo>,
    group: &DeploymentGroupInfo,
    findings: &mut Findings,
) -> Option<Platform> {
    let own = application.and_then(ApplicationInfo::compute_platform).or_else(|| group.compute_platform());
    let name = group.application_name().unwrap_or_default();
    group::platform(name, own.map_or("unknown", |platform| platform.as_str()), findings)
}

/// What is not permitted to ask is a note, and no reason to end.
fn permitted<T>(
    answer: Result<T, Trouble>,
    what: &str,
    place: Place,
    permission: &'static str,
    findings: &mut Findings,
) -> Result<Option<T>, Trouble> {
    match answer {
        Err(trouble) if trouble.is_denied() => {
            findings.unchecked(place, what, permission, trouble);
            Ok(None)
        }
        other => other.map(Some),
    }
}

fn hint(known: Vec<String>) -> String {
    if known.is_empty() {
        "the application has no deployment groups".to_owned()
    } else {
        format!("there are {}", known.join(", "))
    }
}
