//! The hook functions of a project, of three kinds.

use greenlight::endpoint::EndpointBuilder;
use greenlight::local::{LambdaInvoke, LambdaProcess, PluginHook};
use greenlight_hook_runtime::{Runtime, RuntimeOptions};

use super::error::ProjectError;
use super::file::{self, Hook};
use super::read::{Project, relative_to};
use super::values::{Values, limits};
use crate::plugin_file;

/// What a table says that its function is.
enum Kind<'a> {
    Plugin,
    Process(file::Runtime),
    Invoke(&'a str),
}

/// The plugins of a rehearsal, which has no other hooks.
pub(super) fn plugins(
    project: &Project,
    values: &Values<'_>,
) -> Result<Vec<(String, PluginHook)>, ProjectError> {
    for (function, hook) in &project.file.hooks {
        let key = match kind(values, function, hook)? {
            Kind::Plugin => continue,
            Kind::Process(_) => "runtime",
            Kind::Invoke(_) => "invoke",
        };
        return Err(values.error(
            format!("hooks.{function}.{key}"),
            "is for the endpoint, because such a function reports through the CodeDeploy API; use `greenlight endpoint`",
        ));
    }
    load(project, values)
}

/// Gives an endpoint all hook functions of the project.
pub(super) fn of_endpoint(
    mut endpoint: EndpointBuilder,
    project: &Project,
    values: &Values<'_>,
) -> Result<EndpointBuilder, ProjectError> {
    for (function, hook) in &project.file.hooks {
        match kind(values, function, hook)? {
            Kind::Plugin => {}
            Kind::Process(runtime) => {
                let process = process(project, values, function, hook, runtime)?;
                endpoint = endpoint.with_lambda_process(function, process);
            }
            Kind::Invoke(url) => endpoint = endpoint.with_hook(function, LambdaInvoke::new(url)),
        }
    }
    for (function, plugin) in load(project, values)? {
        endpoint = endpoint.with_hook(function, plugin);
    }
    Ok(endpoint)
}

fn kind<'a>(values: &Values<'_>, function: &str, hook: &'a Hook) -> Result<Kind<'a>, ProjectError> {
    let error = |key: &str, problem: &str| Err(values.error(format!("hooks.{function}{key}"), problem));
    let kind = match (&hook.plugin, hook.runtime, &hook.invoke) {
        (Some(_), None, None) => Kind::Plugin,
        (None, Some(runtime), None) => Kind::Process(runtime),
        (None, None, Some(url)) => Kind::Invoke(url),
        (None, None, None) => {
            return error("", "needs a `plugin`, a `runtime`, or the URL to `invoke` it at");
        }
        _ => return error("", "has more than one of `plugin`, `runtime` and `invoke`; keep one of them"),
    };
    let of_plugin = hook.grants.is_some() || hook.limits.is_some() || !hook.config.is_empty();
    let of_process = hook.code.is_some()
        || hook.handler.is_some()
        || hook.command.is_some()
        || !hook.env.is_empty()
        || hook.timeout.is_some()
        || hook.retries.is_some()
        || hook.concurrency.is_some();
    if of_plugin && !matches!(kind, Kind::Plugin) {
        return error(
            "",
            "has no `plugin`, so `grants`, `limits` and `config` have no effect; take them out",
        );
    }
    if of_process && !matches!(kind, Kind::Process(_)) {
        return error("", "has no `runtime`, so what is said of its process has no effect; take it out");
    }
    Ok(kind)
}

fn process(
    project: &Project,
    values: &Values<'_>,
    function: &str,
    hook: &Hook,
    runtime: file::Runtime,
) -> Result<LambdaProcess, ProjectError> {
    let error = |key: &str, problem: &str| values.error(format!("hooks.{function}.{key}"), problem);
    let code = match &hook.code {
        Some(code) => relative_to(&project.path, code),
        None => return Err(error("code", "is missing; name the folder of the function's code")),
    };
    // A process does not start in a folder that is relative to somewhere else.
    let code = std::path::absolute(&code).unwrap_or(code);
    let handler =
        || hook.handler.as_deref().ok_or_else(|| error("handler", "is missing; such as index.handler"));
    let mut process = match (runtime, &hook.command) {
        (file::Runtime::Nodejs, None) => LambdaProcess::node(function, handler()?, code),
        (file::Runtime::Python, None) => LambdaProcess::python(function, handler()?, code),
        (file::Runtime::Provided, command) => {
            let bootstrap = vec!["./bootstrap".to_owned()];
            let process =
                LambdaProcess::new(function, command.clone().unwrap_or(bootstrap)).with_directory(code);
            match &hook.handler {
                Some(handler) => process.with_handler(handler),
                None => process,
            }
        }
        (_, Some(_)) => {
            return Err(error("command", "is for the runtime \"provided\"; take it out"));
        }
    };
    for (name, value) in &hook.env {
        process = process.with_env(name, value.0.as_str());
    }
    if let Some(timeout) = &hook.timeout {
        process = process.with_timeout(timeout.0);
    }
    if let Some(retries) = hook.retries {
        process = process.with_retries(retries);
    }
    if let Some(concurrency) = hook.concurrency {
        process = process.with_concurrency(concurrency);
    }
    Ok(process)
}

fn load(project: &Project, values: &Values<'_>) -> Result<Vec<(String, PluginHook)>, ProjectError> {
    let hooks = project.file.hooks.iter();
    let plugins: Vec<_> =
        hooks.filter_map(|(function, hook)| Some((function, hook, hook.plugin.as_deref()?))).collect();
    if plugins.is_empty() {
        return Ok(Vec::new());
    }
    let limits_of = |hook: &Hook| hook.limits.as_ref().map(limits).unwrap_or_default();
    let most_memory = plugins.iter().map(|(_, hook, _)| limits_of(hook).memory).max().unwrap_or_default();
    let options = RuntimeOptions::default();
    let options =
        if most_memory > options.max_memory { options.with_max_memory(most_memory) } else { options };
    let runtime = Runtime::new(options)?;
    let mut loaded = Vec::with_capacity(plugins.len());
    for (function, hook, plugin) in plugins {
        let plugin = plugin_file::load(&runtime, relative_to(&project.path, plugin)).map_err(|source| {
            let (path, function, source) = (project.path.clone(), function.clone(), Box::new(source));
            ProjectError::Plugin { path, function, source }
        })?;
        let config = hook.config.iter().map(|(key, value)| (key.as_str(), value.0.as_str()));
        let grants = hook.grants.as_ref().map(|grants| values.grants(function, grants)).transpose()?;
        let bound = PluginHook::new(plugin)
            .with_grants(grants.unwrap_or_default())
            .with_limits(limits_of(hook))
            .with_config(config);
        loaded.push((function.clone(), bound));
    }
    Ok(loaded)
}
