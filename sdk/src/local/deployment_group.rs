//! A deployment group of the local pipeline, with the service that it deploys.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use greenlight_core::lifecycle::{Behaviour, ReadyWait, Termination};
use greenlight_core::{AutoRollback, DeploymentConfig};

use super::task_set::TaskSetSpec;

/// Everything that the service keeps in a deployment group, an ECS service and its load balancer.
///
/// ```
/// use greenlight::local::{LocalGroup, task_set::TaskSetSpec};
/// use greenlight_core::DeploymentConfig;
///
/// let group = LocalGroup::new(
///     "shop",
///     "shop-web",
///     TaskSetSpec::command("blue", ["bin/web", "--release", "41"]),
///     TaskSetSpec::command("green", ["bin/web", "--release", "42"]),
/// )
/// .with_listeners("127.0.0.1:8080".parse()?, Some("127.0.0.1:9001".parse()?))
/// .with_deployment_config(DeploymentConfig::built_in("CodeDeployDefault.ECSCanary10Percent5Minutes").unwrap());
/// # drop(group);
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LocalGroup {
    /// The application's name.
    pub application: String,
    /// The group's name.
    pub name: String,
    /// The cluster's name.
    pub cluster: String,
    /// The service's name.
    pub service: String,
    /// What serves before the first deployment.
    pub blue: TaskSetSpec,
    /// What a deployment brings when its task definition is not in
    /// [`task_definitions`](Self::task_definitions).
    pub green: TaskSetSpec,
    /// What a deployment brings, by the AppSpec's task definition as written there.
    pub task_definitions: BTreeMap<String, TaskSetSpec>,
    /// Where the production listener listens. Default: a free port of 127.0.0.1.
    pub production_listener: SocketAddr,
    /// Where the test listener listens; absent: there is none. Default: a free port of 127.0.0.1.
    pub test_listener: Option<SocketAddr>,
    /// How traffic is shifted unless a deployment says otherwise. Default: all at once.
    pub deployment_config: DeploymentConfig,
    /// The wait before production traffic is shifted. Default: none.
    pub ready: ReadyWait,
    /// Whether the pipeline itself ends that wait at once, as an impatient operator would. Default: no.
    pub continue_when_ready: bool,
    /// What becomes of the original task set. Default: it is deleted at once.
    pub termination: Termination,
    /// When to roll back. Default: never.
    pub auto_rollback: AutoRollback,
    /// The alarms that stop a deployment. Default: none.
    pub alarms: BTreeSet<String>,
    /// How long a task set may go on with the requests that it has before it is stopped, in real time. Default
    /// 30 s.
    pub deregistration_delay: Duration,
    /// Open points of the service's behaviour.
    pub behaviour: Behaviour,
    /// Present when there is nothing behind the group: after how long, by the pipeline's clock, a replacement is
    /// healthy then. No process is started, nothing listens, and [`blue`](Self::blue), [`green`](Self::green) and the
    /// addresses of the listeners are without effect.
    pub simulated: Option<Duration>,
}

const DEREGISTRATION_DELAY: Duration = Duration::from_secs(30);

