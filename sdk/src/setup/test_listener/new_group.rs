//! A deployment group that a set-up makes.

use std::time::Duration;

use aws_sdk_codedeploy::types::{
    AutoRollbackConfiguration, AutoRollbackEvent, BlueGreenDeploymentConfiguration,
    BlueInstanceTerminationOption, ComputePlatform, DeploymentOption, DeploymentReadyAction,
    DeploymentReadyOption, DeploymentStyle, DeploymentType, EcsService, InstanceAction, Tag,
};

use super::group::{Pair, load_balancer_info};
use super::{TestListener, load_balancer};
use crate::setup::SetupError;
use crate::setup::change::{Action, Change};
use crate::setup::error::{failed, is};
use crate::setup::owner::{Owner, TAG};
use crate::setup::run::Run;

/// What a deployment group is made of that is not there yet. One that is there is never changed but for its test listener.
///
/// It rolls back by itself when a deployment fails, is stopped by an alarm or on request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewDeploymentGroup {
    /// The role that CodeDeploy assumes, by its ARN; it has `AWSCodeDeployRoleForECS` or its like.
    pub service_role: String,
    /// The cluster of the service.
    pub cluster: String,
    /// The service, which has the deployment controller `CODE_DEPLOY`.
    pub service: String,
    /// The port of the production listener.
    pub production_port: u16,
    /// The target groups by name. One that is not there is made like the other one.
    pub target_groups: [String; 2],
    /// How traffic is shifted; `CodeDeployDefault.ECSAllAtOnce` by default.
    pub deployment_config: Option<String>,
    /// How long a deployment waits to be continued before production traffic is shifted, in whole minutes. None by default.
    pub ready_wait: Option<Duration>,
    /// How long the original task set is kept after the shift, in whole minutes. None by default.
    pub termination_wait: Duration,
}

impl NewDeploymentGroup {
    /// A group that shifts all traffic at once, and waits for nothing.
    pub fn new(
        service_role: impl Into<String>,
        cluster: impl Into<String>,
        service: impl Into<String>,
        production_port: u16,
        target_groups: [String; 2],
    ) -> Self {
        Self {
            service_role: service_role.into(),
            cluster: cluster.into(),
            service: service.into(),
            production_port,
            target_groups,
            deployment_config: None,
            ready_wait: None,
            termination_wait: Duration::ZERO,
        }
    }
}

impl TestListener {
    /// The pair that a new group is to have; target groups that are not there are made.
    pub(super) async fn wanted_pair(&self, run: &mut Run) -> Result<Pair, SetupError> {
        let (Some(new), Some(balancer)) = (&self.new_group, &self.load_balancer) else {
            return Err(SetupError::invalid(
                "a deployment group is made of a load balancer with a production listener; name the load balancer",
            ));
        };
        let balancer = self.load_balancers.find(balancer).await?;
        let Some(production) = self.load_balancers.listener_on(&balancer, new.production_port).await? else {
            return Err(SetupError::NotFound {
                what: "listener",
                name: load_balancer::spelled(&balancer, new.production_port),
                hint: "make the production listener first, or correct its port".to_owned(),
            });
        };
        self.ensure_target_groups(run, &new.target_groups).await?;
        Ok(Pair {
            target_groups: new.target_groups.to_vec(),
            production: production.listener_arn().unwrap_or_default().to_owned(),
        })
    }

    /// Makes the application, if it is not there, and the group.
    pub(super) async fn make_group(
        &self,
        run: &mut Run,
        pair: &Pair,
        listener: &str,
    ) -> Result<(), SetupError> {
        let Some(new) = &self.new_group else { return Ok(()) };
        self.ensure_application(run).await?;
        let config = new.deployment_config.as_deref().unwrap_or("CodeDeployDefault.ECSAllAtOnce");
        let change = Change::new(Action::Create, "deployment group", self.group_name())
            .with(format!("service {}/{}", new.cluster, new.service))
            .with(config)
            .with(format!("target groups {}", pair.target_groups.join(" and ")));
        if !run.does(change) {
            return Ok(());
        }
        let call = self
            .codedeploy
            .create_deployment_group()
            .application_name(&self.application)
            .deployment_group_name(&self.group)
            .service_role_arn(&new.service_role)
            .deployment_config_name(config)
            .deployment_style(style())
            .blue_green_deployment_configuration(waits(new))
            .load_balancer_info(load_balancer_info(pair, Some(listener)))
            .ecs_services(EcsService::builder().cluster_name(&new.cluster).service_name(&new.service).build())
            .auto_rollback_configuration(rollback())
            .tags(tag(&self.owner));
        call.send().await.map_err(|error| {
            failed(
                "codedeploy:CreateDeploymentGroup",
                format!("deployment group {}", self.group_name()),
                error,
            )
        })?;
        Ok(())
    }

    async fn ensure_application(&self, run: &mut Run) -> Result<(), SetupError> {
        let name = &self.application;
        match self.codedeploy.get_application().application_name(name).send().await {
            Ok(_) => {
                run.keeps("application", name, None);
                return Ok(());
            }
            Err(error) if is(&error, &["ApplicationDoesNotExistException"]) => {}
            Err(error) => return Err(failed("codedeploy:GetApplication", name, error)),
        }
        if run.does(Change::new(Action::Create, "application", name)) {
            let call = self.codedeploy.create_application().application_name(name);
            let call = call.compute_platform(ComputePlatform::Ecs).tags(tag(&self.owner));
            call.send().await.map_err(|error| {
                failed("codedeploy:CreateApplication", format!("application {name}"), error)
            })?;
        }
        Ok(())
    }
}

fn tag(owner: &Owner) -> Tag {
    Tag::builder().key(TAG).value(owner.name()).build()
}

fn style() -> DeploymentStyle {
    DeploymentStyle::builder()
        .deployment_type(DeploymentType::BlueGreen)
        .deployment_option(DeploymentOption::WithTrafficControl)
        .build()
}

fn rollback() -> AutoRollbackConfiguration {
    AutoRollbackConfiguration::builder()
        .enabled(true)
        .events(AutoRollbackEvent::DeploymentFailure)
        .events(AutoRollbackEvent::DeploymentStopOnAlarm)
        .events(AutoRollbackEvent::DeploymentStopOnRequest)
        .build()
}

fn waits(new: &NewDeploymentGroup) -> BlueGreenDeploymentConfiguration {
    let minutes = |wait: Duration| i32::try_from(wait.as_secs().div_ceil(60)).unwrap_or(i32::MAX);
    let ready = match new.ready_wait {
        Some(wait) => DeploymentReadyOption::builder()
            .action_on_timeout(DeploymentReadyAction::StopDeployment)
            .wait_time_in_minutes(minutes(wait)),
        None => DeploymentReadyOption::builder()
            .action_on_timeout(DeploymentReadyAction::ContinueDeployment)
            .wait_time_in_minutes(0),
    };
    let termination = BlueInstanceTerminationOption::builder()
        .action(InstanceAction::Terminate)
        .termination_wait_time_in_minutes(minutes(new.termination_wait));
    BlueGreenDeploymentConfiguration::builder()
        .deployment_ready_option(ready.build())
        .terminate_blue_instances_on_deployment_success(termination.build())
        .build()
}
