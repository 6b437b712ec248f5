//! Makes a local pipeline or an endpoint of a project.

use std::path::Path;

use greenlight::endpoint::{Endpoint, EndpointBuilder};
use greenlight::local::{Local, LocalBuilder, LocalClock};
use greenlight_core::DeploymentRequest;

use super::error::ProjectError;
use super::hooks;
use super::read::{AppSpecText, Project, relative_to};
use super::services;
use super::values::Values;

/// A pipeline that can be built, and what to ask of it.
#[derive(Debug)]
pub(crate) struct Bound {
    /// The pipeline. Nothing is opened or started yet.
    pub(crate) pipeline: LocalBuilder,
    /// The deployment that the project describes.
    pub(crate) request: DeploymentRequest,
}

/// What the command line says beyond the project file.
#[derive(Debug, Default)]
pub(crate) struct Overrides<'a> {
    /// The clock, instead of the file's own.
    pub(crate) clock: Option<LocalClock>,
    /// The folder in which to keep what the task sets print.
    pub(crate) service_logs: Option<&'a Path>,
}

/// Binds a project to a local pipeline: reads its values and loads its plugins.
pub(crate) fn bind(
    project: &Project,
    appspec: &AppSpecText,
    overrides: Overrides<'_>,
) -> Result<Bound, ProjectError> {
    let values = Values { path: &project.path };
    let file = &project.file;
    let mut request = DeploymentRequest::new(&file.application, &file.deployment_group, &appspec.text);
    if let Some(config) = &file.deployment.config {
        request = request.with_deployment_config(config);
    }
    let mut pipeline = Local::builder()
        .with_clock(clock(project, &values, overrides.clock)?)
        .with_group(services::of_group(project, &values, overrides.service_logs)?);
    for config in values.custom_configs(file)? {
        pipeline = pipeline.with_deployment_config(config);
    }
    for (function, plugin) in hooks::plugins(project, &values)? {
        pipeline = pipeline.with_hook(function, plugin);
    }
    Ok(Bound { pipeline, request })
}

/// Binds a project to an endpoint: reads its values and loads its plugins.
pub(crate) fn bind_endpoint(
    project: &Project,
    overrides: Overrides<'_>,
) -> Result<EndpointBuilder, ProjectError> {
    let values = Values { path: &project.path };
    let file = &project.file;
    let mut endpoint = Endpoint::builder()
        .with_clock(clock(project, &values, overrides.clock)?)
        .with_behaviour(file.behaviour.clone());
    if let Some(time) = &file.endpoint.install_time {
        endpoint = endpoint.with_install_time(time.0);
    }
    if let Some(region) = &file.endpoint.region {
        endpoint = endpoint.with_region(region);
    }
    if let Some(account) = &file.endpoint.account {
        endpoint = endpoint.with_account(account);
    }
    if let Some(root) = &file.endpoint.s3_root {
        endpoint = endpoint.with_s3_root(relative_to(&project.path, root));
    }
    for config in values.custom_configs(file)? {
        endpoint = endpoint.with_deployment_config(config);
    }
    endpoint = services::of_endpoint(endpoint, project, &values, overrides.service_logs)?;
    hooks::of_endpoint(endpoint, project, &values)
}

fn clock(
    project: &Project,
    values: &Values<'_>,
    given: Option<LocalClock>,
) -> Result<LocalClock, ProjectError> {
    match given {
        Some(clock) => Ok(clock),
        None => project
            .file
            .clock
            .parse()
            .map_err(|invalid| values.error("clock", format!("is wrong: {invalid}"))),
    }
}
