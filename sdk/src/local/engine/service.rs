//! What a deployment changes: a service with its two target groups, real or simulated.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use greenlight_core::{DeploymentId, Percent};
use serde::{Deserialize, Serialize};

use crate::local::deployment_group::LocalGroup;
use crate::local::router::{Router, TargetGroup, Weights};
use crate::local::task_set::{TaskSet, TaskSetSpec};

/// What an engine calls a service: `cluster:service` for Amazon ECS, `function:alias` for AWS Lambda.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub(crate) struct ServiceKey(Arc<str>);

/// One service: what is there now.
pub(crate) struct Service {
    pub(super) layout: Layout,
    pub(super) backing: Backing,
    /// The deployment that changes it at the moment.
    pub(super) active: Option<DeploymentId>,
}

/// Which task sets a service has and where its listeners point: what has to be there again after a restart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Layout {
    /// The target group of the task set that serves production.
    pub(crate) primary: TargetGroup,
    /// What stands behind each target group.
    pub(crate) task_sets: BTreeMap<TargetGroup, Origin>,
    /// The share of production requests that the target group "green" gets.
    pub(crate) green: Percent,
    /// Where the test listener points.
    pub(crate) test: TargetGroup,
}

/// Where a task set comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Origin {
    /// It was there before the first deployment.
    Initial,
    /// A deployment of this task definition brought it.
    Deployment(Option<String>),
}

/// What is behind a service.
pub(super) enum Backing {
    /// Processes, or addresses where something runs, behind a router.
    Real(RealService),
    /// Nothing: every action succeeds.
    Simulated(SimulatedService),
}

/// A service that only exists in the engine's books.
pub(super) struct SimulatedService {
    /// After how long, by the engine's clock, a replacement is healthy.
    pub(super) install_time: Duration,
    /// The group that deploys it, when it is one of the local pipeline.
    settings: Option<Arc<LocalGroup>>,
}

/// Processes behind a router.
pub(super) struct RealService {
    pub(super) settings: Arc<LocalGroup>,
    pub(super) router: Arc<Router>,
    task_sets: HashMap<TargetGroup, Arc<TaskSet>>,
    /// The task sets that ended by themselves, and how.
    pub(super) dead: HashMap<TargetGroup, String>,
}

impl ServiceKey {
    pub(crate) fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for ServiceKey {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<ServiceKey> for String {
    fn from(key: ServiceKey) -> Self {
        key.as_str().to_owned()
    }
}

impl fmt::Display for ServiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Layout {
    /// One task set, behind the target group "blue", that gets everything.
    pub(crate) fn initial() -> Self {
        Self {
            primary: TargetGroup::Blue,
            task_sets: BTreeMap::from([(TargetGroup::Blue, Origin::Initial)]),
            green: Percent::ZERO,
            test: TargetGroup::Blue,
        }
    }

    /// The router's weights.
    fn weights(&self) -> Weights {
        let share = |percent: Percent| f64::from(percent.get());
        // The two add up to 100, so they are never both zero, which is all that could be wrong with them.
        Weights::new(share(self.green.rest()), share(self.green)).unwrap_or(Weights::BLUE)
    }

    /// What to start for a task set of this origin.
    pub(crate) fn spec<'a>(group: &'a LocalGroup, origin: &Origin) -> &'a TaskSetSpec {
        match origin {
            Origin::Initial => &group.blue,
            Origin::Deployment(task_definition) => group.replacement(task_definition.as_deref()),
        }
    }
}

impl Service {
    /// A service that only exists in the engine's books.
    pub(crate) fn simulated(layout: Layout, install_time: Duration) -> Self {
        let backing = Backing::Simulated(SimulatedService { install_time, settings: None });
        Self { layout, backing, active: None }
    }

    /// The service of a group that has nothing behind it.
    pub(crate) fn simulated_of(settings: LocalGroup, layout: Layout, install_time: Duration) -> Self {
        let settings = Some(Arc::new(settings));
        let backing = Backing::Simulated(SimulatedService { install_time, settings });
        Self { layout, backing, active: None }
    }

