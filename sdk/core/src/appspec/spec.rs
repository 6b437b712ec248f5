//! The AppSpec as a value.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU16;

use super::function_name::FunctionName;
use super::task_definition::TaskDefinition;
use super::value::UnknownKey;
use crate::event_name::HookEvent;

/// What to deploy, and which functions validate it on the way.
///
/// Read with [`AppSpec::read`](Self::read), or made from its parts:
///
/// ```
/// use std::num::NonZeroU16;
/// use greenlight_core::HookEvent;
/// use greenlight_core::appspec::{AppSpec, EcsService};
///
/// let service = EcsService::new("<TASK_DEFINITION>", "web", NonZeroU16::MIN);
/// let spec = AppSpec::new("TargetService", service)
///     .with_hook(HookEvent::AfterAllowTestTraffic, "smoke-test".parse()?)
///     .with_task_definition("arn:aws:ecs:eu-west-1:111122223333:task-definition/web:8");
/// assert_eq!(AppSpec::read(&spec.to_yaml()).spec, Some(spec));
/// # Ok::<(), greenlight_core::appspec::InvalidFunctionName>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AppSpec {
    /// The name that the file gives to the resource. It means nothing to the service.
    pub logical_name: String,
    /// What is deployed.
    pub resource: Resource,
    /// The function of each event that has one, in the order of the lifecycle.
    pub hooks: BTreeMap<HookEvent, FunctionName>,
    /// Keys that this version does not know, by section.
    pub unknown: Vec<UnknownKey>,
}

/// What is deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resource {
    /// `AWS::ECS::Service`: a new task set of a service.
    EcsService(EcsService),
    /// `AWS::Lambda::Function`: a new version behind an alias.
    LambdaFunction(LambdaFunction),
}

/// The new task set of an ECS service.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EcsService {
    /// What its tasks are made from.
    pub task_definition: TaskDefinition,
    /// The container that traffic goes to; the task definition must have it.
    pub container_name: String,
    /// The port of that container.
    pub container_port: NonZeroU16,
    /// The Fargate platform version; without it the service takes `LATEST`.
    pub platform_version: Option<String>,
    /// Where tasks are placed; without it the service's current settings stay.
    pub network_configuration: Option<AwsvpcConfiguration>,
    /// Where capacity comes from. Empty falls back to the launch type of the service, whatever strategy it had.
    pub capacity_provider_strategy: Vec<CapacityProvider>,
}

/// Subnets and security groups of a task set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsvpcConfiguration {
    /// Ids of subnets, at least one.
    pub subnets: Vec<String>,
    /// Ids of security groups.
    pub security_groups: Vec<String>,
    /// Whether tasks get a public address.
    pub assign_public_ip: AssignPublicIp,
}

/// Whether tasks get a public address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AssignPublicIp {
    /// `ENABLED`
    Enabled,
    /// `DISABLED`
    Disabled,
}

/// One source of capacity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapacityProvider {
    /// Its name, such as `FARGATE_SPOT`.
    pub capacity_provider: String,
    /// The number of tasks that it gets first. At most one provider has a base.
    pub base: u32,
    /// Its share of the remaining tasks. At least one provider has a weight.
    pub weight: u32,
}

/// The new version of a Lambda function.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LambdaFunction {
    /// The function.
    pub name: FunctionName,
    /// The alias whose traffic is shifted.
    pub alias: String,
    /// The version that the alias points to: a positive number, or a placeholder.
    pub current_version: String,
    /// The version that it is to point to.
    pub target_version: String,
}

impl AppSpec {
    /// The only version of the format.
    pub const VERSION: &'static str = "0.0";

    /// An AppSpec without hooks.
    pub fn new(logical_name: impl Into<String>, resource: impl Into<Resource>) -> Self {
        Self {
            logical_name: logical_name.into(),
            resource: resource.into(),
            hooks: BTreeMap::new(),
            unknown: Vec::new(),
        }
    }

    /// The ECS service, where one is deployed.
    #[must_use]
    pub const fn ecs_service(&self) -> Option<&EcsService> {
        match &self.resource {
            Resource::EcsService(service) => Some(service),
            Resource::LambdaFunction(_) => None,
        }
    }

    /// Replaces the task definition. An AppSpec of a Lambda function has none and stays as it is.
    #[must_use]
    pub fn with_task_definition(mut self, task_definition: impl Into<TaskDefinition>) -> Self {
        if let Resource::EcsService(service) = &mut self.resource {
            service.task_definition = task_definition.into();
        }
        self
    }

    /// Binds a function to an event, in the place of the one it had.
    #[must_use]
    pub fn with_hook(mut self, event: HookEvent, function: FunctionName) -> Self {
        self.hooks.insert(event, function);
        self
    }
}

impl EcsService {
    /// A task set with the service's own network, platform and launch type.
    pub fn new(
        task_definition: impl Into<TaskDefinition>,
        container_name: impl Into<String>,
        container_port: NonZeroU16,
    ) -> Self {
        Self {
            task_definition: task_definition.into(),
            container_name: container_name.into(),
            container_port,
            platform_version: None,
            network_configuration: None,
            capacity_provider_strategy: Vec::new(),
        }
    }
}

impl LambdaFunction {
    /// A shift of `alias` from one version to another.
    pub fn new(
        name: FunctionName,
        alias: impl Into<String>,
        current_version: impl Into<String>,
        target_version: impl Into<String>,
    ) -> Self {
        Self {
            name,
            alias: alias.into(),
            current_version: current_version.into(),
            target_version: target_version.into(),
        }
    }
}

impl Resource {
    /// The value of `Type`.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::EcsService(_) => "AWS::ECS::Service",
            Self::LambdaFunction(_) => "AWS::Lambda::Function",
        }
    }
}

impl From<EcsService> for Resource {
    fn from(service: EcsService) -> Self {
        Self::EcsService(service)
    }
}

impl From<LambdaFunction> for Resource {
    fn from(function: LambdaFunction) -> Self {
        Self::LambdaFunction(function)
    }
}

impl AssignPublicIp {
    /// The service's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "ENABLED",
            Self::Disabled => "DISABLED",
        }
    }
}

impl fmt::Display for AssignPublicIp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EcsService(service) => write!(f, "ECS task set of {}", service.task_definition),
            Self::LambdaFunction(function) => {
                write!(f, "Lambda function {} version {}", function.name, function.target_version)
            }
        }
    }
}

/// One line: what is deployed and how many hooks look at it.
impl fmt::Display for AppSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.hooks.len() == 1 { "hook" } else { "hooks" };
        write!(f, "{}: {}, {} {plural}", self.logical_name, self.resource, self.hooks.len())
    }
}
