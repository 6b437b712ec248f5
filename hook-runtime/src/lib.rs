//! Runs validation tests as WebAssembly components: capabilities, limits, verdicts.

pub mod http;
