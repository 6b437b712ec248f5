//! What is on the screen: a small model that events change and the renderer reads.

use std::net::SocketAddr;
use std::time::Duration;

use greenlight_core::{
    DeploymentEvent, EventKind, LifecycleEventName, Outcome, Percent, TaskSetLabel, TaskSetState, Timestamp,
    TrafficRouting,
};

use super::closing::Closing;
use super::results::{Found, Kind};
use super::stage::{Hook, Run};
use super::{clean, words};

/// Everything that is shown of one deployment and its rollback. All texts in it are clean.
#[derive(Debug, Clone, Default)]
pub(super) struct Screen {
    /// `application/group`, and the deployment configuration.
    pub(super) title: Option<(String, String)>,
    pub(super) forward: Option<Run>,
    pub(super) rollback: Option<Run>,
    pub(super) blue: TaskSet,
    pub(super) green: TaskSet,
    pub(super) traffic: Option<(Percent, Percent)>,
    pub(super) wait: Option<Wait>,
    pub(super) closing: Option<Closing>,
    /// The latest event's time.
    pub(super) latest: Option<Timestamp>,
    routing: Option<TrafficRouting>,
}

/// A task set, as far as it was told of.
#[derive(Debug, Clone, Default)]
pub(super) struct TaskSet {
    pub(super) state: Option<TaskSetState>,
    pub(super) address: Option<SocketAddr>,
    pub(super) detail: Option<String>,
}

/// A wait with a known end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wait {
    pub(super) what: WaitsFor,
    pub(super) until: Timestamp,
}

/// What a deployment waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WaitsFor {
    /// Somebody who continues it.
    Continue,
    /// The next share of traffic.
    Traffic(Percent),
    /// The end of the original task set.
    Termination,
}

impl Screen {
    /// Takes what the plan tells of the traffic steps to come.
    pub(super) fn expect(&mut self, routing: Option<TrafficRouting>) {
        self.routing = routing;
    }

    /// Takes one event.
    pub(super) fn apply(&mut self, event: &DeploymentEvent) {
        let at = event.time;
        self.latest = self.latest.max(Some(at));
        match &event.kind {
            EventKind::Started { application, deployment_group, deployment_config, rolls_back } => {
                self.run(event);
                if rolls_back.is_none() {
                    self.traffic = Some((Percent::ALL, Percent::ZERO));
                }
                let title = clean::one_line(&format!("{application}/{deployment_group}"));
                self.title.get_or_insert((title, clean::one_line(deployment_config)));
            }
            EventKind::LifecycleEvent { name, from: _, to } => {
                self.run(event).change(*name, *to, at);
                self.wait = None;
            }
            EventKind::TaskSet { task_set, state, address, detail } => {
                let set = match task_set {
                    TaskSetLabel::Blue => &mut self.blue,
                    TaskSetLabel::Green => &mut self.green,
                };
                set.state = Some(*state);
                set.address = address.or(set.address);
                set.detail = detail.as_deref().map(clean::one_line);
                if *task_set == TaskSetLabel::Blue {
                    self.wait = self.wait.filter(|wait| wait.what != WaitsFor::Termination);
                }
            }
            EventKind::TestTraffic { .. } => {}
            EventKind::Traffic { blue, green } => {
                self.traffic = Some((*blue, *green));
                self.await_next_step(event, *green);
            }
            EventKind::Hook { lifecycle_event, function, state, attempt, reason, duration_ms } => {
                let hook = Hook {
                    function: clean::one_line(function),
                    state: *state,
                    attempt: *attempt,
                    reason: reason.as_deref().map(clean::one_line),
                    ran: duration_ms.map(Duration::from_millis),
                };
                if let Some(stage) = self.run(event).stage((*lifecycle_event).into()) {
                    stage.hook = Some(hook);
                }
            }
            EventKind::Check { lifecycle_event, name, outcome, detail, .. } => {
                let found = Found {
                    kind: Kind::Check(*outcome),
                    name: clean::one_line(name),
                    detail: clean::one_line(detail),
                };
                self.found(event, (*lifecycle_event).into(), found);
            }
            EventKind::Metric { lifecycle_event, name, value, unit, .. } => {
                let detail = clean::one_line(&words::measured(*value, unit));
                let found = Found { kind: Kind::Metric, name: clean::one_line(name), detail };
                self.found(event, (*lifecycle_event).into(), found);
            }
            EventKind::Ready { until } => self.wait_for(WaitsFor::Continue, *until),
            EventKind::TerminationWait { until } => self.wait_for(WaitsFor::Termination, *until),
            EventKind::Rollback { id, .. } => self.rollback = Some(Run::new(id.clone(), at)),
            EventKind::Ended { status, .. } => {
                self.run(event).end(*status, at);
                self.wait = None;
            }
            EventKind::Finished(outcome) => self.finish(outcome),
            // A log line scrolls by above, and an event of a later version has no place here.
            _ => {}
        }
    }

    /// Whether the last event has come.
    pub(super) const fn is_over(&self) -> bool {
        self.closing.is_some()
    }

    fn finish(&mut self, outcome: &Outcome) {
        self.wait = None;
        self.closing = Some(Closing::of(outcome));
    }

    fn found(&mut self, event: &DeploymentEvent, at: LifecycleEventName, found: Found) {
        if let Some(stage) = self.run(event).stage(at) {
            stage.results.push(found);
        }
    }

    fn wait_for(&mut self, what: WaitsFor, until: Timestamp) {
        self.wait = Some(Wait { what, until });
    }

    /// Steps are counted from the beginning of the shift, not from the step before.
    fn await_next_step(&mut self, event: &DeploymentEvent, green: Percent) {
        let began = self
            .forward
            .as_ref()
            .filter(|forward| forward.id == event.deployment)
            .and_then(|forward| forward.current())
            .filter(|stage| stage.name == LifecycleEventName::AllowTraffic)
            .and_then(|stage| stage.began);
        let (Some(began), Some(routing)) = (began, self.routing) else { return };
        let next = (0..routing.steps()).find(|step| routing.share_after(*step) > green);
        self.wait = next.map(|step| Wait {
            what: WaitsFor::Traffic(routing.share_after(step)),
            until: began + routing.delay_of(step),
        });
    }

    /// The deployment of an event: the forward one is the first that is seen.
    fn run(&mut self, event: &DeploymentEvent) -> &mut Run {
        let new = || Run::new(event.deployment.clone(), event.time);
        let forward = self.forward.get_or_insert_with(new);
        if forward.id == event.deployment {
            return forward;
        }
        self.rollback.get_or_insert_with(new)
    }
}
