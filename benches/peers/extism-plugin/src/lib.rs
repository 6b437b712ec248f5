//! The judgements of the plugin that benchmarks run, written as a plugin of extism: settings by its config, reports by functions of the host.
//!
//! For this machine's own processor there is nothing in it: the functions of the host are only there in WebAssembly.

#![cfg_attr(
    target_family = "wasm",
    allow(unsafe_code, reason = "extism's kit exports by names and declares the host's functions as unsafe")
)]

#[cfg(target_family = "wasm")]
mod plugin;
