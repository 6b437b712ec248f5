//! What the pipeline's operations do with the engine.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use greenlight_core::error::{ControlError, QueryError, ReportError, StartError};
use greenlight_core::finding::Finding;
use greenlight_core::lifecycle::{HookSettings, Input, Refusal, Settings};
use greenlight_core::{
    AppSpec, Cursor, Deployment, DeploymentConfig, DeploymentCreator, DeploymentHead, DeploymentId,
    EventPage, HookExecution, HookStatus, Plan, Reported, Rollback, StopOutcome, WaitKind, appspec,
};

use super::group_key::GroupKey;
use super::journal::Owner;
use super::new_deployment::NewDeployment;
use super::service::{RealService, Service, ServiceKey};
use super::state::{Record, State};
use super::{Engine, ShutDown};
use crate::local::PIPELINE;
use crate::local::deployment_group::{self, LocalGroup};
use crate::local::plan;

/// What a plan needs to know of a group.
pub(crate) struct GroupView {
    pub(crate) settings: Arc<LocalGroup>,
    pub(crate) active: Option<DeploymentId>,
    /// How the task set that serves production ended, if it did.
    pub(crate) primary_is_dead: Option<String>,
    pub(crate) active_alarms: Vec<String>,
}

impl GroupView {
    fn new(service: &Service, settings: &Arc<LocalGroup>, alarms: &BTreeSet<String>) -> Self {
        let dead = service.as_real().and_then(|real| real.dead.get(&service.layout.primary));
        Self {
            settings: Arc::clone(settings),
            active: service.active.clone(),
            primary_is_dead: dead.cloned(),
            active_alarms: settings.alarms.intersection(alarms).cloned().collect(),
        }
    }

    /// A group in which nothing has happened yet.
    pub(crate) fn unused(settings: LocalGroup) -> Self {
        Self { settings: Arc::new(settings), active: None, primary_is_dead: None, active_alarms: Vec::new() }
    }
}

impl Engine {
    /// What a plan needs to know of a group, or the names of those that exist.
    pub(crate) fn group(&self, application: &str, name: &str) -> Result<GroupView, Vec<String>> {
        let state = self.state();
        match service_of(&state, application, name) {
            Some((service, settings)) => Ok(GroupView::new(service, settings, &state.alarms)),
            None => {
                let mut known: Vec<String> = state
                    .services()
                    .filter_map(|(_, service)| Some(service.settings()?.full_name()))
                    .collect();
                known.sort_unstable();
                Err(known)
            }
        }
    }

    /// The listeners' addresses of a group.
    pub(crate) fn listeners(&self, application: &str, name: &str) -> Option<crate::local::Listeners> {
        let state = self.state();
        let real = service_of(&state, application, name)?.0.as_real()?;
        Some(crate::local::Listeners {
            production: real.router.production_addr(),
            test: real.router.test_addr(),
            stats: real.router.stats(),
        })
    }

    /// Everything that has to be stopped at the end.
    pub(super) fn parts(
        &self,
    ) -> Vec<(Arc<crate::local::router::Router>, Vec<Arc<crate::local::task_set::TaskSet>>)> {
        let parts = |real: &RealService| {
            (Arc::clone(&real.router), real.task_sets().map(|(_, task_set)| task_set).collect())
        };
        self.state().services().filter_map(|(_, service)| service.as_real().map(parts)).collect()
    }

