//! Everything that an engine knows.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::Arc;

use greenlight_core::lifecycle::{HookInvocation, Input, Lifecycle};
use greenlight_core::{DeploymentCreator, DeploymentHead, DeploymentId, TaskSetLabel, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::task::AbortHandle;

use super::group_key::GroupKey;
use super::journal::{Journal, Owner};
use super::keep::Touched;
use super::seen::SeenTaskSets;
use super::service::{Service, ServiceKey};
use super::told::Told;
use super::{Observer, shared};
use crate::local::router::TargetGroup;
use crate::local::task_set::TaskSet;

/// A table. Its hash is seeded at random, and costs a fraction of the standard library's for keys as short as these; who could
/// choose many of them, to find those that collide, would be the operator.
type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// Everything that changes.
#[derive(Default)]
pub(super) struct State {
    services: Map<ServiceKey, Service>,
    /// Each in a place of its own, so that a table that grows moves none of them.
    deployments: Map<DeploymentId, Box<Record>>,
    /// All of them, in the order of their creation.
    created: BTreeSet<Created>,
    /// Those of each group, in the order of their creation.
    created_of_group: Map<GroupKey, BTreeSet<Created>>,
    /// The deployment that each group has under way.
    active: Map<GroupKey, DeploymentId>,
    /// When which deployment has its next deadline, or an earlier one that it has met.
    pub(super) due: BTreeSet<(Timestamp, DeploymentId)>,
    /// What else is due, by when, and by a number that keeps those of one time apart.
    pub(super) later: BTreeMap<(Timestamp, u64), Later>,
    laters: u64,
    pub(super) alarms: BTreeSet<String>,
    /// Whether the pipeline was shut down: nothing changes any more.
    pub(super) halted: bool,
    /// What has changed since it was last kept.
    pub(super) touched: Touched,
}

/// When a deployment was created, with its id to tell those of one time apart.
pub(crate) type Created = (Timestamp, DeploymentId);

/// Something that is due at a time.
pub(super) enum Later {
    /// A hook asked to be called again.
    CallHook(Box<PendingCall>),
    /// A machine is to be told something.
    Tell(DeploymentId, Input),
}

/// A hook that asked to be called again.
pub(super) struct PendingCall {
    pub(super) deployment: DeploymentId,
    pub(super) invocation: HookInvocation,
    pub(super) attempt: u32,
    pub(super) state: String,
}

/// One deployment. What is not skipped here is what a restart needs to go on.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Record {
    pub(super) group: GroupKey,
    pub(super) service: ServiceKey,
    pub(super) head: DeploymentHead,
    pub(super) creator: DeploymentCreator,
    #[serde(with = "shared")]
    pub(super) lifecycle: Arc<Lifecycle>,
    /// The AppSpec's task definition.
    pub(super) task_definition: Option<String>,
    /// The revision to go back to, and its task definition.
    pub(super) previous: Option<Previous>,
    /// The alarms that stop it.
    pub(super) alarms: BTreeSet<String>,
    /// Whether the pipeline itself ends the ready wait at once.
    pub(super) continue_when_ready: bool,
    /// What its creator wants to be kept with it; its rollback has the same.
    #[serde(with = "shared")]
    pub(super) details: Arc<serde_json::Value>,
    /// The target group that was primary when it began: "blue" is that one, whatever its number.
    pub(super) blue: TargetGroup,
    pub(super) seen: SeenTaskSets,
    /// The hook under way: which attempt, and when it wants to be called again with which state.
    pub(super) attempt: u32,
    pub(super) again: Option<(Timestamp, String)>,
    #[serde(skip)]
    pub(super) journal: Journal,
    #[serde(skip)]
    pub(super) deadline: Option<Timestamp>,
    #[serde(skip)]
    pub(super) install: Option<AbortHandle>,
    #[serde(skip)]
    pub(super) hook: Option<RunningHook>,
}

/// What a rollback goes back to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Previous {
    /// The lower-case hexadecimal SHA-256 of its AppSpec's text.
    pub(crate) revision: String,
    /// Its task definition.
    pub(crate) task_definition: Option<String>,
}

/// A hook that was invoked and has not ended.
pub(super) struct RunningHook {
    pub(super) invocation: HookInvocation,
    pub(super) attempt: u32,
    pub(super) task: Option<AbortHandle>,
}

impl State {
    /// With these services, and a note of what changes when that is `kept`.
    pub(super) fn new(services: impl IntoIterator<Item = (ServiceKey, Service)>, kept: bool) -> Self {
        let touched = if kept { Touched::default() } else { Touched::ignored() };
        Self { services: services.into_iter().collect(), touched, ..Self::default() }
    }

    pub(super) fn service(&self, key: &ServiceKey) -> Option<&Service> {
        self.services.get(key)
    }

    pub(super) fn service_mut(&mut self, key: &ServiceKey) -> Option<&mut Service> {
        self.touched.service(key);
        self.services.get_mut(key)
    }

    /// A service, made when it is not there yet.
    pub(super) fn service_or_insert(
        &mut self,
        key: &ServiceKey,
        new: impl FnOnce() -> Service,
    ) -> &mut Service {
        self.touched.service(key);
        self.services.entry(key.clone()).or_insert_with(new)
    }

    pub(super) fn services(&self) -> impl Iterator<Item = (&ServiceKey, &Service)> {
        self.services.iter()
    }

    pub(super) fn record(&self, id: &DeploymentId) -> Option<&Record> {
        self.deployments.get(id).map(|record| &**record)
    }

    pub(super) fn record_mut(&mut self, id: &DeploymentId) -> Option<&mut Record> {
        self.touched.deployment(id);
        self.unmarked(id)
    }

