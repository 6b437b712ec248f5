//! Everything that an engine knows.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;

use greenlight_core::lifecycle::{HookInvocation, Lifecycle};
use greenlight_core::{DeploymentCreator, DeploymentHead, DeploymentId, TaskSetLabel, Timestamp};
use tokio::task::AbortHandle;

use super::journal::Journal;
use crate::local::deployment_group::LocalGroup;
use crate::local::router::{Router, TargetGroup};
use crate::local::task_set::TaskSet;

/// Everything that changes.
pub(super) struct State {
    pub(super) groups: Vec<GroupState>,
    pub(super) deployments: HashMap<DeploymentId, Record>,
    /// When which deployment has its next deadline.
    pub(super) due: BTreeSet<(Timestamp, DeploymentId)>,
    /// Hooks that asked to be called again, by when, and by a number that keeps those of one time apart.
    pub(super) calls_due: BTreeMap<(Timestamp, u64), PendingCall>,
    pub(super) calls_made: u64,
    pub(super) alarms: BTreeSet<String>,
    /// Whether the pipeline was shut down: nothing changes any more.
    pub(super) halted: bool,
}

/// A hook that asked to be called again.
pub(super) struct PendingCall {
    pub(super) deployment: DeploymentId,
    pub(super) invocation: HookInvocation,
    pub(super) attempt: u32,
    pub(super) state: String,
}

/// One deployment group with its service: what is there now.
pub(crate) struct GroupState {
    pub(super) settings: Arc<LocalGroup>,
    pub(super) router: Arc<Router>,
    task_sets: HashMap<TargetGroup, Arc<TaskSet>>,
    /// The target group of the task set that serves production.
    pub(super) primary: TargetGroup,
    pub(super) active: Option<DeploymentId>,
    /// The task sets that ended by themselves, and how.
    pub(super) dead: HashMap<TargetGroup, String>,
}

/// One deployment.
pub(super) struct Record {
    pub(super) group: usize,
    pub(super) head: DeploymentHead,
    pub(super) creator: DeploymentCreator,
    pub(super) lifecycle: Lifecycle,
    pub(super) journal: Journal,
    /// The AppSpec's task definition.
    pub(super) task_definition: Option<String>,
    /// The target group that was primary when it began: "blue" is that one, whatever its number.
    pub(super) blue: TargetGroup,
    pub(super) seen: BTreeMap<TaskSetLabel, SeenTaskSet>,
    pub(super) deadline: Option<Timestamp>,
    pub(super) install: Option<AbortHandle>,
    pub(super) hook: Option<RunningHook>,
}

/// A hook that was invoked and has not ended.
pub(super) struct RunningHook {
    pub(super) invocation: HookInvocation,
    pub(super) attempt: u32,
    pub(super) task: Option<AbortHandle>,
}

/// What a deployment knows of a task set of its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct SeenTaskSet {
    pub(super) address: SocketAddr,
    pub(super) draining: bool,
}

impl State {
    pub(super) fn new(groups: Vec<GroupState>) -> Self {
        Self {
            groups,
            deployments: HashMap::new(),
            due: BTreeSet::new(),
            calls_due: BTreeMap::new(),
            calls_made: 0,
            alarms: BTreeSet::new(),
            halted: false,
        }
    }

    /// The index of a group by its names.
    pub(super) fn group(&self, application: &str, name: &str) -> Option<usize> {
        self.groups
            .iter()
            .position(|group| group.settings.application == application && group.settings.name == name)
    }

    /// The deployments that are under way.
    pub(super) fn active(&self) -> impl Iterator<Item = DeploymentId> + '_ {
        self.groups.iter().filter_map(|group| group.active.clone())
    }

    /// A deployment and its group.
    pub(super) fn of(&mut self, id: &DeploymentId) -> Option<(&mut Record, &mut GroupState)> {
        let record = self.deployments.get_mut(id)?;
        let group = self.groups.get_mut(record.group)?;
        Some((record, group))
    }

    /// Notes when the deployment has its next deadline.
    pub(super) fn refresh_deadline(&mut self, id: &DeploymentId) {
        let Some(record) = self.deployments.get_mut(id) else { return };
        let next = record.lifecycle.next_deadline();
        if next == record.deadline {
            return;
        }
        if let Some(old) = std::mem::replace(&mut record.deadline, next) {
            self.due.remove(&(old, id.clone()));
        }
        if let Some(new) = next {
            self.due.insert((new, id.clone()));
        }
    }

    /// The task sets that run.
    pub(super) fn running(&self) -> Vec<(usize, TargetGroup, Arc<TaskSet>)> {
        let of_group = |(index, group): (usize, &GroupState)| {
            let sets = group.task_sets.iter().map(|(slot, set)| (index, *slot, Arc::clone(set)));
            sets.collect::<Vec<_>>()
        };
        self.groups.iter().enumerate().flat_map(of_group).collect()
    }
}

impl GroupState {
    /// A group whose blue task set serves, behind a router of which both listeners send it everything.
    pub(crate) fn new(settings: LocalGroup, router: Router, blue: TaskSet) -> Self {
        router.set_targets(TargetGroup::Blue, &[blue.address()]);
        router.set_test_target(Some(TargetGroup::Blue));
        Self {
            settings: Arc::new(settings),
            router: Arc::new(router),
            task_sets: HashMap::from([(TargetGroup::Blue, Arc::new(blue))]),
            primary: TargetGroup::Blue,
            active: None,
            dead: HashMap::new(),
        }
    }

    pub(super) fn task_set(&self, slot: TargetGroup) -> Option<&Arc<TaskSet>> {
        self.task_sets.get(&slot)
    }

    /// Puts a task set behind a target group.
    pub(super) fn put(&mut self, slot: TargetGroup, task_set: Arc<TaskSet>) {
        self.router.set_targets(slot, &[task_set.address()]);
        self.dead.remove(&slot);
        self.task_sets.insert(slot, task_set);
    }

    /// Forgets the task set behind a target group; the router still knows its address.
    pub(super) fn take(&mut self, slot: TargetGroup) -> Option<Arc<TaskSet>> {
        self.dead.remove(&slot);
        self.task_sets.remove(&slot)
    }

    /// Everything that has to be stopped at the end.
    pub(crate) fn parts(&self) -> (Arc<Router>, Vec<Arc<TaskSet>>) {
        (Arc::clone(&self.router), self.task_sets.values().map(Arc::clone).collect())
    }
}

impl Record {
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