    pub(crate) fn start(self: &Arc<Self>, plan: Plan) -> Result<DeploymentId, StartError> {
        if !plan.can_start() {
            return Err(StartError::PlanHasErrors { findings: plan.findings });
        }
        let request = plan.request;
        let mut state = self.state();
        if state.halted {
            return Err(StartError::Unavailable {
                pipeline: PIPELINE.to_owned(),
                source: Box::new(ShutDown),
            });
        }
        let missing = |what, name: &str| StartError::NotFound { what, name: name.to_owned() };
        let (service, settings) = service_of(&state, &request.application, &request.deployment_group)
            .ok_or_else(|| missing("deployment group", &request.deployment_group))?;
        let revision = appspec::sha256(&request.appspec);
        if let Some(active) = service.active.clone() {
            let same = state.record(&active).is_some_and(|record| {
                record.head.revision == revision && record.creator == DeploymentCreator::User
            });
            return if same {
                Ok(active)
            } else {
                Err(StartError::AlreadyActive { group: request.deployment_group, active })
            };
        }
        let settings = Arc::clone(settings);
        // Checked once more: the plan may be old, or not of this pipeline at all. What it has read is not read again.
        let view = GroupView::new(service, &settings, &state.alarms);
        let (spec, mut findings) = match plan.appspec {
            Some(spec) => (Some(spec), Vec::new()),
            None => {
                let reading = AppSpec::read(&request.appspec);
                (reading.spec, reading.findings)
            }
        };
        let config = plan::check(&self.bindings, &view, &request, spec.as_ref(), &mut findings);
        if findings.iter().any(Finding::is_error) {
            // The errors first, as in a plan.
            findings.sort_by_key(|finding| finding.severity);
            return Err(StartError::PlanHasErrors { findings });
        }
        let config = plan.config.or(config).unwrap_or_else(|| settings.deployment_config.clone());
        let id = self.ids.deployment();
        let mut lifecycle = self.lifecycle_settings(id.clone(), &settings, &config, spec.as_ref());
        if let Some(rollback) = request.auto_rollback {
            lifecycle.auto_rollback = rollback;
        }
        let head = DeploymentHead {
            application: request.application,
            deployment_group: request.deployment_group,
            deployment_config: config.name,
            revision,
        };
        let task_definition = spec.and_then(|spec| Some(spec.ecs_service()?.task_definition.to_string()));
        let new = NewDeployment {
            group: GroupKey::new(settings.full_name()),
            service: ServiceKey::new(settings.full_name()),
            head,
            settings: lifecycle,
            creator: DeploymentCreator::User,
            task_definition,
            previous: None,
            alarms: settings.alarms.clone(),
            continue_when_ready: settings.continue_when_ready,
            details: Arc::default(),
            blue: None,
        };
        self.accept_and_start(&mut state, new);
        Ok(id)
    }

    pub(crate) fn describe(&self, id: &DeploymentId) -> Result<Deployment, QueryError> {
        let state = self.state();
        let record = state.record(id).ok_or_else(|| no_such_deployment(id))?;
        Ok(record.describe(id))
    }

    pub(crate) async fn events(&self, id: &DeploymentId, cursor: &Cursor) -> Result<EventPage, QueryError> {
        let invalid = || QueryError::InvalidCursor { id: id.clone(), cursor: cursor.to_string() };
        let from = place_of(id, cursor).ok_or_else(invalid)?;
        loop {
            let grown = {
                let mut state = self.state();
                let halted = state.halted;
                let record = state.unmarked(id).ok_or_else(|| no_such_deployment(id))?;
                let Record { journal, head, .. } = record;
                let events = journal.from(Owner { id, head }, from).ok_or_else(invalid)?;
                if halted && events.is_empty() && !journal.is_closed() {
                    return Err(QueryError::Unavailable {
                        pipeline: PIPELINE.to_owned(),
                        source: Box::new(ShutDown),
                    });
                }
                if !events.is_empty() || journal.is_closed() {
                    return Ok(EventPage {
                        events,
                        next: cursor_at(id, journal.len()),
                        ended: journal.is_closed(),
                    });
                }
                // Registered while the journal cannot grow, so that nothing is missed.
                journal.grown().notified_owned()
            };
            grown.await;
        }
    }

    pub(crate) fn proceed(self: &Arc<Self>, id: &DeploymentId, wait: WaitKind) -> Result<(), ControlError> {
        let mut state = self.state();
        self.control(&mut state, id, Input::Continue(wait))
    }

    pub(crate) fn stop(
        self: &Arc<Self>,
        id: &DeploymentId,
        rollback: Rollback,
    ) -> Result<StopOutcome, ControlError> {
        let mut state = self.state();
        self.control(&mut state, id, Input::Stop(rollback))?;
        let rolling_back = state
            .record(id)
            .and_then(|record| record.lifecycle.rollback())
            .is_some_and(|info| info.rollback_deployment.is_some());
        Ok(StopOutcome::Stopped { rolling_back })
    }

