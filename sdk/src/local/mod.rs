//! The local pipeline: whole blue/green deployments over real processes and a real router, on this machine.
//!
//! [`Local`] is a [`DeploymentPipeline`](greenlight_core::DeploymentPipeline) like any other. Its parts can be used
//! alone: the weighted [`router`], and [task sets](task_set) that no process outlives.

pub mod router;
pub mod task_set;

pub(crate) mod bindings;
mod clock;
mod deployment_group;
#[cfg_attr(
    not(feature = "endpoint"),
    allow(dead_code, unused_imports, reason = "the endpoint uses all of it")
)]
pub(crate) mod engine;
mod error;
mod hook;
pub(crate) mod ids;
#[cfg_attr(not(feature = "endpoint"), allow(dead_code, reason = "the endpoint uses it"))]
pub(crate) mod persist;
pub(crate) mod pipeline;
mod plan;
mod process;

pub use clock::{InvalidClock, LocalClock};
pub use deployment_group::LocalGroup;
pub use error::LocalError;
#[cfg(feature = "endpoint")]
pub use hook::LambdaInvoke;
#[cfg(feature = "hooks")]
pub use hook::PluginHook;
pub use hook::{
    DirectAnswer, DirectCall, DirectError, FunctionFailure, HookAnswer, HookCall, HookFunction,
    HookIdentities, HookProgress, LambdaProcess, LambdaProcessError,
};
pub use pipeline::{Listeners, Local, LocalBuilder};

/// What this pipeline is called in errors.
const PIPELINE: &str = "the local pipeline";
