//! What every Greenlight pipeline shares: the trait, its value types and errors, the AppSpec, traffic
//! configurations, and the blue/green lifecycle as a pure state machine.
//!
//! This crate knows neither AWS, nor WebAssembly, nor an async runtime.

pub mod appspec;
pub mod finding;
