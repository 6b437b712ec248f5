//! Makes a local pipeline of a project.

use std::path::Path;

use greenlight::local::{Local, LocalBuilder, LocalClock, LocalGroup, PluginHook};
use greenlight_core::DeploymentRequest;
use greenlight_hook_runtime::{Runtime, RuntimeOptions};

use super::error::ProjectError;
use super::file::OnReady;
use super::read::{Project, relative_to};
use super::service_log;
use super::values::{Values, limits, rollback};

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
pub(crate) fn bind(project: &Project, overrides: Overrides<'_>) -> Result<Bound, ProjectError> {
    let values = Values { path: &project.path };
    let file = &project.file;
    let clock = match overrides.clock {
        Some(clock) => clock,
        None => {
            file.clock.parse().map_err(|invalid| values.error("clock", format!("is wrong: {invalid}")))?
        }
    };
    let mut request = DeploymentRequest::new(&file.application, &file.deployment_group, &project.appspec);
    if let Some(config) = &file.deployment.config {
        request = request.with_deployment_config(config);
    }
    let mut pipeline =
        Local::builder().with_clock(clock).with_group(group(project, &values, overrides.service_logs)?);
    for config in values.custom_configs(file)? {
        pipeline = pipeline.with_deployment_config(config);
    }
    if !file.hooks.is_empty() {
        pipeline = with_plugins(pipeline, project, &values)?;
    }
    Ok(Bound { pipeline, request })
}

fn group(project: &Project, values: &Values<'_>, logs: Option<&Path>) -> Result<LocalGroup, ProjectError> {
    let file = &project.file;
    let service = &file.service;
    let mut blue = values.task_set("blue", service, &service.blue)?;
    let mut green = values.task_set("green", service, &service.green)?;
    if let Some(dir) = logs {
        blue = service_log::keep(blue, dir, "blue")?;
        green = service_log::keep(green, dir, "green")?;
    }
    let mut group = LocalGroup::new(&file.application, &file.deployment_group, blue, green)
        .with_service(&service.cluster, &service.name)
        .with_listeners(file.listeners.production, file.listeners.test)
        .with_ready_wait(values.ready_wait(&file.deployment)?)
        .with_termination(values.termination(&file.deployment)?)
        .with_auto_rollback(rollback(&file.rollback));
    if file.deployment.on_ready == OnReady::Continue {
        group = group.with_continue_when_ready();
    }
    if let Some(delay) = service.deregistration_delay {
        group = group.with_deregistration_delay(delay.0);
    }
    Ok(group)
}

fn with_plugins(
    mut pipeline: LocalBuilder,
    project: &Project,
    values: &Values<'_>,
) -> Result<LocalBuilder, ProjectError> {
    let hooks = &project.file.hooks;
    let most_memory = hooks.values().map(|hook| limits(&hook.limits).memory).max().unwrap_or_default();
    let options = RuntimeOptions::default();
    let options =
        if most_memory > options.max_memory { options.with_max_memory(most_memory) } else { options };
    let runtime = Runtime::new(options)?;
    for (function, hook) in hooks {
        let plugin = runtime.load_file(relative_to(&project.path, &hook.plugin)).map_err(|source| {
            let (path, function, source) = (project.path.clone(), function.clone(), Box::new(source));
            ProjectError::Plugin { path, function, source }
        })?;
        let config = hook.config.iter().map(|(key, value)| (key.as_str(), value.0.as_str()));
        let bound = PluginHook::new(plugin)
            .with_grants(values.grants(function, &hook.grants)?)
            .with_limits(limits(&hook.limits))
            .with_config(config);
        pipeline = pipeline.with_hook(function, bound);
    }
    Ok(pipeline)
}
