//! Making deployments.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use greenlight_core::appspec::{Resource, sha256};
use greenlight_core::lifecycle::{HookSettings, Settings};
use greenlight_core::{AppSpec, DeploymentCreator, DeploymentHead, DeploymentId, HookEvent, TrafficRouting};

use super::overrides::Overrides;
use super::{appspec, overrides};
use crate::endpoint::catalogue::deployment_group::{Alarms, AutoRollbackSettings, Target};
use crate::endpoint::catalogue::{Application, DeploymentConfig, DeploymentGroup, Revision};
use crate::endpoint::context::Context;
use crate::endpoint::deployments::{Deployed, Details, Found, History};
use crate::endpoint::error::ServiceError;
use crate::endpoint::limits;
use crate::endpoint::operations::application::checked_name as application_name;
use crate::endpoint::operations::deployment_group::{checked_name as group_name, named_config};
use crate::endpoint::operations::revision;
use crate::endpoint::shapes::deployment::{CreateDeploymentInput, CreateDeploymentOutput};
use crate::local::engine::{GroupKey, NewDeployment, Previous, Summary};

/// Begins a deployment.
pub(crate) fn create(
    context: &Context,
    input: CreateDeploymentInput,
) -> Result<CreateDeploymentOutput, ServiceError> {
    let request = Request::read(context, input)?;
    let text = revision::text(&request.revision, context.s3_root.as_deref())?;
    let spec = appspec::read(&text, request.application.platform)?;
    let group = GroupKey::new(request.group.id.as_str());
    let busy = |active: &DeploymentId| ServiceError::deployment_group_is_busy(&request.group.name, active);
    if let Some(active) = context.engine.active_deployment(&group) {
        return Err(busy(&active));
    }
    if context.engine.active_count() >= limits::ACTIVE_DEPLOYMENTS {
        return Err(ServiceError::deployment_limit_exceeded(limits::ACTIVE_DEPLOYMENTS));
    }
    // Before the deployment, so that none is ever without its revision.
    context.catalogue.change(|tables| {
        let mut revision = request.revision.clone();
        revision.first_used = revision.first_used.or(Some(context.now()));
        revision.last_used = Some(context.now());
        tables.revisions.put(Revision::key(&request.application, &revision.location), revision);
        Ok(())
    })?;
    let id = context.engine.new_deployment_id();
    let new = request.new_deployment(context, id.clone(), group.clone(), &text, &spec)?;
    context.engine.begin(new).map_err(|active| busy(&active))?;
    Ok(CreateDeploymentOutput { deployment_id: id.to_string() })
}

/// A request, all of it checked but for its AppSpec.
struct Request {
    application: Application,
    group: DeploymentGroup,
    revision: Revision,
    config: DeploymentConfig,
    routing: TrafficRouting,
    description: Option<String>,
    overrides: Overrides,
}

impl Request {
    fn read(context: &Context, mut input: CreateDeploymentInput) -> Result<Self, ServiceError> {
        let application = application_name(input.application_name.take())?;
        context.catalogue.read(|tables| {
            let application = tables.application(&application)?.clone();
            let group = group_name(input.deployment_group_name.take())?;
            let group = tables.deployment_group(&application.name, &group)?.clone();
            let given = revision::read(&application, input.revision.take())?;
            let revision = revision::registered(context, tables, &application, given)?;
            let own = input.deployment_config_name.take().filter(|name| !name.is_empty());
            let config = own.unwrap_or_else(|| group.deployment_config_name.clone());
            let config = named_config(tables, config, application.platform)?;
            let routing = config.routing().ok_or_else(|| {
                ServiceError::invalid_deployment_config_name(&config.name, "it shifts no traffic")
            })?;
            let description = revision::checked_description(input.description.take())?;
            let overrides = overrides::read(&mut input, &group, application.platform)?;
            Ok(Self { application, group, revision, config, routing, description, overrides })
        })
    }

