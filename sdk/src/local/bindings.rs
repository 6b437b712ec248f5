//! What a local pipeline has, apart from its groups.

use std::collections::BTreeMap;
use std::sync::Arc;

use greenlight_core::DeploymentConfig;

use super::hook::HookFunction;

/// What AppSpecs and requests can call by name.
#[derive(Debug, Default)]
pub(crate) struct Bindings {
    /// The hook functions by name.
    pub(crate) functions: BTreeMap<String, Arc<dyn HookFunction>>,
    /// What is invoked when there is none of a name.
    pub(crate) fallback: Option<Arc<dyn HookFunction>>,
    /// The custom deployment configurations by name.
    pub(crate) configs: BTreeMap<String, DeploymentConfig>,
}

impl Bindings {
    /// What is invoked for a function of this name.
    pub(crate) fn function(&self, name: &str) -> Option<Arc<dyn HookFunction>> {
        self.functions.get(name).or(self.fallback.as_ref()).map(Arc::clone)
    }
}
