//! The plugins of a function, and running those of one event.

mod asking;
mod judged;
mod running;
mod standing;

use std::fmt;

use greenlight_hook_runtime::Hook;
use greenlight_hook_runtime::suite::{Suite, SuitePlugin};

pub(crate) use self::judged::{Judged, Judgement};
pub(crate) use self::running::{Terms, run};
pub use self::standing::Standing;

/// The plugins of a suite, ready to run.
#[derive(Clone, Debug)]
pub struct Plugins {
    concurrency: usize,
    plugins: Vec<Plugin>,
}

/// One plugin with its settings.
#[derive(Clone, Debug)]
pub(crate) struct Plugin {
    pub(crate) settings: SuitePlugin,
    pub(crate) hook: Hook,
}

impl Plugins {
    /// Loads the plugins of a suite, each by `load`, and gives them their names in the suite.
    ///
    /// # Errors
    ///
    /// The first of `load`.
    pub fn load<E>(suite: Suite, mut load: impl FnMut(&SuitePlugin) -> Result<Hook, E>) -> Result<Self, E> {
        let plugins = suite.plugins.into_iter().map(|settings| {
            let hook = load(&settings)?.named(&settings.name);
            Ok(Plugin { settings, hook })
        });
        Ok(Self { concurrency: suite.concurrency.max(1), plugins: plugins.collect::<Result<_, E>>()? })
    }

    /// Those of an event. One that is not known might be any, so that all plugins serve it.
    pub(crate) fn serving(&self, event: Option<&str>) -> Vec<&Plugin> {
        let serves = |plugin: &&Plugin| event.is_none_or(|event| plugin.settings.serves(event));
        self.plugins.iter().filter(serves).collect()
    }

    pub(crate) const fn concurrency(&self) -> usize {
        self.concurrency
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Plugin> {
        self.plugins.iter()
    }
}

impl fmt::Display for Plugins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.plugins.iter().map(|plugin| plugin.settings.name.as_str()).collect();
        f.write_str(&names.join(", "))
    }
}