    fn new_deployment(
        &self,
        context: &Context,
        id: DeploymentId,
        group: GroupKey,
        text: &str,
        spec: &AppSpec,
    ) -> Result<NewDeployment, ServiceError> {
        let history = History::of(context, &self.group.id);
        let found = |summary: &Summary| Found::by_id(context, &summary.id);
        let last = history.last_attempted.as_ref().map(found).transpose()?.flatten();
        let good = history.last_successful.as_ref().map(found).transpose()?.flatten();
        let deployed = match (&self.group.target, &spec.resource) {
            (_, Resource::LambdaFunction(function)) => Deployed::Lambda {
                function: function.name.name().to_owned(),
                alias: function.alias.clone(),
                current: function.current_version.clone(),
                target: function.target_version.clone(),
            },
            (Target::Ecs(target), _) => Deployed::ecs(target, &id, last.as_ref()),
            (Target::Lambda, _) => {
                return Err(ServiceError::internal(
                    "the deployment group has another platform than its application",
                ));
            }
        };
        let details = Details {
            revision: self.revision.location.clone(),
            previous: good.as_ref().map(|good| good.revision().clone()),
            description: self.description.clone(),
            auto_rollback: self.overrides.auto_rollback.clone(),
            override_alarms: self.overrides.override_alarms.clone(),
            file_exists_behavior: self.overrides.file_exists_behavior.clone(),
            deployed,
        };
        Ok(NewDeployment {
            group,
            service: details.deployed.service(),
            head: DeploymentHead {
                application: self.application.name.clone(),
                deployment_group: self.group.name.clone(),
                deployment_config: self.config.name.clone(),
                revision: sha256(text),
            },
            settings: self.settings(context, id, spec, good.as_ref()),
            creator: DeploymentCreator::User,
            task_definition: spec.ecs_service().map(|service| service.task_definition.to_string()),
            previous: good.map(|good| Previous {
                revision: good.seen.deployment.revision,
                task_definition: good.seen.task_definition,
            }),
            alarms: self.overrides.alarms.as_ref().map_or_else(BTreeSet::new, Alarms::in_force),
            continue_when_ready: false,
            details: serde_json::to_value(details).map(Arc::new).map_err(ServiceError::internal)?,
            blue: None,
        })
    }

    fn settings(
        &self,
        context: &Context,
        id: DeploymentId,
        spec: &AppSpec,
        good: Option<&Found>,
    ) -> Settings {
        let mut settings = match self.group.ecs() {
            Some(ecs) => {
                let mut settings = Settings::forward(id, self.routing);
                settings.test_listener = ecs.load_balancer.test_listener.is_some();
                settings.ready = ecs.ready;
                settings.termination = ecs.termination;
                settings
            }
            None => Settings::lambda(id, self.routing),
        };
        settings.hooks = hooks(context, spec);
        settings.auto_rollback =
            self.overrides.auto_rollback.as_ref().map(AutoRollbackSettings::in_force).unwrap_or_default();
        settings.service_role = Some(self.group.service_role_arn.clone());
        settings.behaviour = context.behaviour.clone();
        // Without a revision that is known to be good there is nothing to go back to.
        if let Some(good) = good {
            settings.rollback_id = Some(context.engine.new_deployment_id());
            if context.behaviour.hooks_in_rollback {
                settings.rollback_hooks = self.rollback_hooks(context, good);
            }
        }
        settings
    }

    /// The hooks of the revision that is gone back to; none when its AppSpec is not there any more.
    fn rollback_hooks(&self, context: &Context, good: &Found) -> BTreeMap<HookEvent, HookSettings> {
        let key = Revision::key(&self.application, good.revision());
        let revision = context.catalogue.read(|tables| tables.revisions.get(&key).cloned());
        let text = revision.and_then(|revision| revision::text(&revision, context.s3_root.as_deref()).ok());
        let spec = text.and_then(|text| AppSpec::read(&text).spec);
        spec.map(|spec| hooks(context, &spec)).unwrap_or_default()
    }
}

fn hooks(context: &Context, spec: &AppSpec) -> BTreeMap<HookEvent, HookSettings> {
    let bound = spec.hooks.iter().map(|(event, function)| {
        (
            *event,
            HookSettings { function: function.clone(), execution: context.engine.new_hook_execution_id() },
        )
    });
    bound.collect()
}
