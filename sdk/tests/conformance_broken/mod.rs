//! A local pipeline that breaks one promise at a time, to see that the suite notices.

mod control;
mod describe;
mod events;
mod fault;
mod memory;
mod plan;
mod report;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use greenlight::conformance::{Scenario, Stage, Subject};
use greenlight::local::Local;
use greenlight_core::error::{ControlError, PlanError, QueryError, ReportError, Source, StartError};
use greenlight_core::{
    Cursor, Deployment, DeploymentId, DeploymentPipeline, DeploymentRequest, EventPage, HookExecution,
    HookStatus, Plan, Reported, Rollback, StopOutcome, WaitKind,
};

pub(crate) use self::fault::Fault;
use self::memory::{Dropped, Memory};
use crate::conformance_local::{LocalStage, LocalSubject};

/// What the pipeline is given and must not show.
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// A pipeline with one fault.
pub(crate) struct Broken {
    inner: Arc<Local>,
    fault: Fault,
    /// Which object it is of those for the same deployments.
    object: u32,
    memory: Memory,
}

/// Such pipelines.
pub(crate) struct BrokenSubject(pub(crate) Fault);

struct BrokenStage {
    inner: Box<LocalStage>,
    broken: Arc<Broken>,
}

impl Broken {
    fn new(inner: Arc<Local>, fault: Fault, object: u32) -> Self {
        Self { inner, fault, object, memory: Memory::default() }
    }

    fn has(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    /// A moment at which every operation can be dropped.
    async fn begin(&self) {
        tokio::task::yield_now().await;
    }

    fn unreachable(&self) -> (String, Source) {
        ("the broken pipeline".to_owned(), "it says so".into())
    }
}

#[async_trait]
impl Subject for BrokenSubject {
    async fn stage(&self, scenario: &Scenario) -> Result<Box<dyn Stage>, Source> {
        let inner = Box::new(LocalSubject.local_stage(scenario).await?);
        let broken = Arc::new(Broken::new(Arc::clone(&inner.local), self.0, 1));
        Ok(Box::new(BrokenStage { inner, broken }))
    }
}

#[async_trait]
impl Stage for BrokenStage {
    fn pipeline(&self) -> Arc<dyn DeploymentPipeline> {
        Arc::<Broken>::clone(&self.broken)
    }

    async fn reopen(&self) -> Result<Arc<dyn DeploymentPipeline>, Source> {
        Ok(Arc::new(Broken::new(Arc::clone(&self.inner.local), self.broken.fault, 2)))
    }

    fn request(&self, revision: u32) -> DeploymentRequest {
        self.inner.request(revision)
    }

    async fn hook_called(&self) -> Result<HookExecution, Source> {
        self.inner.hook_called().await
    }

    async fn pass_time(&self, by: Duration) -> Result<(), Source> {
        self.inner.pass_time(by).await
    }

    async fn set_off_alarm(&self) -> Result<(), Source> {
        self.inner.set_off_alarm().await
    }

    fn secrets(&self) -> Vec<String> {
        vec![SECRET.to_owned()]
    }

    async fn take_down(self: Box<Self>) -> Result<(), Source> {
        self.inner.take_down().await
    }
}

#[async_trait]
impl DeploymentPipeline for Broken {
    async fn plan(&self, request: &DeploymentRequest) -> Result<Plan, PlanError> {
        self.begin().await;
        self.broken_plan(request).await
    }

    async fn start(&self, plan: Plan) -> Result<DeploymentId, StartError> {
        let dropped = Dropped::new(&self.memory.start_dropped);
        self.begin().await;
        let started = self.broken_start(plan).await;
        dropped.disarm();
        started
    }

    async fn describe(&self, id: &DeploymentId) -> Result<Deployment, QueryError> {
        self.broken_describe(id).await
    }

    async fn events(&self, id: &DeploymentId, cursor: &Cursor) -> Result<EventPage, QueryError> {
        let dropped = Dropped::new(&self.memory.events_dropped);
        let page = self.broken_events(id, cursor).await;
        dropped.disarm();
        page
    }

    async fn proceed(&self, id: &DeploymentId, wait: WaitKind) -> Result<(), ControlError> {
        let dropped = Dropped::new(&self.memory.proceed_dropped);
        self.begin().await;
        let proceeded = self.broken_proceed(id, wait).await;
        dropped.disarm();
        proceeded
    }

    async fn stop(&self, id: &DeploymentId, rollback: Rollback) -> Result<StopOutcome, ControlError> {
        let dropped = Dropped::new(&self.memory.stop_dropped);
        self.begin().await;
        let stopped = self.broken_stop(id, rollback).await;
        dropped.disarm();
        stopped
    }

    async fn report(&self, hook: &HookExecution, status: HookStatus) -> Result<Reported, ReportError> {
        let dropped = Dropped::new(&self.memory.report_dropped);
        self.begin().await;
        let reported = self.broken_report(hook, status).await;
        dropped.disarm();
        reported
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fault {
            Fault::HasNoName => Ok(()),
            fault => write!(f, "a pipeline with the fault {fault:?}"),
        }
    }
}

impl fmt::Debug for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = if self.has(Fault::ShowsSecrets) { SECRET } else { "hidden" };
        f.debug_struct("Broken").field("key", &key).field("inner", &self.inner).finish()
    }
}
