//! The engine without Greenlight: the least that a host must do to run the same plugin, from the same bytes.
//!
//! It links what the plugin imports, makes a fresh store for each run and calls the plugin. It has no limits on
//! memory, handles, output or HTTP, no deadline, no account of time, keeps nothing of what the plugin reports, and
//! makes no report.

mod engine;
mod host;
mod native_code;

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use wasmtime::{
    Engine, Error, Store,
    component::{Component, HasSelf, Linker},
    format_err,
};

pub use self::engine::{Settings, Ticker};
use self::host::{Host, Validation, ValidationPre, bindings::exports::greenlight::hook::validator::Verdict};
use crate::guest::{BEHAVIOUR, PASS};

/// A plugin that is compiled and linked.
#[derive(Clone)]
pub struct BareHost {
    engine: Engine,
    linker: Linker<Host>,
    pre: ValidationPre<Host>,
    interruptible: bool,
    job: Arc<Job>,
}

/// What every run of the plugin is told.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its settings.
    pub config: Vec<(String, String)>,
    /// The release.
    pub test_url: Option<String>,
}

impl Default for Job {
    /// To report something and to pass.
    fn default() -> Self {
        Self { config: vec![(BEHAVIOUR.to_owned(), PASS.to_owned())], test_url: None }
    }
}

/// Where the time of one run went.
#[derive(Clone, Copy, Debug)]
pub struct Phases {
    /// Making the store and what the host keeps in it.
    pub store: Duration,
    /// Making the instance.
    pub instantiate: Duration,
    /// In `validate`.
    pub call: Duration,
    /// Taking everything down.
    pub drop: Duration,
}

impl BareHost {
    /// Compiles and links a plugin.
    ///
    /// # Errors
    ///
    /// When the engine does not start here or refuses the plugin.
    pub fn new(settings: Settings, bytes: &[u8]) -> Result<Self, Error> {
        let engine = settings.engine()?;
        let mut linker = Linker::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
        wasmtime_wasi_config::add_to_linker(&mut linker, Host::config)?;
        Validation::add_to_linker::<_, HasSelf<Host>>(&mut linker, |host| host)?;
        let pre = ValidationPre::new(linker.instantiate_pre(&Component::from_binary(&engine, bytes)?)?)?;
        let interruptible = settings == Settings::Tuned;
        Ok(Self { engine, linker, pre, interruptible, job: Arc::default() })
    }

    /// The same plugin with something else to do.
    #[must_use]
    pub fn told(&self, job: Job) -> Self {
        Self { job: Arc::new(job), ..self.clone() }
    }

    /// Another plugin from native code in a file, linked to the same imports.
    ///
    /// # Errors
    ///
    /// When the file is not [what this engine made](Self::precompile).
    pub fn load(&self, file: &Path) -> Result<Self, Error> {
        let component = native_code::read(&self.engine, file)?;
        let pre = ValidationPre::new(self.linker.instantiate_pre(&component)?)?;
        Ok(Self { pre, ..self.clone() })
    }

    /// Native code of a plugin, to be written into a file.
    ///
    /// # Errors
    ///
    /// When the engine refuses the plugin.
    pub fn precompile(&self, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        self.engine.precompile_component(bytes)
    }

    /// Has running plugins look up at every tick, as long as the value lives: with [`Settings::Tuned`] they do.
    #[must_use]
    pub fn tick(&self) -> Ticker {
        Ticker::start(&self.engine)
    }

    /// Runs the plugin once, in a fresh store.
    ///
    /// # Errors
    ///
    /// Whatever ends the plugin without a verdict, and a verdict other than a pass.
    pub async fn run(&self) -> Result<(), Error> {
        let mut store = self.store();
        let plugin = self.pre.instantiate_async(&mut store).await?;
        passed(&plugin.greenlight_hook_validator().call_validate(&mut store).await?)
    }

    /// The same, with a look at the clock after each step.
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run).
    pub async fn run_in_phases(&self) -> Result<Phases, Error> {
        let begun = Instant::now();
        let mut store = self.store();
        let stored = Instant::now();
        let plugin = self.pre.instantiate_async(&mut store).await?;
        let instantiated = Instant::now();
        passed(&plugin.greenlight_hook_validator().call_validate(&mut store).await?)?;
        let called = Instant::now();
        drop(store);
        Ok(Phases {
            store: stored - begun,
            instantiate: instantiated - stored,
            call: called - instantiated,
            drop: called.elapsed(),
        })
    }

    /// One instance that is kept: what a run would cost without isolation from the one before.
    ///
    /// # Errors
    ///
    /// When the instance cannot be made.
    pub async fn reused(&self) -> Result<ReusedInstance, Error> {
        let mut store = self.store();
        let plugin = self.pre.instantiate_async(&mut store).await?;
        Ok(ReusedInstance { store, plugin })
    }

    fn store(&self) -> Store<Host> {
        let mut store = Store::new(&self.engine, Host::new(&self.job));
        if self.interruptible {
            store.epoch_deadline_async_yield_and_update(1);
            store.set_epoch_deadline(1);
        }
        store
    }
}

impl std::fmt::Debug for BareHost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BareHost").field("interruptible", &self.interruptible).finish_non_exhaustive()
    }
}

/// See [`BareHost::reused`].
pub struct ReusedInstance {
    store: Store<Host>,
    plugin: Validation,
}

impl ReusedInstance {
    /// Calls the plugin once more in the instance that it had before.
    ///
    /// # Errors
    ///
    /// As [`BareHost::run`].
    pub async fn run(&mut self) -> Result<(), Error> {
        passed(&self.plugin.greenlight_hook_validator().call_validate(&mut self.store).await?)
    }
}

impl std::fmt::Debug for ReusedInstance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReusedInstance").finish_non_exhaustive()
    }
}

fn passed(verdict: &Verdict) -> Result<(), Error> {
    match verdict {
        Verdict::Pass => Ok(()),
        other => Err(format_err!("the plugin passes under Greenlight, and answered {other:?} here")),
    }
}
