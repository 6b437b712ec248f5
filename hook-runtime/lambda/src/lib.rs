//! Runs WebAssembly validation tests as an AWS Lambda function, and reports to CodeDeploy or Amazon ECS.
//!
//! The binary of this crate is `bootstrap`, which a bundle brings together with a suite, `greenlight.toml`, and its
//! plugins, compiled ahead of time. This library is what it is made of, for tests and for functions of one's own.
//!
//! # Promises
//!
//! * **Every hook ends in a report.** A plugin that crashes, hangs, or cannot even be loaded, a throttled or broken
//!   CodeDeploy API, and a fault of the host itself: each is reported as failed within the function's own timeout, with the
//!   reason in the log. Where CodeDeploy cannot be reached at all, the function ends with an error before its timeout, and
//!   the verdict is reported when Lambda delivers the event again. The crate's README has the table of faults, measured.
//! * **Both services.** An event of CodeDeploy is answered through its API, one of Amazon ECS by the function's result.
//! * **Pending is waited for**: in the function while there is time, then in a new invocation, up to CodeDeploy's hour.
//! * **Nothing is compiled here.** Plugins are mapped, after their digest was checked.
//!
//! # What the function's role needs
//!
//! | permission | on | without it |
//! |---|---|---|
//! | `codedeploy:PutLifecycleEventHookExecutionStatus` | the deployment group | nothing is reported |
//! | `codedeploy:ListDeploymentTargets`, `codedeploy:GetDeploymentTarget` | the deployment group | the event is not known, and all plugins of the suite run |
//! | `codedeploy:GetDeployment`, `codedeploy:GetApplicationRevision` | the deployment group, the application | plugins are not told application, group, revision and task definition |
//! | `lambda:InvokeFunction` | the function itself | a plugin that is not sure can wait no longer than one invocation |
//!
//! `greenlight hook doctor` tries each of them in the function itself, and the network that the suite needs; see
//! [`doctor`].
//!
//! Hooks of Amazon ECS need none of them.
//!
//! # Example
//!
//! ```no_run
//! use std::sync::Arc;
//! use greenlight_lambda_host::{Clock, Environment, HookService, Log, Stdout, start};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//! let log = Log::new(Arc::new(Stdout), Clock::system());
//! let host = start(Environment::from_process(), log).await?;
//! lambda_runtime::Runtime::new(HookService::new(host)).run().await?;
//! # Ok(())
//! # }
//! ```

mod aws;
mod backoff;
mod budget;
mod clock;
mod codedeploy_hook;
mod conclusion;
mod context;
pub mod doctor;
mod environment;
pub mod event;
mod finished;
pub mod handover;
mod host;
mod invocation;
mod log;
mod native_hook;
mod plugins;
mod progress;
mod report;
mod service;
mod start;
mod watchdog;

pub use crate::aws::{Aws, TrustError};
pub use crate::budget::Budget;
pub use crate::clock::Clock;
pub use crate::environment::{Credentials, Environment, Ignored};
pub use crate::host::{HookError, Host, Unreported};
pub use crate::invocation::Invocation;
pub use crate::log::{Level, Log, LogSink, Stdout};
pub use crate::plugins::{Plugins, Standing};
pub use crate::progress::{PluginProgress, Progress};
pub use crate::service::{HookService, Payload};
pub use crate::start::start;
