//! Everything that one run of a plugin is given.

use std::{collections::BTreeMap, fmt, sync::Arc};

use crate::{Grants, HookContext, Limits, Observer};

/// One run to be: what the plugin is told, may do and may use.
///
/// ```
/// use greenlight_hook_runtime::{HookContext, HookRun, Limits};
///
/// let run = HookRun::new(HookContext::new("d-1NNWZG91L", "AfterAllowTestTraffic"))
///     .with_config([("path", "/health")])
///     .with_limits(Limits::default().with_memory(32 << 20));
/// assert_eq!(run.config["path"], "/health");
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct HookRun {
    /// The deployment.
    pub context: HookContext,
    /// The plugin's own settings, which it reads through `wasi:config/store`.
    pub config: BTreeMap<String, String>,
    /// What it may reach: by default nothing.
    pub grants: Grants,
    /// What it may use.
    pub limits: Limits,
    /// Who is told while it runs.
    pub observer: Option<Arc<dyn Observer>>,
}

impl HookRun {
    /// A run without settings and grants, under the default limits.
    #[must_use]
    pub fn new(context: HookContext) -> Self {
        Self {
            context,
            config: BTreeMap::new(),
            grants: Grants::default(),
            limits: Limits::default(),
            observer: None,
        }
    }

    /// Adds settings for the plugin; one of the same name is replaced.
    #[must_use]
    pub fn with_config<K, V>(mut self, config: impl IntoIterator<Item = (K, V)>) -> Self
    where
        K: Into<String>,
        V: Into<String>,
    {
        self.config.extend(config.into_iter().map(|(key, value)| (key.into(), value.into())));
        self
    }

    /// Sets what the plugin may reach.
    #[must_use]
    pub fn with_grants(mut self, grants: Grants) -> Self {
        self.grants = grants;
        self
    }

    /// Sets what the plugin may use.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets who is told of checks, lines and metrics as they come. See [`Observer`].
    #[must_use]
    pub fn with_observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }
}

impl fmt::Debug for HookRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The values of `config` may be secrets.
        f.debug_struct("HookRun")
            .field("context", &self.context)
            .field("config", &self.config.keys().collect::<Vec<_>>())
            .field("grants", &self.grants)
            .field("limits", &self.limits)
            .field("observer", &self.observer.is_some())
            .finish()
    }
}
