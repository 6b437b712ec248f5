//! Gives machines their inputs and carries out what they ask for.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use greenlight_core::lifecycle::{Action, Input, Lifecycle, Output, Refusal, Settings};
use greenlight_core::{
    Clock, DeploymentConfig, DeploymentCreator, DeploymentHead, DeploymentId, EventKind, HookExecution,
    HookState, Percent, TaskSetLabel, Timestamp, WaitKind,
};

use super::hooks::HookEnd;
use super::state::{Record, State};
use super::{Engine, delete, install};
use crate::local::router::{TargetGroup, Weights};

/// Inputs that are still to be given, in order.
type Queue = VecDeque<(DeploymentId, Input)>;

impl Engine {
    /// Gives a machine an input and carries out what follows.
    ///
    /// # Errors
    ///
    /// When the machine refuses it.
    pub(super) fn drive(
        self: &Arc<Self>,
        state: &mut State,
        id: &DeploymentId,
        input: Input,
    ) -> Result<(), Refusal> {
        if state.halted {
            return Ok(());
        }
        let mut queue = Queue::new();
        self.step(state, id, input, &mut queue)?;
        while let Some((id, input)) = queue.pop_front() {
            if let Err(refusal) = self.step(state, &id, input, &mut queue) {
                tracing::debug!(deployment = %id, %refusal, "an input came too late");
            }
        }
        self.time_changed.notify_one();
        Ok(())
    }

    /// Gives a machine an input that it cannot refuse, or whose refusal means that it came too late.
    pub(super) fn tell(self: &Arc<Self>, state: &mut State, id: &DeploymentId, input: Input) {
        if let Err(refusal) = self.drive(state, id, input) {
            tracing::debug!(deployment = %id, %refusal, "an input came too late");
        }
    }

    /// Gives a machine the end of a hook and tells of it, unless it came too late.
    ///
    /// # Errors
    ///
    /// When the machine refuses it.
    pub(super) fn end_hook(
        self: &Arc<Self>,
        state: &mut State,
        hook: &HookExecution,
        end: HookEnd,
        input: Input,
    ) -> Result<(), Refusal> {
        if let Some(record) = state.deployments.get(&hook.deployment) {
            // Tried out first, so that nothing is told of an end that does not count.
            record.lifecycle.clone().step(self.clock.now(), input.clone())?;
        }
        self.take_hook(state, hook, end);
        self.drive(state, &hook.deployment, input)
    }

    /// Adds an event of the engine's own.
    pub(super) fn note(&self, state: &mut State, id: &DeploymentId, kind: EventKind) {
        if let Some(record) = state.deployments.get_mut(id) {
            record.journal.push(id, self.clock.now(), kind);
        }
    }

    /// Adds a deployment that was accepted and starts it.
    pub(super) fn begin(self: &Arc<Self>, state: &mut State, new: NewDeployment, settings: Settings) {
        let mut queue = Queue::new();
        self.accept(state, new, settings, &mut queue);
        while let Some((id, input)) = queue.pop_front() {
            self.tell(state, &id, input);
        }
    }

    /// Tells a deployment which of its group's alarms are active.
    pub(super) fn judge_alarms(self: &Arc<Self>, state: &mut State, id: &DeploymentId) {
        let Some(record) = state.deployments.get(id) else { return };
        let Some(group) = state.groups.get(record.group) else { return };
        let names: Vec<String> = group.settings.alarms.intersection(&state.alarms).cloned().collect();
        if !names.is_empty() {
            self.tell(state, id, Input::AlarmsActive { names });
        }
    }

    fn step(
        self: &Arc<Self>,
        state: &mut State,
        id: &DeploymentId,
        input: Input,
        queue: &mut Queue,
    ) -> Result<(), Refusal> {
        let now = self.clock.now();
        let Some(record) = state.deployments.get_mut(id) else { return Ok(()) };
        let mut outputs = record.lifecycle.step(now, input)?.into_iter().peekable();
        while let Some(output) = outputs.next() {
            match output {
                Output::Event(time, kind) => self.tell_all(state, id, time, kind, queue),
                Output::Action(action) => {
                    // What a deadline brings about happens at its time, even if the tick came late.
                    let at = match outputs.peek() {
                        Some(Output::Event(time, _)) => *time,
                        _ => now,
                    };
                    self.carry_out(state, id, action, at, queue);
                }
            }
        }
        state.refresh_deadline(id);
        Ok(())
    }

    fn tell_all(
        &self,
        state: &mut State,
        id: &DeploymentId,
        time: Timestamp,
        kind: EventKind,
        queue: &mut Queue,
    ) {
        let Some((record, group)) = state.of(id) else { return };
        match kind {
            EventKind::Ready { .. } if group.settings.continue_when_ready => {
                queue.push_back((id.clone(), Input::Continue(WaitKind::Ready)));
            }
            EventKind::Ended { .. } => {
                group.active = None;
                if let Some(install) = record.install.take() {
                    install.abort();
                }
            }
            _ => {}
        }
        record.journal.push(id, time, kind);
    }

