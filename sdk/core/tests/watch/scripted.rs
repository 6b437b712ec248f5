//! A pipeline that plays back what a test wrote down, a page at a time, and can fail at any call.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::Mutex;

use async_trait::async_trait;
use greenlight_core::error::{ControlError, PlanError, QueryError, ReportError, StartError};
use greenlight_core::{
    Cursor, Deployment, DeploymentCreator, DeploymentEvent, DeploymentHead, DeploymentId, DeploymentPipeline,
    DeploymentRequest, DeploymentStatus, EventKind, EventPage, HookExecution, HookStatus, Percent, Plan,
    Reported, Rollback, RollbackInfo, StopOutcome, TaskSetInfo, TaskSetLabel, TaskSetStatus, Timestamp,
    WaitKind,
};

/// The pipeline. Its events are kept per deployment; a cursor is the number of events before it.
#[derive(Debug, Default)]
pub(crate) struct Scripted {
    pub(crate) deployments: BTreeMap<DeploymentId, (Deployment, Vec<EventKind>)>,
    /// How many events a page holds at most; 0 for all.
    pub(crate) page: usize,
    /// Whether the page with the last event does not say yet that it is the last one.
    pub(crate) ends_late: bool,
    /// Calls that fail: the number of the call, counted from 0 over `events` and `describe`.
    pub(crate) failing_calls: Vec<usize>,
    /// How many times `describe` shows the deployment as still under way though its events have ended.
    pub(crate) described_late: Mutex<usize>,
    pub(crate) calls: Mutex<VecDeque<String>>,
    /// What `plan` and `start` give.
    pub(crate) starts: Option<DeploymentId>,
}

impl Scripted {
    /// Adds a deployment with the events in between its first and its last one.
    pub(crate) fn with(mut self, deployment: Deployment, kinds: Vec<EventKind>) -> Self {
        let ended = EventKind::Ended {
            status: deployment.status,
            error: deployment.error.clone(),
            reason: deployment.reason.clone(),
        };
        let kinds = kinds.into_iter().chain([ended]).collect();
        self.deployments.insert(deployment.id.clone(), (deployment, kinds));
        self
    }

    /// The calls so far, oldest first.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().iter().cloned().collect()
    }

    fn call(&self, what: String) -> Result<(), QueryError> {
        let mut calls = self.calls.lock().unwrap();
        let fails = self.failing_calls.contains(&calls.len());
        calls.push_back(what);
        if fails {
            return Err(QueryError::Unavailable {
                pipeline: self.to_string(),
                source: "connection reset".into(),
            });
        }
        Ok(())
    }

    fn find(&self, id: &DeploymentId) -> Result<&(Deployment, Vec<EventKind>), QueryError> {
        let missing = || QueryError::NotFound { id: id.clone(), pipeline: self.to_string() };
        self.deployments.get(id).ok_or_else(missing)
    }
}

impl fmt::Display for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the scripted pipeline")
    }
}

#[async_trait]
impl DeploymentPipeline for Scripted {
    async fn plan(&self, request: &DeploymentRequest) -> Result<Plan, PlanError> {
        if request.deployment_group == "missing" {
            return Err(PlanError::NotFound {
                what: "deployment group",
                name: request.deployment_group.clone(),
                hint: "create it first".to_owned(),
            });
        }
        Ok(Plan::new(request.clone()))
    }

    async fn start(&self, plan: Plan) -> Result<DeploymentId, StartError> {
        let group = plan.request.deployment_group;
        self.starts.clone().ok_or(StartError::NotFound { what: "deployment group", name: group })
    }

    async fn describe(&self, id: &DeploymentId) -> Result<Deployment, QueryError> {
        self.call(format!("describe {id}"))?;
        let mut deployment = self.find(id)?.0.clone();
        let mut late = self.described_late.lock().unwrap();
        if *late > 0 {
            *late -= 1;
            deployment.status = DeploymentStatus::InProgress;
        }
        Ok(deployment)
    }

    async fn events(&self, id: &DeploymentId, cursor: &Cursor) -> Result<EventPage, QueryError> {
        self.call(format!("events {id} {cursor}"))?;
        let (_, kinds) = self.find(id)?;
        let from: usize = cursor.place().map_or(0, |place| place.parse().unwrap());
        let length = if self.page == 0 { kinds.len() } else { self.page };
        let page = kinds.iter().enumerate().skip(from).take(length);
        let events: Vec<_> = page.map(|(index, kind)| event(id, index as u64, kind.clone())).collect();
        let next = from + events.len();
        let ended = next == kinds.len() && !(self.ends_late && from < next);
        Ok(EventPage { events, next: Cursor::at(next.to_string()), ended })
    }

    async fn proceed(&self, id: &DeploymentId, wait: WaitKind) -> Result<(), ControlError> {
        let status = DeploymentStatus::InProgress;
        Err(ControlError::NotWaiting { id: id.clone(), status, wait })
    }

    async fn stop(&self, id: &DeploymentId, _: Rollback) -> Result<StopOutcome, ControlError> {
        Err(ControlError::NotFound { id: id.clone(), pipeline: self.to_string() })
    }

    async fn report(&self, hook: &HookExecution, _: HookStatus) -> Result<Reported, ReportError> {
        Err(ReportError::UnknownExecution { id: hook.deployment.clone() })
    }
}

pub(crate) fn event(id: &DeploymentId, second: u64, kind: EventKind) -> DeploymentEvent {
    DeploymentEvent { time: Timestamp::from_millis(second * 1000), deployment: id.clone(), kind }
}

/// A deployment that has ended, with this share of traffic on green.
pub(crate) fn ended(id: &DeploymentId, status: DeploymentStatus, green: u8) -> Deployment {
    let head = DeploymentHead {
        application: "shop".to_owned(),
        deployment_group: "shop-web".to_owned(),
        deployment_config: "CodeDeployDefault.ECSAllAtOnce".to_owned(),
        revision: "00".repeat(32),
    };
    let mut deployment = Deployment::accepted(id.clone(), head, DeploymentCreator::User, Timestamp::EPOCH);
    let green = Percent::new(green).unwrap();
    let task_set =
        |label, status, traffic_weight| TaskSetInfo { label, status, traffic_weight, address: None };
    deployment.status = status;
    deployment.completed = Some(Timestamp::from_millis(900_000));
    deployment.task_sets = vec![
        task_set(TaskSetLabel::Blue, TaskSetStatus::Primary, green.rest()),
        task_set(TaskSetLabel::Green, TaskSetStatus::Active, green),
    ];
    deployment
}

/// The same, rolled back by `rollback`.
pub(crate) fn rolled_back_by(mut deployment: Deployment, rollback: &DeploymentId) -> Deployment {
    deployment.rollback =
        Some(RollbackInfo { rollback_deployment: Some(rollback.clone()), ..RollbackInfo::default() });
    deployment
}
