//! The engine's configuration: one function for whoever compiles plugins and whoever runs them.
//!
//! Code that was compiled under another configuration is refused when it is loaded, so nothing but
//! the target and the way instances are allocated may differ between the two.

mod hash;
mod mark;
mod target;

pub(crate) use hash::{hash, version};
pub use mark::ENGINE_MARK;
#[cfg(feature = "pack")]
pub(crate) use mark::marked;
pub use target::{Target, UnknownTarget};
use wasmtime::{
    Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig, WasmBacktraceDetails, WasmFeatures,
};

use crate::options::{FIBER_STACK, LARGEST_STACK, RuntimeOptions};

/// Memories of one plugin: a component composed of several modules has several.
pub(crate) const MEMORIES_PER_PLUGIN: u32 = 4;
/// Tables of one plugin.
pub(crate) const TABLES_PER_PLUGIN: u32 = 16;
/// Core instances of one plugin, with the adapters that tools put in.
pub(crate) const INSTANCES_PER_PLUGIN: u32 = 32;
/// Elements of one table: interpreters compiled for debugging need more than 10,000.
pub(crate) const TABLE_ELEMENTS: usize = 20_000;

/// How instances get their memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Allocation {
    /// From a pool that is reserved once.
    Pooled,
    /// From the operating system, each time.
    OnDemand,
}

/// The configuration for an engine that compiles plugins for machines of this kind and runs none.
#[cfg(feature = "compile")]
pub(crate) fn config_for(target: Target, options: &RuntimeOptions) -> wasmtime::Result<Config> {
    let mut config = config(options, Allocation::OnDemand);
    // Named, the target also keeps the engine from using what the processor at hand happens to have: the code
    // runs on every processor of its kind.
    config.target(target.triple())?;
    Ok(config)
}

/// The configuration for an engine that runs plugins on this machine.
pub(crate) fn config(options: &RuntimeOptions, allocation: Allocation) -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .epoch_interruption(true)
        .memory_init_cow(true)
        .wasm_backtrace_details(WasmBacktraceDetails::Enable)
        // For native debuggers and profilers only: both make a bundle larger, the latter each load slower. Traces
        // of plugins need neither.
        .debug_symbols(false)
        .native_unwind_info(cfg!(windows))
        .max_wasm_stack(options.max_stack.clamp(16 << 10, LARGEST_STACK))
        .async_stack_size(FIBER_STACK)
        // Stacks are not wiped between runs: WebAssembly has no way to read what it did not write, and wiping
        // costs two system calls in every run.
        // Only WASI 0.2 is offered; the state for 0.3 would cost time in every run.
        .concurrency_support(false);
    // The surface that toolchains really use today. Each further proposal is code that could be wrong.
    // Named even where they are off by default: that depends on the features that the engine was built with.
    let unused = WasmFeatures::GC
        | WasmFeatures::GC_TYPES
        | WasmFeatures::FUNCTION_REFERENCES
        | WasmFeatures::EXCEPTIONS
        | WasmFeatures::THREADS
        | WasmFeatures::MEMORY64;
    config.wasm_features(unused, false).relaxed_simd_deterministic(true);
    match allocation {
        Allocation::Pooled => config.allocation_strategy(pool(options)),
        Allocation::OnDemand => config.allocation_strategy(InstanceAllocationStrategy::OnDemand),
    };
    config
}

fn pool(options: &RuntimeOptions) -> InstanceAllocationStrategy {
    let plugins = options.concurrency.max(1);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(plugins)
        .total_core_instances(plugins.saturating_mul(INSTANCES_PER_PLUGIN))
        .total_memories(plugins.saturating_mul(MEMORIES_PER_PLUGIN))
        .total_tables(plugins.saturating_mul(TABLES_PER_PLUGIN))
        .total_stacks(plugins)
        .max_core_instances_per_component(INSTANCES_PER_PLUGIN)
        .max_memories_per_component(MEMORIES_PER_PLUGIN)
        .max_tables_per_component(TABLES_PER_PLUGIN)
        .max_memories_per_module(MEMORIES_PER_PLUGIN)
        .max_tables_per_module(TABLES_PER_PLUGIN)
        .table_elements(TABLE_ELEMENTS)
        .max_memory_size(options.max_memory)
        .max_unused_warm_slots(plugins)
        .linear_memory_keep_resident(options.keep_resident)
        .table_keep_resident(64 << 10)
        // Wipes only the pages that were touched, where the kernel can tell which (Linux 6.7).
        .pagemap_scan(Enabled::Auto);
    InstanceAllocationStrategy::Pooling(pool)
}
