//! Everything that can be done before the first event.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::future::join_all;
use greenlight_hook_runtime::http::Network;
use greenlight_hook_runtime::suite::{Packed, Suite, SuitePlugin};
use greenlight_hook_runtime::{Hook, HookContext, HookRun, Limits, Runtime, RuntimeOptions};

use crate::plugins::Plugins;
use crate::{Aws, Environment, Host, Log, TrustError};

/// How long the call may take that makes the first real one fast.
const WARM_UP: Duration = Duration::from_millis(20);

/// Reads the suite, maps the code of its plugins, makes the clients, and runs each code once without grants and config.
///
/// A suite that cannot be used is no error: the host then reports every hook as failed, with the reason. A function that
/// did not start would report none, and every deployment would wait for an hour.
///
/// # Errors
///
/// [`TrustError`], in a broken build.
pub async fn start(environment: Environment, log: Log) -> Result<Host, TrustError> {
    let aws = Aws::new(&environment)?;
    let plugins = load(&environment);
    if let Ok(plugins) = &plugins {
        warm_up(plugins).await;
    }
    Ok(Host::new(environment, aws, plugins, log))
}

fn load(environment: &Environment) -> Result<Plugins, String> {
    let path: &Path = &environment.suite;
    let suite = Suite::read(path).map_err(|error| error.to_string())?;
    let network = network(environment)?;
    let runtime = Runtime::with_network(options(&suite), network).map_err(|error| error.to_string())?;
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let mut mapped: HashMap<PathBuf, (Packed, Hook)> = HashMap::new();
    Plugins::load(suite, |plugin| {
        // Several entries of a suite may have one plugin, each with settings of its own.
        if let Some((packed, hook)) = mapped.get(&plugin.plugin)
            && plugin.packed.as_ref() == Some(packed)
        {
            return Ok(hook.clone());
        }
        let hook = map(&runtime, folder, plugin)?;
        if let Some(packed) = &plugin.packed {
            mapped.insert(plugin.plugin.clone(), (packed.clone(), hook.clone()));
        }
        Ok(hook)
    })
}

/// Everything but the Runtime API, by which a plugin could answer in the function's name.
fn network(environment: &Environment) -> Result<Network, String> {
    let network = Network::system().map_err(|error| error.to_string())?;
    match &environment.runtime_api {
        Some(address) => network.with_runtime_api(address).map_err(|error| error.to_string()),
        None => Ok(network),
    }
}

/// As much as the suite can use, and no more address space than that.
fn options(suite: &Suite) -> RuntimeOptions {
    let memory = suite.plugins.iter().map(|plugin| plugin.memory).max().unwrap_or_default();
    // A process has one event at a time, and an event each plugin once.
    let at_once = suite.concurrency.min(suite.plugins.len());
    RuntimeOptions::default()
        .with_concurrency(u32::try_from(at_once).unwrap_or(u32::MAX))
        .with_max_memory(usize::try_from(memory).unwrap_or(usize::MAX))
}

fn map(runtime: &Runtime, folder: &Path, plugin: &SuitePlugin) -> Result<Hook, String> {
    let Some(packed) = &plugin.packed else {
        return Err(format!(
            "plugin \"{}\" is not compiled for this function; make the bundle with `greenlight hook pack`",
            plugin.name
        ));
    };
    runtime.map(folder.join(&plugin.plugin), packed).map_err(|error| error.to_string())
}

/// What a plugin does here counts for nothing: it has no grants, no config, and no time.
async fn warm_up(plugins: &Plugins) {
    let mut codes = HashSet::new();
    let runs = plugins.iter().filter(|plugin| codes.insert(plugin.hook.digest())).map(|plugin| {
        let limits = Limits::default().with_wall_clock(WARM_UP).with_cpu(WARM_UP);
        let run =
            HookRun::new(HookContext::new("d-warm-up", crate::context::UNKNOWN_EVENT)).with_limits(limits);
        plugin.hook.run(run)
    });
    join_all(runs).await;
}
