//! What a local pipeline has, apart from its groups.

use std::collections::BTreeMap;
use std::sync::Arc;

use greenlight_core::DeploymentConfig;

use super::hook::HookFunction;

/// What AppSpecs and requests can call by name.
#[derive(Debug, Default)]
pub(super) struct Bindings {
    /// The hook functions by name.
    pub(super) functions: BTreeMap<String, Arc<dyn HookFunction>>,
    /// The custom deployment configurations by name.
    pub(super) configs: BTreeMap<String, DeploymentConfig>,
}
