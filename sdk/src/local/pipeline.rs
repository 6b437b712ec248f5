//! The local pipeline itself.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use greenlight_core::error::{ControlError, PlanError, QueryError, ReportError, StartError};
use greenlight_core::{
    Cursor, Deployment, DeploymentConfig, DeploymentId, DeploymentPipeline, DeploymentRequest, EventPage,
    HookExecution, HookStatus, Plan, Reported, Rollback, StopOutcome, WaitKind,
};

use super::bindings::Bindings;
use super::clock::LocalClock;
use super::deployment_group::LocalGroup;
use super::engine::{Engine, EngineParts, GroupView, Layout, Service, ServiceKey};
use super::error::LocalError;
use super::hook::HookFunction;
use super::ids::Ids;
use super::plan;
use super::router::{Router, RouterConfig, RouterStats};
use super::task_set::TaskSet;

/// Plays whole ECS blue/green deployments on this machine: real processes behind a real router, and the service's
/// lifecycle.
///
/// Made by [`builder`](Self::builder). Dropping it kills its processes and closes its listeners;
/// [`shutdown`](Self::shutdown) does so in good order.
///
/// ```no_run
/// use greenlight::core::{DeploymentPipelineExt, DeploymentRequest};
/// use greenlight::local::{Local, LocalGroup, task_set::TaskSetSpec};
///
/// # async fn deploy() -> Result<(), Box<dyn std::error::Error>> {
/// let blue = TaskSetSpec::command("blue", ["bin/web", "--release", "41"]);
/// let green = TaskSetSpec::command("green", ["bin/web", "--release", "42"]);
/// let local = Local::builder().with_group(LocalGroup::new("shop", "shop-web", blue, green)).build().await?;
///
/// let appspec = std::fs::read_to_string("appspec.yaml")?;
/// let outcome = local.deploy(&DeploymentRequest::new("shop", "shop-web", appspec)).await?;
/// println!("{outcome}");
/// local.shutdown().await;
/// # Ok(())
/// # }
/// ```
pub struct Local {
    engine: Arc<Engine>,
}

/// Where a group's router listens, and what it has counted.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Listeners {
    /// The production listener.
    pub production: SocketAddr,
    /// The test listener, if there is one.
    pub test: Option<SocketAddr>,
    /// Requests by listener and target group.
    pub stats: RouterStats,
}

/// What a [`Local`] is built from.
#[derive(Debug)]
#[must_use]
pub struct LocalBuilder {
    clock: LocalClock,
    ids: Ids,
    groups: Vec<LocalGroup>,
    bindings: Bindings,
}

impl Local {
    /// A builder with real time, no groups and no hook functions.
    pub fn builder() -> LocalBuilder {
        LocalBuilder {
            clock: LocalClock::real(),
            ids: Ids::random(),
            groups: Vec::new(),
            bindings: Bindings::default(),
        }
    }

    /// The time of this pipeline.
    #[must_use]
    pub fn clock(&self) -> LocalClock {
        self.engine.clock.clone()
    }

    /// Where a group's router listens, and what it has counted; none when there is no such group, or nothing behind
    /// it.
    #[must_use]
    pub fn listeners(&self, application: &str, group: &str) -> Option<Listeners> {
        self.engine.listeners(application, group)
    }

    /// Sets an alarm off, or ends it. Deployments of the groups that name it are stopped.
    pub fn set_alarm(&self, name: &str, active: bool) {
        self.engine.set_alarm(name, active);
    }

    /// Moves the time on, so that waits end sooner; everything that is due by then is done when this returns.
    pub fn advance(&self, by: Duration) {
        self.engine.advance(by);
    }

    /// Ends everything in good order: the listeners first, then the processes, each with its stop grace.
    /// Deployments that are under way stay where they are; whoever follows or controls one is told that the
    /// pipeline is not there any more.
    pub async fn shutdown(&self) {
        self.engine.shutdown().await;
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        // The engine's tasks hold the engine: without this neither would ever go away.
        self.engine.halt();
    }
}

impl LocalBuilder {
    /// Sets the time. Default: real.
    pub fn with_clock(mut self, clock: LocalClock) -> Self {
        self.clock = clock;
        self
    }

