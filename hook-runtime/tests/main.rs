//! What the runtime promises, one file per promise; one program, because each would link the whole engine.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[cfg(feature = "adapt")]
mod adapt;
mod bindings;
#[cfg(feature = "pack")]
mod bundle;
#[cfg(feature = "testing")]
mod cases_file;
#[cfg(feature = "testing")]
mod cases_run;
mod code_cache;
#[cfg(feature = "adapt")]
mod commands;
mod context;
mod contract_frozen;
mod endless;
#[cfg(feature = "testing")]
mod fake_service;
mod faults;
mod forms;
mod grants;
mod hostile_memory;
mod hostile_requests;
mod http_addresses;
mod http_attacks;
mod http_exchange;
mod http_grants;
mod http_limits;
mod http_loses_nothing;
mod http_policy;
mod http_reach;
mod http_roles;
mod http_support;
mod http_tls;
mod http_wasi;
mod isolation;
mod load_errors;
mod native_code;
mod one_processor;
mod report;
mod rust_plugins;
mod suite;
mod support;
mod turns;
