//! The part that all plugins of a process share.

use std::{fmt, sync::Arc, thread};

use tokio::sync::{Semaphore, SemaphorePermit};
use wasmtime::{Engine, component::Linker};

use crate::{
    RuntimeOptions, Target, capability,
    engine::{self, Allocation},
    execute::Host,
    http::{Network, TlsTrustError},
    ticker::{Ticker, Ticking},
    turns::Turns,
};

/// Compiles and runs plugins. One for each process is enough; clones share everything.
///
/// ```no_run
/// use greenlight_hook_runtime::{Grants, HookContext, HookRun, HookStatus, Runtime, RuntimeOptions};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let runtime = Runtime::new(RuntimeOptions::default())?;
/// let hook = runtime.load_file("smoke.wasm")?;
/// let report = hook.run(HookRun::new(HookContext::new("d-1NNWZG91L", "AfterAllowTestTraffic"))).await;
/// if report.status() != HookStatus::Passed {
///     eprintln!("{}", report.reason());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Runtime(Arc<Inner>);

struct Inner {
    options: RuntimeOptions,
    engine: Engine,
    linker: Linker<Host>,
    places: Semaphore,
    turns: Arc<Turns>,
    ticker: Ticker,
    network: Network,
}

/// A runtime that could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RuntimeError {
    /// The engine refuses this machine or these options.
    #[error("the WebAssembly engine cannot start: {problem}; check the runtime options against this machine")]
    Engine {
        /// What the engine says.
        problem: String,
    },
    /// The thread that interrupts plugins cannot start. Without it no limit on time would hold.
    #[error("the thread that interrupts plugins cannot start; allow this process another thread")]
    Ticker(#[source] std::io::Error),
    /// The certificates that outgoing HTTPS trusts cannot be used.
    #[error("the trusted certificates cannot be used")]
    Trust(#[from] TlsTrustError),
}

impl Runtime {
    /// Starts the engine and the thread that interrupts plugins.
    ///
    /// A machine on which the pool cannot be reserved gets a warning through `tracing` and instances on
    /// demand, which are slower.
    ///
    /// # Errors
    ///
    /// [`RuntimeError`], when neither way works or no thread can be started.
    pub fn new(options: RuntimeOptions) -> Result<Self, RuntimeError> {
        Self::with_network(options, Network::system()?)
    }

    /// The same, with another way to resolve names, connect and trust.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn with_network(options: RuntimeOptions, network: Network) -> Result<Self, RuntimeError> {
        let engine = start_engine(&options)?;
        let mut linker = Linker::new(&engine);
        capability::link(&mut linker).map_err(|error| engine_error(&error))?;
        let computing = options.computing.map_or_else(processors, |plugins| plugins as usize);
        let turns = Arc::new(Turns::new(computing));
        let ticker = Ticker::start(&engine, &turns).map_err(RuntimeError::Ticker)?;
        let places = Semaphore::new(options.concurrency.max(1) as usize);
        Ok(Self(Arc::new(Inner { options, engine, linker, places, turns, ticker, network })))
    }

    /// The sizes that it was made with.
    #[must_use]
    pub fn options(&self) -> &RuntimeOptions {
        &self.0.options
    }

    /// The name of what native code for `target` must have been compiled with to run here, in hexadecimal: the engine's full
    /// version, its settings, and the target. The sizes in [`RuntimeOptions`] are no part of it.
    #[must_use]
    pub fn engine_hash(&self, target: Target) -> String {
        engine::hash(self.engine(), target)
    }

    /// The full version of the engine that every runtime of this program has, such as `48.0.1`.
    #[must_use]
    pub fn engine_version() -> String {
        engine::version()
    }

    /// How its plugins resolve names, connect and trust.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.0.network
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    pub(crate) fn linker(&self) -> &Linker<Host> {
        &self.0.linker
    }

    /// Has running plugins interrupted at every tick until the value is dropped.
    pub(crate) fn tick(&self) -> Ticking<'_> {
        self.0.ticker.tick()
    }

    /// The turns in which its plugins compute.
    pub(crate) fn turns(&self) -> &Turns {
        &self.0.turns
    }

    /// Waits until one more plugin may run. `None` only if the semaphore were closed, which it never is.
    pub(crate) async fn place(&self) -> Option<SemaphorePermit<'_>> {
        self.0.places.acquire().await.ok()
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime").field("options", &self.0.options).finish_non_exhaustive()
    }
}

impl fmt::Display for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hook runtime for {}", self.0.options)
    }
}

fn processors() -> usize {
    thread::available_parallelism().map_or(1, Into::into)
}

fn start_engine(options: &RuntimeOptions) -> Result<Engine, RuntimeError> {
    if options.pooling {
        match Engine::new(&engine::config(options, Allocation::Pooled)) {
            Ok(engine) => return Ok(engine),
            Err(error) => tracing::warn!(
                error = format!("{error:#}"),
                "no pool for plugin instances on this machine, making them on demand; lower concurrency or max_memory"
            ),
        }
    }
    Engine::new(&engine::config(options, Allocation::OnDemand)).map_err(|error| engine_error(&error))
}

fn engine_error(error: &wasmtime::Error) -> RuntimeError {
    RuntimeError::Engine { problem: format!("{error:#}") }
}
