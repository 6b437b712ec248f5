//! What a watched deployment tells, one event at a time.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use crate::{
    DeploymentId, DeploymentStatus, ErrorInformation, HookEvent, LifecycleEventName, LifecycleEventStatus,
    Outcome, Percent, TaskSetLabel, Timestamp,
};

/// One thing that happened in a deployment.
///
/// As JSON it is one flat object: `time`, `deployment`, `event`, and the fields of that event.
///
/// ```
/// use greenlight_core::{DeploymentEvent, EventKind, Percent, Timestamp};
///
/// let event = DeploymentEvent {
///     time: Timestamp::from_millis(1_543_431_361_022),
///     deployment: "d-1NNWZG91L".parse()?,
///     kind: EventKind::Traffic { blue: Percent::new(90)?, green: Percent::new(10)? },
/// };
/// assert_eq!(
///     serde_json::to_string(&event)?,
///     r#"{"time":"2018-11-28T18:56:01.022Z","deployment":"d-1NNWZG91L","event":"traffic","blue":90,"green":10}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeploymentEvent {
    /// When it happened, by the pipeline's clock.
    pub time: Timestamp,
    /// The deployment in which it happened: the one that is watched, or its rollback.
    pub deployment: DeploymentId,
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
#[non_exhaustive]
pub enum EventKind {
    /// The deployment began.
    Started {
        /// The application.
        application: String,
        /// The deployment group.
        deployment_group: String,
        /// The deployment configuration in force.
        deployment_config: String,
        /// The deployment that this one rolls back.
        rolls_back: Option<DeploymentId>,
    },
    /// A lifecycle event went from one status to another.
    LifecycleEvent {
        /// Which event.
        name: LifecycleEventName,
        /// Its status before.
        from: LifecycleEventStatus,
        /// Its status now.
        to: LifecycleEventStatus,
    },
    /// A task set was started, became healthy, or went away.
    TaskSet {
        /// Blue or green.
        task_set: TaskSetLabel,
        /// What became of it.
        state: TaskSetState,
        /// Where it answers.
        address: Option<SocketAddr>,
        /// More about it, in words.
        detail: Option<String>,
    },
    /// The test listener was pointed at a task set.
    TestTraffic {
        /// The task set.
        to: TaskSetLabel,
    },
    /// Production requests are shared anew.
    Traffic {
        /// The original task set's share.
        blue: Percent,
        /// The replacement's share.
        green: Percent,
    },
    /// A hook function was invoked, or ended.
    Hook {
        /// At which event.
        lifecycle_event: HookEvent,
        /// The function's name.
        function: String,
        /// What became of it.
        state: HookState,
        /// 1 at first, one more each time that it asked to be called again.
        attempt: u32,
        /// Why it failed, or what it waits for.
        reason: Option<String>,
        /// How long it ran, in milliseconds of real time.
        duration_ms: Option<u64>,
    },
    /// A hook carried out one check.
    Check {
        /// At which event.
        lifecycle_event: HookEvent,
        /// The function's name.
        function: String,
        /// The check's name.
        name: String,
        /// How it ended.
        outcome: CheckOutcome,
        /// What was seen.
        detail: String,
    },
    /// A hook measured something.
    Metric {
        /// At which event.
        lifecycle_event: HookEvent,
        /// The function's name.
        function: String,
        /// The metric's name.
        name: String,
        /// The value.
        value: f64,
        /// The unit, as CloudWatch names it.
        unit: String,
    },
    /// A hook wrote a line to its log.
    HookLog {
        /// At which event.
        lifecycle_event: HookEvent,
        /// The function's name.
        function: String,
        /// How much it matters: `trace`, `debug`, `info`, `warn`, `error`.
        level: String,
        /// The line.
        text: String,
    },
    /// The deployment waits to be continued before production traffic is shifted.
    Ready {
        /// When the wait runs out, and the deployment with it.
        until: Timestamp,
    },
    /// The deployment waits before the original task set is deleted.
    TerminationWait {
        /// When the wait is over.
        until: Timestamp,
    },
    /// A deployment was created to roll this one back.
    Rollback {
        /// The rollback's id.
        id: DeploymentId,
        /// The service's sentence about it.
        message: String,
    },
    /// This deployment ended. A watch goes on with the rollback, if there is one.
    Ended {
        /// How.
        status: DeploymentStatus,
        /// Why, in the service's words.
        error: Option<ErrorInformation>,
        /// Why, as precisely as is known.
        reason: Option<String>,
    },
    /// Everything ended: always the last event of a watch, and only there.
    Finished(Outcome),
}

/// What became of a task set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum TaskSetState {
    /// It is being started.
    Starting,
    /// It answers its health check.
    Healthy,
    /// It did not start, or ended by itself.
    Failed,
    /// It gets no new requests, and ends those that it has.
    Draining,
    /// It is gone.
    Stopped,
}

/// What became of a hook function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum HookState {
    /// It was invoked.
    Invoked,
    /// It asked to be called again.
    Pending,
    /// It let the deployment go on.
    Succeeded,
    /// It stopped the deployment, or could not run.
    Failed,
    /// Its deployment ended before it did.
    Cancelled,
}

/// How one check of a hook ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CheckOutcome {
    /// What was asked for is so.
    Pass,
    /// It is not so.
    Fail,
    /// Worth a look.
    Warn,
    /// Not carried out.
    Skip,
}