    /// A deployment, to keep it or to wait for it: it does not count as changed by that.
    pub(super) fn unmarked(&mut self, id: &DeploymentId) -> Option<&mut Record> {
        self.deployments.get_mut(id).map(|record| &mut **record)
    }

    pub(super) fn records(&self) -> impl Iterator<Item = &Record> {
        self.deployments.values().map(|record| &**record)
    }

    /// Adds a deployment, which is its group's and its service's active one unless it has ended.
    pub(super) fn insert(&mut self, id: DeploymentId, record: Record) {
        if !record.lifecycle.is_ended() {
            self.active.insert(record.group.clone(), id.clone());
            if let Some(service) = self.services.get_mut(&record.service) {
                service.active = Some(id.clone());
            }
        }
        let (created, _, _) = record.lifecycle.times();
        self.created.insert((created, id.clone()));
        self.created_of_group.entry(record.group.clone()).or_default().insert((created, id.clone()));
        self.touched.deployment(&id);
        self.deployments.insert(id, Box::new(record));
    }

    /// The deployments of a group, or all, in the order of their creation; those before one, if so, which need not be
    /// there.
    pub(super) fn created(
        &self,
        group: Option<&GroupKey>,
        before: Option<&Created>,
    ) -> impl DoubleEndedIterator<Item = (&DeploymentId, &Record)> {
        let chosen = group.map_or(Some(&self.created), |group| self.created_of_group.get(group));
        let end = before.map_or(Bound::Unbounded, Bound::Excluded);
        let chosen = chosen.into_iter().flat_map(move |chosen| chosen.range((Bound::Unbounded, end)));
        chosen.filter_map(|(_, id)| Some((id, self.record(id)?)))
    }

    /// Notes that a deployment has ended: its group and its service are free.
    pub(super) fn ended(&mut self, id: &DeploymentId) {
        let Some(record) = self.deployments.get(id) else { return };
        self.active.remove(&record.group);
        if let Some(service) = self.services.get_mut(&record.service) {
            service.active = None;
        }
    }

    /// A deployment and its service.
    pub(super) fn of(&mut self, id: &DeploymentId) -> Option<(&mut Record, &mut Service)> {
        let record = self.deployments.get_mut(id)?;
        let service = self.services.get_mut(&record.service)?;
        self.touched.deployment(id);
        self.touched.service(&record.service);
        Some((record, service))
    }

    /// The deployment that a group has under way.
    pub(super) fn active_of(&self, group: &GroupKey) -> Option<&DeploymentId> {
        self.active.get(group)
    }

    /// The deployments that are under way.
    pub(super) fn active(&self) -> impl Iterator<Item = &DeploymentId> {
        self.active.values()
    }

    /// Notes when the deployment has its next deadline.
    pub(super) fn refresh_deadline(&mut self, id: &DeploymentId) {
        let Some(record) = self.deployments.get_mut(id) else { return };
        let next = record.lifecycle.next_deadline();
        match (record.deadline, next) {
            // Looked at when that one has come: most deadlines are met, and would only be written down and crossed out.
            (Some(noted), Some(next)) if noted <= next => return,
            (None, None) => return,
            _ => {}
        }
        if let Some(old) = std::mem::replace(&mut record.deadline, next) {
            self.due.remove(&(old, id.clone()));
        }
        if let Some(new) = next {
            self.due.insert((new, id.clone()));
        }
    }

    /// Takes the deployment that has the first deadline, if that was to be met by `now`, and whether it was not: then its
    /// machine is to be told the time, after which its next deadline is noted.
    pub(super) fn take_due(&mut self, now: Timestamp) -> Option<(DeploymentId, bool)> {
        self.due.first().filter(|(due, _)| *due <= now)?;
        let (_, id) = self.due.pop_first()?;
        let missed = self.unmarked(&id).is_some_and(|record| {
            record.deadline = None;
            record.lifecycle.next_deadline().is_some_and(|deadline| deadline <= now)
        });
        if !missed {
            self.refresh_deadline(&id);
        }
        Some((id, missed))
    }

    /// Has something done at a time.
    pub(super) fn do_later(&mut self, at: Timestamp, what: Later) {
        self.laters += 1;
        self.later.insert((at, self.laters), what);
    }

    /// The task sets that run.
    pub(super) fn running(&self) -> Vec<(ServiceKey, TargetGroup, Arc<TaskSet>)> {
        let of_service = |(key, service): (&ServiceKey, &Service)| {
            let sets = service.as_real().into_iter().flat_map(super::service::RealService::task_sets);
            sets.map(|(slot, set)| (key.clone(), slot, set)).collect::<Vec<_>>()
        };
        self.services.iter().flat_map(of_service).collect()
    }
}

impl Record {
    /// Adds an event to its journal.
    pub(super) fn tell(
        &mut self,
        id: &DeploymentId,
        time: Timestamp,
        told: impl Into<Told>,
        observer: Option<&Observer>,
    ) {
        let Self { journal, head, .. } = self;
        journal.push(Owner { id, head }, time, told, observer);
    }

    /// The target group of one of its task sets.
    pub(super) const fn slot(&self, label: TaskSetLabel) -> TargetGroup {
        match label {
            TaskSetLabel::Blue => self.blue,
            TaskSetLabel::Green => self.blue.other(),
        }
    }

    /// What it calls the task set of a target group.
    pub(super) fn label(&self, slot: TargetGroup) -> TaskSetLabel {
        if slot == self.blue { TaskSetLabel::Blue } else { TaskSetLabel::Green }
    }
}
