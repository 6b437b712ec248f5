//! Greenlight: blue/green deployments of Amazon ECS services with a validation test between a new release and
//! its users.
//!
//! * [`core`]: the [`DeploymentPipeline`](greenlight_core::DeploymentPipeline) trait and the
//!   types that all pipelines share.
//! * [`local`] (feature `local`): a pipeline that plays whole deployments on this machine.
//! * `aws` (feature `aws`): deployments by AWS CodeDeploy.
//! * `setup` (feature `setup`): what a deployment needs at AWS, made and taken away again.
//! * `endpoint` (feature `endpoint`): CodeDeploy's wire protocol in front of the local engine, for any AWS client.
//! * `conformance` (feature `conformance`): the promises of the trait as tests, for every implementation.

pub use greenlight_core as core;

#[cfg(feature = "aws")]
pub mod aws;
#[cfg(any(feature = "aws", feature = "endpoint"))]
mod cause;
#[cfg(feature = "conformance")]
pub mod conformance;
#[cfg(feature = "endpoint")]
pub mod endpoint;
#[cfg(feature = "local")]
pub mod local;
#[cfg(feature = "setup")]
pub mod setup;

/// The README's examples are compiled as doctests.
#[cfg(all(doctest, feature = "hooks"))]
#[doc = include_str!("../../README.md")]
struct Readme;