    /// A service whose task sets serve already, behind a router that sends requests as `layout` says.
    pub(crate) fn real(
        settings: LocalGroup,
        router: Router,
        layout: Layout,
        task_sets: impl IntoIterator<Item = (TargetGroup, TaskSet)>,
    ) -> Self {
        let task_sets: HashMap<_, _> =
            task_sets.into_iter().map(|(slot, task_set)| (slot, Arc::new(task_set))).collect();
        for (slot, task_set) in &task_sets {
            router.set_targets(*slot, &[task_set.address()]);
        }
        router.set_production_weights(layout.weights());
        router.set_test_target(Some(layout.test));
        let (settings, router) = (Arc::new(settings), Arc::new(router));
        let backing = Backing::Real(RealService { settings, router, task_sets, dead: HashMap::new() });
        Self { layout, backing, active: None }
    }

    /// The settings of the group that deploys it; an endpoint has its groups elsewhere.
    pub(super) const fn settings(&self) -> Option<&Arc<LocalGroup>> {
        match &self.backing {
            Backing::Real(real) => Some(&real.settings),
            Backing::Simulated(simulated) => simulated.settings.as_ref(),
        }
    }

    pub(super) const fn as_real(&self) -> Option<&RealService> {
        match &self.backing {
            Backing::Real(real) => Some(real),
            Backing::Simulated(_) => None,
        }
    }

    pub(super) const fn as_real_mut(&mut self) -> Option<&mut RealService> {
        match &mut self.backing {
            Backing::Real(real) => Some(real),
            Backing::Simulated(_) => None,
        }
    }

    /// Points the test listener at a target group.
    pub(super) fn route_test(&mut self, to: TargetGroup) {
        self.layout.test = to;
        if let Some(real) = self.as_real() {
            real.router.set_test_target(Some(to));
        }
    }

    /// Gives a target group this share of production requests, and the other one the rest.
    pub(super) fn shift(&mut self, slot: TargetGroup, share: Percent) {
        self.layout.green = if slot == TargetGroup::Green { share } else { share.rest() };
        let weights = self.layout.weights();
        if let Some(real) = self.as_real() {
            real.router.set_production_weights(weights);
        }
    }

    /// Where the task set behind a target group answers: the inner one is absent when it is only simulated.
    pub(super) fn address(&self, slot: TargetGroup) -> Option<Option<SocketAddr>> {
        match &self.backing {
            Backing::Real(real) => real.task_set(slot).map(|task_set| Some(task_set.address())),
            Backing::Simulated(_) => self.layout.task_sets.contains_key(&slot).then_some(None),
        }
    }

    /// Puts a task set behind a target group.
    pub(super) fn put(&mut self, slot: TargetGroup, origin: Origin, task_set: Option<Arc<TaskSet>>) {
        self.layout.task_sets.insert(slot, origin);
        if let (Some(real), Some(task_set)) = (self.as_real_mut(), task_set) {
            real.router.set_targets(slot, &[task_set.address()]);
            real.dead.remove(&slot);
            real.task_sets.insert(slot, task_set);
        }
    }

    /// Forgets the task set behind a target group; the router still knows its address.
    pub(super) fn take(&mut self, slot: TargetGroup) -> Option<Arc<TaskSet>> {
        self.layout.task_sets.remove(&slot);
        let real = self.as_real_mut()?;
        real.dead.remove(&slot);
        real.task_sets.remove(&slot)
    }
}

impl RealService {
    pub(super) fn task_set(&self, slot: TargetGroup) -> Option<&Arc<TaskSet>> {
        self.task_sets.get(&slot)
    }

    /// The task sets that run, by target group.
    pub(super) fn task_sets(&self) -> impl Iterator<Item = (TargetGroup, Arc<TaskSet>)> + '_ {
        self.task_sets.iter().map(|(slot, task_set)| (*slot, Arc::clone(task_set)))
    }
}
