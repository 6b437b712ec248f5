//! The services of a project: real ones with task sets and listeners, and simulated ones.

use std::path::Path;

use greenlight::endpoint::EndpointBuilder;
use greenlight::local::LocalGroup;

use super::error::ProjectError;
use super::file::{OnReady, Service};
use super::read::Project;
use super::service_log;
use super::values::{Values, rollback};

const MISSING_SERVICE: &str = "is missing; describe the service with its task sets `blue` and `green`";
const MISSING_LISTENERS: &str = "is missing; give the addresses of the production and the test listener";

/// The deployment group of a rehearsal, with its service.
pub(super) fn of_group(
    project: &Project,
    values: &Values<'_>,
    logs: Option<&Path>,
) -> Result<LocalGroup, ProjectError> {
    let Some(service) = &project.file.service else { return Err(values.error("service", MISSING_SERVICE)) };
    if service.simulated {
        return Err(values.error(
            "service.simulated",
            "is for the endpoint; a rehearsal plays real task sets, so take it out",
        ));
    }
    let group = group(project, values, service, "service", logs)?;
    settings(project, values, group)
}

/// Gives an endpoint the project's services, and the deployment group of the first one.
pub(super) fn of_endpoint(
    mut endpoint: EndpointBuilder,
    project: &Project,
    values: &Values<'_>,
    logs: Option<&Path>,
) -> Result<EndpointBuilder, ProjectError> {
    if let Some(service) = &project.file.service {
        if service.simulated {
            check_simulated(values, service, "service")?;
        } else {
            let group = group(project, values, service, "service", logs)?;
            endpoint = endpoint.with_group(settings(project, values, group)?);
        }
    }
    for (number, service) in project.file.services.iter().enumerate() {
        let key = format!("services[{number}]");
        if service.simulated {
            check_simulated(values, service, &key)?;
        } else {
            endpoint = endpoint.with_service(group(project, values, service, &key, logs)?);
        }
    }
    Ok(endpoint)
}

/// A service that is simulated has nothing that could be started.
fn check_simulated(values: &Values<'_>, service: &Service, key: &str) -> Result<(), ProjectError> {
    if service.blue.is_some() || service.green.is_some() || service.listeners.is_some() {
        let problem = "is true, so `blue`, `green` and `listeners` have no effect; take them out";
        return Err(values.error(format!("{key}.simulated"), problem));
    }
    Ok(())
}

fn group(
    project: &Project,
    values: &Values<'_>,
    service: &Service,
    key: &str,
    logs: Option<&Path>,
) -> Result<LocalGroup, ProjectError> {
    let file = &project.file;
    let of_file = file.listeners.filter(|_| key == "service");
    let Some(listeners) = service.listeners.or(of_file) else {
        let key = if key == "service" { "listeners".to_owned() } else { format!("{key}.listeners") };
        return Err(values.error(key, MISSING_LISTENERS));
    };
    let mut blue = values.task_set(service, key, "blue")?;
    let mut green = values.task_set(service, key, "green")?;
    if let Some(dir) = logs {
        let dir = if key == "service" { dir.to_owned() } else { dir.join(&service.name) };
        blue = service_log::keep(blue, &dir, "blue")?;
        green = service_log::keep(green, &dir, "green")?;
    }
    let mut group = LocalGroup::new(&file.application, &file.deployment_group, blue, green)
        .with_service(&service.cluster, &service.name)
        .with_listeners(listeners.production, listeners.test);
    if let Some(delay) = &service.deregistration_delay {
        group = group.with_deregistration_delay(delay.0);
    }
    Ok(group)
}

/// What the file says of the deployment group itself.
fn settings(project: &Project, values: &Values<'_>, group: LocalGroup) -> Result<LocalGroup, ProjectError> {
    let file = &project.file;
    let mut group = group
        .with_ready_wait(values.ready_wait(&file.deployment)?)
        .with_termination(values.termination(&file.deployment)?)
        .with_auto_rollback(rollback(&file.rollback))
        .with_behaviour(file.behaviour.clone());
    if file.deployment.on_ready == OnReady::Continue {
        group = group.with_continue_when_ready();
    }
    Ok(group)
}
