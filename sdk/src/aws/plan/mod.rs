//! Every check that can be made before anything changes.

mod deployment;
mod group;

use greenlight_core::error::PlanError;
use greenlight_core::{AppSpec, DeploymentRequest, Plan};

use super::api::{Calls, Patience, Trouble};
use super::target_ids::TargetIds;

/// Makes the plan for a request. What it needs to know is asked for at the same time.
///
/// # Errors
///
/// When there is no such application or group, or the service cannot be asked.
pub(super) async fn plan(
    calls: &Calls,
    targets: &TargetIds,
    request: &DeploymentRequest,
    pipeline: &str,
) -> Result<Plan, PlanError> {
    let (application, group) = (&request.application, &request.deployment_group);
    let (found, group_info, active) = futures_util::join!(
        calls.application(application),
        calls.group(application, group),
        calls.active(application, group, Patience::SHORT),
    );
    let unavailable = |trouble: Trouble| PlanError::Unavailable {
        pipeline: pipeline.to_owned(),
        source: Box::new(trouble),
    };
    let application = match found {
        Err(trouble) if trouble.is("ApplicationDoesNotExist") => {
            let hint = format!("{pipeline} was asked: correct the name or the region");
            return Err(PlanError::NotFound { what: "application", name: application.clone(), hint });
        }
        other => other.map_err(unavailable)?,
    };
    let group = match group_info {
        Err(trouble) if trouble.is("DeploymentGroupDoesNotExist") => {
            let name = format!("{}/{group}", request.application);
            let hint = hint(calls.group_names(&request.application).await.unwrap_or_default());
            return Err(PlanError::NotFound { what: "deployment group", name, hint });
        }
        other => other.map_err(unavailable)?,
    };
    let active = active.map_err(unavailable)?;
    targets.learn(request, &group);

    let reading = AppSpec::read(&request.appspec);
    let mut findings = reading.findings;
    let config = deployment::config(calls, &application, &group, request, &mut findings);
    let config = config.await.map_err(unavailable)?;
    group::check(&application, &group, config.as_ref(), active.as_ref(), &mut findings);
    if let Some(spec) = &reading.spec {
        deployment::check(spec, &application, &group, &mut findings);
    }
    let budget =
        config.as_ref().map(|config| deployment::budget(config, &application, &group, reading.spec.as_ref()));
    let mut plan = Plan::new(request.clone()).with_findings(findings);
    (plan.appspec, plan.config, plan.budget) = (reading.spec, config, budget);
    Ok(plan)
}

fn hint(known: Vec<String>) -> String {
    if known.is_empty() {
        "the application has no deployment groups".to_owned()
    } else {
        format!("there are {}", known.join(", "))
    }
}
