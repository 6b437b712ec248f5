//! What the benchmarks share: contenders that are measured in turns, the bare engine to compare with, an HTTP
//! service and its load, endpoints and hook functions that are processes of their own, and the conditions that every number
//! is printed with.
//!
//! How to run them, what they measure and what was seen: `benches/README.md`.

pub mod bare;
pub mod bare_lifecycles;
pub mod built;
pub mod calls;
pub mod child_hook;
pub mod codedeploy_answers;
pub mod conditions;
pub mod counted_calls;
pub mod driven_clock;
pub mod endpoint_client;
pub mod endpoint_process;
pub mod exit;
pub mod extism_host;
pub mod goals;
pub mod growth;
pub mod guest;
pub mod http_load;
pub mod http_service;
pub mod in_turns;
pub mod lambda_api;
pub mod lambda_contenders;
pub mod lambda_function;
pub mod mode;
pub mod native_file;
pub mod nginx;
pub mod one_request;
pub mod own_memory;
pub mod own_thread;
pub mod processors;
pub mod records;
pub mod sized_plugin;
pub mod spread;
pub mod threads;
pub mod whole_deployments;
