//! A WebAssembly plugin as a hook function.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use greenlight_core::CheckOutcome;
use greenlight_hook_runtime::{
    self as runtime, Grants, Hook, HookContext, HookRun, Limits, Observation, Outcome, Verdict, Weights,
};

use super::{HookAnswer, HookCall, HookFunction, HookProgress};

/// A plugin with what it is granted, its limits and its configuration.
///
/// ```no_run
/// use greenlight::local::PluginHook;
/// use greenlight_hook_runtime::{Grants, Runtime, RuntimeOptions, http::HttpGrants};
///
/// # fn load() -> Result<PluginHook, Box<dyn std::error::Error>> {
/// let runtime = Runtime::new(RuntimeOptions::default())?;
/// let plugin = runtime.load_file("smoke.wasm")?;
/// let grants = Grants::none().with_http(HttpGrants::parse(["{test}"])?);
/// Ok(PluginHook::new(plugin).with_grants(grants).with_config([("health-path", "/health")]))
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct PluginHook {
    plugin: Hook,
    grants: Grants,
    limits: Limits,
    config: BTreeMap<String, String>,
}

impl PluginHook {
    /// The plugin with no grants, the default limits and no configuration.
    #[must_use]
    pub fn new(plugin: Hook) -> Self {
        Self { plugin, grants: Grants::none(), limits: Limits::default(), config: BTreeMap::new() }
    }

    /// What it may reach.
    #[must_use]
    pub fn with_grants(mut self, grants: Grants) -> Self {
        self.grants = grants;
        self
    }

    /// What it may use.
    #[must_use]
    pub const fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// What it reads from `wasi:config/store`.
    #[must_use]
    pub fn with_config<K: Into<String>, V: Into<String>>(
        mut self,
        config: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.config = config.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
        self
    }
}

#[async_trait]
impl HookFunction for PluginHook {
    async fn invoke(&self, call: HookCall) -> HookAnswer {
        let progress = Arc::clone(&call.progress);
        let run = HookRun::new(context(call))
            .with_config(self.config.clone())
            .with_grants(self.grants.clone())
            .with_limits(self.limits.clone())
            .with_observer(move |seen: &Observation| {
                if let Some(seen) = progress_of(seen) {
                    progress(seen);
                }
            });
        let report = self.plugin.run(run).await;
        match &report.outcome {
            Outcome::Verdict(Verdict::Pass) => HookAnswer::Succeeded,
            Outcome::Verdict(Verdict::Pending { delay, state }) => {
                HookAnswer::Pending { delay: *delay, state: state.clone() }
            }
            Outcome::Verdict(Verdict::Fail { .. }) | Outcome::Fault(_) => {
                HookAnswer::Failed { reason: report.reason() }
            }
        }
    }
}

fn context(call: HookCall) -> HookContext {
    let mut context = HookContext::new(call.execution.deployment.as_str(), call.event.as_str());
    context.application = Some(call.application);
    context.group = Some(call.deployment_group);
    context.service = Some(call.service);
    context.test_url = call.test_url;
    context.production_url = call.production_url;
    context.production_weights =
        Some(Weights { blue: f64::from(call.green.rest().get()), green: f64::from(call.green.get()) });
    context.revision = Some(call.revision);
    context.attempt = call.attempt;
    context.state = call.state;
    context
}

fn progress_of(seen: &Observation) -> Option<HookProgress> {
    Some(match seen {
        Observation::Check(check) => HookProgress::Check {
            name: check.name.clone(),
            outcome: match check.outcome {
                runtime::CheckOutcome::Pass => CheckOutcome::Pass,
                runtime::CheckOutcome::Fail => CheckOutcome::Fail,
                runtime::CheckOutcome::Warn => CheckOutcome::Warn,
                runtime::CheckOutcome::Skip => CheckOutcome::Skip,
            },
            detail: check.detail.clone(),
        },
        Observation::Metric(metric) => {
            HookProgress::Metric { name: metric.name.clone(), value: metric.value, unit: metric.unit.clone() }
        }
        Observation::Log(line) => {
            HookProgress::Log { level: line.level.to_string(), text: line.text.clone() }
        }
        // A kind of observation that this version does not know cannot be told in its own words.
        _ => return None,
    })
}
