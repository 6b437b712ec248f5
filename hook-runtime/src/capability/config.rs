//! The plugin's own settings, as `wasi:config/store`.

use wasmtime::component::Linker;
use wasmtime_wasi_config::{WasiConfig, WasiConfigVariables};

use super::{Capability, Parts};
use crate::{HookRun, execute::Host};

/// Serves [`HookRun::config`].
pub(crate) struct Config(WasiConfigVariables);

impl Capability for Config {
    const INTERFACES: &'static [&'static str] = &["wasi:config/store@0.2.0-rc.1"];

    fn link(linker: &mut Linker<Host>) -> wasmtime::Result<()> {
        wasmtime_wasi_config::add_to_linker(linker, |host| WasiConfig::from(&host.config.0))
    }

    fn check(run: &HookRun) -> Result<(), String> {
        if run.config.contains_key("") {
            return Err("its config has a key without a name; give it one or remove it".to_owned());
        }
        Ok(())
    }

    fn build(parts: &Parts<'_>) -> Result<Self, String> {
        Ok(Self(parts.run.config.iter().map(|(key, value)| (key.clone(), value.clone())).collect()))
    }
}
