//! What every Greenlight pipeline shares: the trait, its value types and errors, the AppSpec, traffic
//! configurations, and the blue/green lifecycle as a pure state machine.
//!
//! This crate knows neither AWS, nor WebAssembly, nor an async runtime.
//!
//! | to | see |
//! |---|---|
//! | drive deployments, whoever carries them out | [`DeploymentPipeline`], [`DeploymentPipelineExt`] |
//! | follow one to its end | [`DeploymentPipelineExt::watch`], [`DeploymentEvent`], [`Outcome`] |
//! | read or check an AppSpec | [`appspec::AppSpec::read`] |
//! | shift traffic by a built-in or custom configuration | [`DeploymentConfig`] |
//! | play the lifecycle without a service | [`lifecycle::Lifecycle`] |

pub mod appspec;
pub mod error;
pub mod finding;
pub mod lifecycle;
pub mod traffic;

mod clock;
mod compute_platform;
mod deployment;
mod deployment_style;
mod error_code;
mod event;
mod event_name;
mod id;
mod outcome;
mod pipeline;
mod pipeline_ext;
mod plan;
mod revision_location;
mod rollback;
mod status;
mod string_enum;
mod task_set;
mod time_budget;
mod timestamp;
mod watch;

pub use appspec::{AppSpec, FunctionName};
pub use clock::Clock;
pub use compute_platform::{ComputePlatform, DeploymentTargetType};
pub use deployment::{
    Deployment, DeploymentHead, Diagnostics, ErrorInformation, LifecycleEvent, Reported, StopOutcome,
    TaskSetInfo,
};
pub use deployment_style::{DeploymentOption, DeploymentType};
pub use error_code::ErrorCode;
pub use event::{CheckOutcome, DeploymentEvent, EventKind, HookState, TaskSetState};
pub use event_name::{HookEvent, LifecycleEventName};
pub use finding::Finding;
pub use id::{DeploymentId, HookExecution, HookExecutionId};
pub use outcome::{Outcome, Verdict};
pub use pipeline::{Cursor, DeploymentPipeline, EventPage};
pub use pipeline_ext::{DeployError, DeploymentPipelineExt, WaitGoal, Waited, WatchError};
pub use plan::{DeploymentRequest, Plan};
pub use revision_location::{BundleType, RevisionLocationType};
pub use rollback::{AutoRollback, AutoRollbackEvent, Rollback, RollbackInfo};
pub use status::{
    DeploymentCreator, DeploymentStatus, HookStatus, LifecycleErrorCode, LifecycleEventStatus, StopStatus,
    TargetStatus, WaitKind,
};
pub use task_set::{TargetLabel, TaskSetLabel, TaskSetStatus};
pub use time_budget::TimeBudget;
pub use timestamp::Timestamp;
pub use traffic::{DeploymentConfig, Percent, TrafficRouting};
pub use watch::{Watch, WatchPosition};
