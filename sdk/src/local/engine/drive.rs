//! Gives machines their inputs and carries out what they ask for.

use std::collections::VecDeque;
use std::sync::Arc;

use greenlight_core::lifecycle::{Action, Input, Lifecycle, Output, Platform, Refusal};
use greenlight_core::{
    Clock, DeploymentId, EventKind, HookExecution, HookState, TaskSetLabel, Timestamp, WaitKind,
};

use super::hooks::HookEnd;
use super::journal::Journal;
use super::new_deployment::{NewDeployment, events_of};
use super::seen::{SeenTaskSet, SeenTaskSets};
use super::service::{Backing, Origin, Service, SimulatedService};
use super::state::{Later, Record, State};
use super::told::Told;
use super::{Engine, delete, install};
use crate::local::router::TargetGroup;

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
        if let Some(record) = state.record(&hook.deployment) {
            // Asked first, so that nothing is told of an end that does not count.
            record.lifecycle.takes_report(self.clock.now(), &hook.execution)?;
        }
        self.take_hook(state, hook, end);
        self.drive(state, &hook.deployment, input)
    }

    /// Adds an event of the engine's own.
    pub(super) fn note(&self, state: &mut State, id: &DeploymentId, told: impl Into<Told>) {
        if let Some(record) = state.record_mut(id) {
            record.tell(id, self.clock.now(), told, self.observer.as_ref());
        }
    }

    /// Adds a deployment that was accepted and starts it.
    pub(super) fn accept_and_start(self: &Arc<Self>, state: &mut State, new: NewDeployment) {
        let id = new.settings.id.clone();
        let mut queue = Queue::new();
        self.accept(state, new, &mut queue);
        while let Some((id, input)) = queue.pop_front() {
            self.tell(state, &id, input);
        }
        self.judge_alarms(state, &id);
    }

    /// Carries out an action that was asked for before the process was started again.
    pub(super) fn ask_again(self: &Arc<Self>, state: &mut State, id: &DeploymentId, action: Action) {
        let mut queue = Queue::new();
        let now = self.clock.now();
        self.carry_out(state, id, action, now, &mut queue);
        while let Some((id, input)) = queue.pop_front() {
            self.tell(state, &id, input);
        }
    }

    /// Tells a deployment which of its group's alarms are active.
    pub(super) fn judge_alarms(self: &Arc<Self>, state: &mut State, id: &DeploymentId) {
        let Some(record) = state.record(id) else { return };
        let names: Vec<String> = record.alarms.intersection(&state.alarms).cloned().collect();
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
        let Some(record) = state.record_mut(id) else { return Ok(()) };
        let mut outputs = Arc::make_mut(&mut record.lifecycle).step(now, input)?.into_iter().peekable();
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
        let Some(record) = state.record_mut(id) else { return };
        let ended = matches!(kind, EventKind::Ended { .. });
        if matches!(kind, EventKind::Ready { .. }) && record.continue_when_ready {
            queue.push_back((id.clone(), Input::Continue(WaitKind::Ready)));
        }
        if ended && let Some(install) = record.install.take() {
            install.abort();
        }
        record.tell(id, time, kind, self.observer.as_ref());
        if ended {
            state.ended(id);
        }
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
            Action::CreateTaskSet => self.create_task_set(state, id, at),
            Action::RouteTestTraffic(to) => {
                let Some((record, service)) = state.of(id) else { return };
                service.route_test(record.slot(to));
                self.note(state, id, EventKind::TestTraffic { to });
                queue.push_back((id.clone(), Input::TestTrafficRouted));
            }
            Action::ShiftTraffic(green) => {
                let Some((record, service)) = state.of(id) else { return };
                service.shift(record.slot(TaskSetLabel::Green), green);
                queue.push_back((id.clone(), Input::TrafficShifted { green }));
            }
            Action::SetPrimary(label) => {
                let Some((record, service)) = state.of(id) else { return };
                service.layout.primary = record.slot(label);
            }
            Action::InvokeHook(invocation) => self.invoke_hook(state, id, invocation, 1, None),
            Action::CancelHook(_) => {
                let Some(record) = state.record_mut(id) else { return };
                let Some(hook) = record.hook.take() else { return };
                if let Some(task) = &hook.task {
                    task.abort();
                }
                let cancelled = hook.ended(HookEnd::new(HookState::Cancelled));
                record.tell(id, at, cancelled, self.observer.as_ref());
            }
            Action::DeleteTaskSet(label) => {
                let simulated = state.of(id).is_some_and(|(_, service)| service.as_real().is_none());
                if simulated && self.persist.is_none() {
                    // Nothing runs and nothing is written, so there is nothing to wait for.
                    delete::forget(state, id, label);
                    queue.push_back((id.clone(), Input::TaskSetDeleted { task_set: label }));
                    return;
                }
                self.spawn_under_way(delete::delete(Arc::clone(self), id.clone(), label));
            }
            Action::StartRollback(settings) => {
                let Some(new) = state.record(id).map(|record| record.rolled_back_by(*settings)) else {
                    return;
                };
                self.accept(state, new, queue);
            }
        }
    }

    /// Starts the replacement, or says when one that is only simulated is healthy.
    fn create_task_set(self: &Arc<Self>, state: &mut State, id: &DeploymentId, at: Timestamp) {
        let Some((record, service)) = state.of(id) else { return };
        let Backing::Simulated(SimulatedService { install_time, .. }) = service.backing else {
            record.install = Some(self.spawn_under_way(install::install(Arc::clone(self), id.clone())));
            return;
        };
        // Counted from the event's begin, which is not now after a restart.
        let began = record.lifecycle.lifecycle_events().iter().filter_map(|event| event.started).next_back();
        service.put(
            record.slot(TaskSetLabel::Green),
            Origin::Deployment(record.task_definition.clone()),
            None,
        );
        record.seen.insert(TaskSetLabel::Green, SeenTaskSet { address: None, draining: false });
        state.do_later(began.unwrap_or(at) + install_time, Later::Tell(id.clone(), Input::TaskSetHealthy));
        self.time_changed.notify_one();
    }

    fn accept(&self, state: &mut State, new: NewDeployment, queue: &mut Queue) {
        let now = self.clock.now();
        let id = new.settings.id.clone();
        let install_time = self.install_time;
        let service = state.service_or_insert(&new.service, || {
            Service::simulated(super::service::Layout::initial(), install_time)
        });
        let blue = new.blue.unwrap_or(service.layout.primary);
        let mut record = Record {
            group: new.group,
            service: new.service,
            head: new.head,
            creator: new.creator,
            task_definition: new.task_definition,
            previous: new.previous,
            alarms: new.alarms,
            continue_when_ready: new.continue_when_ready,
            details: new.details,
            blue,
            seen: SeenTaskSets::default(),
            attempt: 0,
            again: None,
            journal: Journal::expecting(events_of(&new.settings)),
            deadline: None,
            install: None,
            hook: None,
            lifecycle: Arc::new(Lifecycle::new(new.settings, now)),
        };
        for slot in TargetGroup::ALL {
            if let Some(address) = service.address(slot) {
                let seen = SeenTaskSet { address, draining: false };
                record.seen.insert(record.label(slot), seen);
            }
        }
        if record.lifecycle.settings().platform == Platform::Lambda {
            // Both versions of a function are there before and after.
            let version = SeenTaskSet { address: None, draining: false };
            for label in [TaskSetLabel::Blue, TaskSetLabel::Green] {
                record.seen.insert(label, version);
            }
        } else if !record.lifecycle.settings().is_rollback() {
            // A replacement that an earlier deployment left behind is not one of this deployment.
            record.seen.remove(TaskSetLabel::Green);
        }
        let rolls_back = record.lifecycle.rollback().and_then(|info| info.triggering_deployment.clone());
        record.tell(&id, now, Told::Started { rolls_back }, self.observer.as_ref());
        state.insert(id.clone(), record);
        queue.push_back((id, Input::Start));
    }
}