    fn carry_out(
        self: &Arc<Self>,
        state: &mut State,
        id: &DeploymentId,
        action: Action,
        at: Timestamp,
        queue: &mut Queue,
    ) {
        match action {
            Action::CreateTaskSet => {
                let task = self.spawn_under_way(install::install(Arc::clone(self), id.clone()));
                if let Some(record) = state.deployments.get_mut(id) {
                    record.install = Some(task);
                }
            }
            Action::RouteTestTraffic(to) => {
                let Some((record, group)) = state.of(id) else { return };
                group.router.set_test_target(Some(record.slot(to)));
                self.note(state, id, EventKind::TestTraffic { to });
                queue.push_back((id.clone(), Input::TestTrafficRouted));
            }
            Action::ShiftTraffic(green) => {
                let Some((record, group)) = state.of(id) else { return };
                group.router.set_production_weights(weights(record.blue, green));
                queue.push_back((id.clone(), Input::TrafficShifted { green }));
            }
            Action::SetPrimary(label) => {
                let Some((record, group)) = state.of(id) else { return };
                group.primary = record.slot(label);
            }
            Action::InvokeHook(invocation) => self.invoke_hook(state, id, invocation, 1, None),
            Action::CancelHook(_) => {
                let Some(record) = state.deployments.get_mut(id) else { return };
                let Some(hook) = record.hook.take() else { return };
                if let Some(task) = &hook.task {
                    task.abort();
                }
                record.journal.push(id, at, hook.ended(HookEnd::new(HookState::Cancelled)));
            }
            Action::DeleteTaskSet(label) => {
                self.spawn_under_way(delete::delete(Arc::clone(self), id.clone(), label));
            }
            Action::StartRollback(settings) => {
                let Some(record) = state.deployments.get(id) else { return };
                let head = DeploymentHead {
                    deployment_config: DeploymentConfig::all_at_once().name,
                    ..record.head.clone()
                };
                let new = NewDeployment {
                    group: record.group,
                    head,
                    creator: DeploymentCreator::CodeDeployRollback,
                    task_definition: record.task_definition.clone(),
                    blue: record.blue,
                };
                self.accept(state, new, *settings, queue);
            }
        }
    }

    fn accept(&self, state: &mut State, new: NewDeployment, settings: Settings, queue: &mut Queue) {
        let now = self.clock.now();
        let id = settings.id.clone();
        let NewDeployment { group, head, creator, task_definition, blue } = new;
        let Some(of_group) = state.groups.get_mut(group) else { return };
        of_group.active = Some(id.clone());
        let mut record = Record {
            group,
            creator,
            task_definition,
            blue,
            journal: super::journal::Journal::default(),
            seen: BTreeMap::new(),
            deadline: None,
            install: None,
            hook: None,
            lifecycle: Lifecycle::new(settings, now),
            head,
        };
        for slot in TargetGroup::ALL {
            if let Some(task_set) = of_group.task_set(slot) {
                let seen = super::state::SeenTaskSet { address: task_set.address(), draining: false };
                record.seen.insert(record.label(slot), seen);
            }
        }
        if !record.lifecycle.settings().is_rollback() {
            // A replacement that an earlier deployment left behind is not one of this deployment.
            record.seen.remove(&TaskSetLabel::Green);
        }
        let rolls_back = record.lifecycle.rollback().and_then(|info| info.triggering_deployment.clone());
        let started = EventKind::Started {
            application: record.head.application.clone(),
            deployment_group: record.head.deployment_group.clone(),
            deployment_config: record.head.deployment_config.clone(),
            rolls_back,
        };
        record.journal.push(&id, now, started);
        state.deployments.insert(id.clone(), record);
        queue.push_back((id, Input::Start));
    }
}

/// A deployment that was accepted.
pub(super) struct NewDeployment {
    pub(super) group: usize,
    pub(super) head: DeploymentHead,
    pub(super) creator: DeploymentCreator,
    pub(super) task_definition: Option<String>,
    pub(super) blue: TargetGroup,
}

/// The router's weights for a share of the replacement.
fn weights(blue: TargetGroup, green: Percent) -> Weights {
    let share = |slot: TargetGroup| f64::from(if slot == blue { green.rest() } else { green }.get());
    // The two add up to 100, so they are never both zero, which is all that could be wrong with them.
    Weights::new(share(TargetGroup::Blue), share(TargetGroup::Green)).unwrap_or(Weights::BLUE)
}
