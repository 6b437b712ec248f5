//! The deployment that a case plays.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{HookContext, Weights, scalar::Scalar, suite::event::EventName};

/// What a deployment is called that nobody named.
const ID: &str = "d-HOOKTEST1";
/// Where most validation tests run.
const EVENT: &str = "AfterAllowTestTraffic";

/// The table `deployment`. What is absent is unknown to the plugin.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct DeploymentTable {
    id: Option<String>,
    application: Option<String>,
    group: Option<String>,
    service: Option<String>,
    revision: Option<String>,
    weights: Option<WeightsTable>,
    #[serde(default)]
    attributes: BTreeMap<String, Scalar>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WeightsTable {
    blue: f64,
    green: f64,
}

impl DeploymentTable {
    /// What the plugin is told at `event`.
    pub(super) fn context(&self, event: Option<&EventName>) -> HookContext {
        let id = self.id.as_deref().unwrap_or(ID);
        let mut context = HookContext::new(id, event.map_or(EVENT, |event| event.0.as_str()));
        context.application.clone_from(&self.application);
        context.group.clone_from(&self.group);
        context.service.clone_from(&self.service);
        context.revision.clone_from(&self.revision);
        context.production_weights =
            self.weights.map(|weights| Weights { blue: weights.blue, green: weights.green });
        context.attributes =
            self.attributes.iter().map(|(name, value)| (name.clone(), value.0.clone())).collect();
        context
    }
}