    /// Draws ids from a seed, so that they are the same each time; for tests and examples.
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.ids = Ids::seeded(seed);
        self
    }

    /// Adds a deployment group with its service.
    pub fn with_group(mut self, group: LocalGroup) -> Self {
        self.groups.push(group);
        self
    }

    /// Binds a hook function to the name by which AppSpecs call it. An ARN in an AppSpec is taken by its function
    /// name.
    pub fn with_hook(mut self, name: impl Into<String>, function: impl HookFunction + 'static) -> Self {
        self.bindings.functions.insert(name.into(), Arc::new(function));
        self
    }

    /// Invokes this function where an AppSpec names one that is not bound; without it such a deployment cannot be
    /// started.
    pub fn with_fallback_hook(mut self, function: impl HookFunction + 'static) -> Self {
        self.bindings.fallback = Some(Arc::new(function));
        self
    }

    /// Adds a custom deployment configuration.
    pub fn with_deployment_config(mut self, config: DeploymentConfig) -> Self {
        self.bindings.configs.insert(config.name.clone(), config);
        self
    }

    /// The time that the pipeline will have.
    #[must_use]
    pub fn clock(&self) -> LocalClock {
        self.clock.clone()
    }

    /// Makes the plan that the pipeline would make, without building it: nothing is opened and nothing is started.
    ///
    /// # Errors
    ///
    /// When there is no such deployment group.
    pub fn plan(&self, request: &DeploymentRequest) -> Result<Plan, PlanError> {
        let named = |group: &&LocalGroup| {
            group.application == request.application && group.name == request.deployment_group
        };
        let group = self.groups.iter().find(named).map(|group| GroupView::unused(group.clone()));
        let group = group.ok_or_else(|| {
            let mut known: Vec<String> = self.groups.iter().map(LocalGroup::full_name).collect();
            known.sort_unstable();
            known
        });
        plan::plan(&self.bindings, group, request)
    }

    /// Opens the listeners and starts what serves before the first deployment.
    ///
    /// # Errors
    ///
    /// When a listener cannot be opened, a service does not start, or two groups have one name. Whatever had been
    /// started is stopped again.
    pub async fn build(self) -> Result<Local, LocalError> {
        let mut services = Vec::with_capacity(self.groups.len());
        let mut names = std::collections::BTreeSet::new();
        for group in self.groups {
            let name = group.full_name();
            if !names.insert(name.clone()) {
                return Err(LocalError::DuplicateGroup { application: group.application, group: group.name });
            }
            services.push((ServiceKey::new(name), open(group, Layout::initial()).await?));
        }
        let engine = Engine::new(EngineParts {
            clock: self.clock,
            ids: self.ids,
            bindings: self.bindings,
            services,
            persist: None,
            install_time: Duration::ZERO,
            // Whoever wants to follow a deployment watches it.
            observer: None,
        });
        engine.run();
        Ok(Local { engine })
    }
}

/// Opens a service's listeners and starts its task sets, unless there is nothing behind it.
///
/// # Errors
///
/// When a listener cannot be opened or a task set does not start. Whatever had been started is stopped again.
pub(crate) async fn open(group: LocalGroup, layout: Layout) -> Result<Service, LocalError> {
    if let Some(install_time) = group.simulated {
        return Ok(Service::simulated_of(group, layout, install_time));
    }
    let mut config = RouterConfig::new(group.production_listener);
    if let Some(test) = group.test_listener {
        config = config.with_test(test);
    }
    // The listeners first: a port that is taken is found before a process is started.
    let router = Router::bind(config).await?;
    let mut task_sets = Vec::with_capacity(layout.task_sets.len());
    for (slot, origin) in &layout.task_sets {
        let started = TaskSet::start(Layout::spec(&group, origin).clone()).await;
        let task_set = started
            .map_err(|source| LocalError::Blue { group: group.name.clone(), source: Box::new(source) })?;
        task_sets.push((*slot, task_set));
    }
    Ok(Service::real(group, router, layout, task_sets))
}

#[async_trait]
impl DeploymentPipeline for Local {
    async fn plan(&self, request: &DeploymentRequest) -> Result<Plan, PlanError> {
        let group = self.engine.group(&request.application, &request.deployment_group);
        plan::plan(&self.engine.bindings, group, request)
    }

    async fn start(&self, plan: Plan) -> Result<DeploymentId, StartError> {
        self.engine.start(plan)
    }

    async fn describe(&self, id: &DeploymentId) -> Result<Deployment, QueryError> {
        self.engine.describe(id)
    }

    async fn events(&self, id: &DeploymentId, cursor: &Cursor) -> Result<EventPage, QueryError> {
        self.engine.events(id, cursor).await
    }

    async fn proceed(&self, id: &DeploymentId, wait: WaitKind) -> Result<(), ControlError> {
        self.engine.proceed(id, wait)
    }

    async fn stop(&self, id: &DeploymentId, rollback: Rollback) -> Result<StopOutcome, ControlError> {
        self.engine.stop(id, rollback)
    }

    async fn report(&self, hook: &HookExecution, status: HookStatus) -> Result<Reported, ReportError> {
        self.engine.report(hook, status)
    }
}

impl fmt::Display for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} time)", super::PIPELINE, self.engine.clock)
    }
}

impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Local").field("engine", &self.engine).finish()
    }
}
