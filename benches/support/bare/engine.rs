//! Two ways to set up the engine.

use std::{
    sync::mpsc::{RecvTimeoutError, Sender, channel},
    thread,
    time::Duration,
};

use wasmtime::{
    Config, Enabled, Engine, Error, InstanceAllocationStrategy, PoolingAllocationConfig,
    WasmBacktraceDetails, WasmFeatures,
};

/// How the engine is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settings {
    /// As Greenlight does: a pool that keeps memory, interruption on. The same plugin becomes the same code.
    Tuned,
    /// As the engine comes: memory from the operating system for each run, and no way to stop an endless loop.
    Default,
}

const MIB: usize = 1 << 20;

impl Settings {
    pub(super) fn engine(self) -> Result<Engine, Error> {
        match self {
            Self::Tuned => Engine::new(&tuned()),
            Self::Default => Engine::new(&Config::new()),
        }
    }
}

/// The settings of `hook-runtime/src/engine.rs` under default options, written down a second time on purpose: this
/// is what a reader would write who knows the engine and not Greenlight.
fn tuned() -> Config {
    const RUNS: u32 = 16;
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(RUNS)
        .total_core_instances(RUNS * 32)
        .total_memories(RUNS * 4)
        .total_tables(RUNS * 16)
        .total_stacks(RUNS)
        .max_core_instances_per_component(32)
        .max_memories_per_component(4)
        .max_tables_per_component(16)
        .max_memories_per_module(4)
        .max_tables_per_module(16)
        .table_elements(20_000)
        .max_memory_size(256 * MIB)
        .max_unused_warm_slots(RUNS)
        .linear_memory_keep_resident(2 * MIB)
        .table_keep_resident(64 << 10)
        .pagemap_scan(Enabled::Auto);
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .epoch_interruption(true)
        .memory_init_cow(true)
        .wasm_backtrace_details(WasmBacktraceDetails::Enable)
        .max_wasm_stack(512 << 10)
        .async_stack_size(2 * MIB)
        .concurrency_support(false)
        .wasm_features(
            WasmFeatures::GC
                | WasmFeatures::FUNCTION_REFERENCES
                | WasmFeatures::EXCEPTIONS
                | WasmFeatures::THREADS
                | WasmFeatures::MEMORY64,
            false,
        )
        .relaxed_simd_deterministic(true)
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}

/// Advances the engine's clock every 5 ms, as Greenlight's does, until it is dropped.
#[derive(Debug)]
pub struct Ticker {
    _alive: Sender<()>,
}

impl Ticker {
    pub(super) fn start(engine: &Engine) -> Self {
        let (alive, dropped) = channel::<()>();
        let engine = engine.clone();
        thread::spawn(move || {
            while dropped.recv_timeout(Duration::from_millis(5)) == Err(RecvTimeoutError::Timeout) {
                engine.increment_epoch();
            }
        });
        Self { _alive: alive }
    }
}