    pub(crate) fn report(
        self: &Arc<Self>,
        hook: &HookExecution,
        status: HookStatus,
    ) -> Result<Reported, ReportError> {
        let unknown = || ReportError::UnknownExecution { id: hook.deployment.clone() };
        let mut state = self.state();
        if state.record(&hook.deployment).is_none() {
            return Err(unknown());
        }
        if state.halted {
            return Err(ReportError::Unavailable {
                pipeline: PIPELINE.to_owned(),
                source: Box::new(ShutDown),
            });
        }
        match self.take_report(&mut state, hook, status) {
            Ok(()) => Ok(Reported::Accepted),
            Err(Refusal::UnknownExecution) => Err(unknown()),
            Err(_) => Err(ReportError::AlreadyCompleted { id: hook.deployment.clone() }),
        }
    }

    fn control(
        self: &Arc<Self>,
        state: &mut State,
        id: &DeploymentId,
        input: Input,
    ) -> Result<(), ControlError> {
        if state.record(id).is_none() {
            return Err(ControlError::NotFound { id: id.clone(), pipeline: PIPELINE.to_owned() });
        }
        if state.halted {
            return Err(ControlError::Unavailable {
                pipeline: PIPELINE.to_owned(),
                source: Box::new(ShutDown),
            });
        }
        self.drive(state, id, input).map_err(|refusal| {
            let id = id.clone();
            match refusal {
                Refusal::NotWaiting { status, wait } => ControlError::NotWaiting { id, status, wait },
                Refusal::AlreadyCompleted(status) => ControlError::AlreadyCompleted { id, status },
                // The machine refuses an operator for those two reasons alone.
                other => ControlError::Unavailable { pipeline: PIPELINE.to_owned(), source: Box::new(other) },
            }
        })
    }

    fn lifecycle_settings(
        &self,
        id: DeploymentId,
        group: &LocalGroup,
        config: &DeploymentConfig,
        spec: Option<&AppSpec>,
    ) -> Settings {
        let hooks = || -> BTreeMap<_, _> {
            let bind = |(event, function): (&_, &greenlight_core::FunctionName)| {
                (*event, HookSettings { function: function.clone(), execution: self.ids.hook_execution() })
            };
            spec.map(|spec| spec.hooks.iter().map(bind).collect()).unwrap_or_default()
        };
        let mut settings = Settings::forward(id, config.routing);
        settings.test_listener = group.test_listener.is_some();
        settings.hooks = hooks();
        if group.behaviour.hooks_in_rollback {
            settings.rollback_hooks = hooks();
        }
        settings.ready = group.ready;
        settings.termination = group.termination;
        settings.auto_rollback = group.auto_rollback.clone();
        settings.rollback_id = Some(self.ids.deployment());
        settings.behaviour = group.behaviour.clone();
        settings
    }
}

/// The service of a local group, which goes by the group's name.
fn service_of<'a>(
    state: &'a State,
    application: &str,
    name: &str,
) -> Option<(&'a Service, &'a Arc<LocalGroup>)> {
    let service = state.service(&ServiceKey::new(deployment_group::full_name(application, name)))?;
    Some((service, service.settings()?))
}

/// The place after this many events of a deployment. It names the deployment, so that it is taken for no other.
fn cursor_at(id: &DeploymentId, events: usize) -> Cursor {
    Cursor::at(format!("{id}/{events}"))
}

/// After how many events a cursor stands, if it is one of this deployment.
fn place_of(id: &DeploymentId, cursor: &Cursor) -> Option<usize> {
    let Some(place) = cursor.place() else { return Some(0) };
    place.strip_prefix(id.as_str())?.strip_prefix('/')?.parse().ok()
}

fn no_such_deployment(id: &DeploymentId) -> QueryError {
    QueryError::NotFound { id: id.clone(), pipeline: PIPELINE.to_owned() }
}