impl LocalGroup {
    /// A group with the defaults above; cluster and service are called `default` and as the group.
    pub fn new(
        application: impl Into<String>,
        name: impl Into<String>,
        blue: TaskSetSpec,
        green: TaskSetSpec,
    ) -> Self {
        let name = name.into();
        let free_port = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            application: application.into(),
            cluster: "default".to_owned(),
            service: name.clone(),
            name,
            blue,
            green,
            task_definitions: BTreeMap::new(),
            production_listener: free_port,
            test_listener: Some(free_port),
            deployment_config: DeploymentConfig::all_at_once(),
            ready: ReadyWait::default(),
            continue_when_ready: false,
            termination: Termination::Terminate(Duration::ZERO),
            auto_rollback: AutoRollback::disabled(),
            alarms: BTreeSet::new(),
            deregistration_delay: DEREGISTRATION_DELAY,
            behaviour: Behaviour::default(),
            simulated: None,
        }
    }

    /// A group with the defaults above that has nothing behind it: a replacement is healthy after `install_time` of
    /// the pipeline's clock, and every other action succeeds at once. Hooks are invoked as for any other group. With
    /// [virtual time](super::LocalClock::virtual_time) a test plays whole deployments in microseconds.
    ///
    /// ```
    /// use std::time::Duration;
    /// use greenlight::core::{DeploymentPipelineExt, DeploymentRequest, Verdict};
    /// use greenlight::local::{Local, LocalClock, LocalGroup};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let local = Local::builder()
    ///     .with_clock(LocalClock::virtual_time())
    ///     .with_group(LocalGroup::simulated("shop", "shop-web", Duration::from_secs(70)))
    ///     .build()
    ///     .await?;
    /// # let appspec = r#"{"version": 0.0, "Resources": [{"TargetService": {"Type": "AWS::ECS::Service", "Properties": {
    /// #     "TaskDefinition": "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:42",
    /// #     "LoadBalancerInfo": {"ContainerName": "web", "ContainerPort": 8080}}}}]}"#;
    /// let outcome = local.deploy(&DeploymentRequest::new("shop", "shop-web", appspec)).await?;
    /// assert_eq!(outcome.outcome, Verdict::Succeeded);
    /// # Ok(())
    /// # }
    /// ```
    pub fn simulated(
        application: impl Into<String>,
        name: impl Into<String>,
        install_time: Duration,
    ) -> Self {
        let nowhere = |name| TaskSetSpec::address(name, SocketAddr::from(([127, 0, 0, 1], 0)));
        let group = Self::new(application, name, nowhere("blue"), nowhere("green"));
        Self { simulated: Some(install_time), ..group }
    }

    /// Names the ECS service.
    #[must_use]
    pub fn with_service(mut self, cluster: impl Into<String>, service: impl Into<String>) -> Self {
        self.cluster = cluster.into();
        self.service = service.into();
        self
    }

    /// Runs `spec` for deployments of this task definition, written as in the AppSpec.
    #[must_use]
    pub fn with_task_definition(mut self, task_definition: impl Into<String>, spec: TaskSetSpec) -> Self {
        self.task_definitions.insert(task_definition.into(), spec);
        self
    }

    /// Sets where the listeners listen. Without a test listener a deployment has six events instead of eight.
    #[must_use]
    pub const fn with_listeners(mut self, production: SocketAddr, test: Option<SocketAddr>) -> Self {
        self.production_listener = production;
        self.test_listener = test;
        self
    }

    /// Sets how traffic is shifted.
    #[must_use]
    pub fn with_deployment_config(mut self, config: DeploymentConfig) -> Self {
        self.deployment_config = config;
        self
    }

    /// Sets the wait before production traffic is shifted.
    #[must_use]
    pub const fn with_ready_wait(mut self, ready: ReadyWait) -> Self {
        self.ready = ready;
        self
    }

    /// Makes the pipeline itself end the ready wait at once.
    #[must_use]
    pub const fn with_continue_when_ready(mut self) -> Self {
        self.continue_when_ready = true;
        self
    }

    /// Sets what becomes of the original task set.
    #[must_use]
    pub const fn with_termination(mut self, termination: Termination) -> Self {
        self.termination = termination;
        self
    }

    /// Sets when to roll back.
    #[must_use]
    pub fn with_auto_rollback(mut self, rollback: AutoRollback) -> Self {
        self.auto_rollback = rollback;
        self
    }

    /// Sets the alarms that stop a deployment.
    #[must_use]
    pub fn with_alarms<S: Into<String>>(mut self, alarms: impl IntoIterator<Item = S>) -> Self {
        self.alarms = alarms.into_iter().map(Into::into).collect();
        self
    }

    /// Sets how long a task set may go on with the requests that it has, in real time.
    #[must_use]
    pub const fn with_deregistration_delay(mut self, delay: Duration) -> Self {
        self.deregistration_delay = delay;
        self
    }

    /// Sets the open points of the service's behaviour.
    #[must_use]
    pub fn with_behaviour(mut self, behaviour: Behaviour) -> Self {
        self.behaviour = behaviour;
        self
    }

    /// What a deployment of `task_definition` brings.
    pub(super) fn replacement(&self, task_definition: Option<&str>) -> &TaskSetSpec {
        task_definition.and_then(|name| self.task_definitions.get(name)).unwrap_or(&self.green)
    }

    /// Application and group, `application/group`.
    pub(super) fn full_name(&self) -> String {
        full_name(&self.application, &self.name)
    }

    /// The service's target id, `cluster:service`.
    pub(crate) fn target_id(&self) -> String {
        format!("{}:{}", self.cluster, self.service)
    }
}

/// Application and group, `application/group`.
pub(super) fn full_name(application: &str, name: &str) -> String {
    format!("{application}/{name}")
}
