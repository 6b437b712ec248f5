//! From one lifecycle event to the next, and to the end.

use super::{Lifecycle, Outputs};
use crate::lifecycle::input::Refusal;
use crate::lifecycle::phase::Phase;
use crate::lifecycle::{
    Action, EVENT_TIMEOUT, HOOK_TIMEOUT, HookInvocation, INSTALL_TIMEOUT, Output, Platform, ReadySlot,
    Termination,
};
use crate::{DeploymentStatus, EventKind, LifecycleEventName, TaskSetLabel, Timestamp, WaitKind};

impl Lifecycle {
    pub(super) fn start(&mut self, now: Timestamp, outputs: &mut Outputs) {
        if self.phase != Phase::Created {
            return;
        }
        self.started = Some(now);
        self.status = DeploymentStatus::InProgress;
        self.begin_event(0, now, outputs);
    }

    /// Begins the event at `index`, or what comes after the last one.
    fn begin_event(&mut self, index: usize, at: Timestamp, outputs: &mut Outputs) {
        let Some(name) = self.events.name(index) else { return self.after_last_event(at, outputs) };
        if self.is_ready_slot(name)
            && let Some(wait) = self.settings.ready_wait()
            && !self.ready_passed
        {
            let until = at + wait;
            self.ready_passed = true;
            self.status = DeploymentStatus::Ready;
            self.phase = Phase::Ready { until, next_event: index };
            outputs.push(Output::Event(at, EventKind::Ready { until }));
            return;
        }
        self.events.begin(index, at, outputs);
        match name {
            LifecycleEventName::Install if self.settings.is_rollback() => self.succeed_event(at, outputs),
            LifecycleEventName::Install => {
                self.changed = true;
                self.phase = Phase::Installing { deadline: at + INSTALL_TIMEOUT };
                outputs.push(Output::Action(Action::CreateTaskSet));
            }
            LifecycleEventName::AllowTestTraffic => {
                self.phase = Phase::RoutingTest { deadline: at + EVENT_TIMEOUT };
                outputs.push(Output::Action(Action::RouteTestTraffic(self.target())));
            }
            LifecycleEventName::AllowTraffic => {
                self.changed = true;
                self.shift(at, 0, at, outputs);
            }
            _ => self.begin_hook(name, at, outputs),
        }
    }

    fn begin_hook(&mut self, name: LifecycleEventName, at: Timestamp, outputs: &mut Outputs) {
        let Some((event, hook)) = self.settings.hook(name) else { return self.succeed_event(at, outputs) };
        let (function, execution) = (hook.function.clone(), hook.execution.clone());
        let deadline = at + HOOK_TIMEOUT;
        self.phase = Phase::Hook { execution: execution.clone(), deadline };
        outputs.push(Output::Action(Action::InvokeHook(HookInvocation {
            event,
            function,
            execution,
            deadline,
        })));
    }

    pub(super) fn succeed_event(&mut self, at: Timestamp, outputs: &mut Outputs) {
        let next = self.events.succeed_current(at, outputs);
        self.begin_event(next, at, outputs);
    }

    fn after_last_event(&mut self, at: Timestamp, outputs: &mut Outputs) {
        if self.settings.platform == Platform::Lambda {
            return self.succeed(at, outputs);
        }
        if self.settings.is_rollback() {
            return self.delete(TaskSetLabel::Green, at, outputs);
        }
        match self.settings.termination {
            Termination::KeepAlive => self.succeed(at, outputs),
            Termination::Terminate(wait) => {
                let until = at + wait;
                self.termination_wait_started = true;
                if self.settings.behaviour.baking_in_termination_wait && !wait.is_zero() {
                    self.status = DeploymentStatus::Baking;
                }
                self.phase = Phase::TerminationWait { until };
                outputs.push(Output::Event(at, EventKind::TerminationWait { until }));
                if wait.is_zero() {
                    self.delete(TaskSetLabel::Blue, at, outputs);
                }
            }
        }
    }

    pub(super) fn delete(&mut self, task_set: TaskSetLabel, at: Timestamp, outputs: &mut Outputs) {
        if task_set == TaskSetLabel::Blue {
            // It may be half gone from now on, so nothing goes back to it.
            self.blue_alive = false;
        }
        self.status = DeploymentStatus::InProgress;
        self.phase = Phase::Deleting { deadline: at + EVENT_TIMEOUT };
        outputs.push(Output::Action(Action::DeleteTaskSet(task_set)));
    }

    pub(super) fn proceed(
        &mut self,
        now: Timestamp,
        wait: WaitKind,
        outputs: &mut Outputs,
    ) -> Result<(), Refusal> {
        match (&self.phase, wait) {
            (Phase::Ready { next_event, .. }, WaitKind::Ready) => {
                let next_event = *next_event;
                self.status = DeploymentStatus::InProgress;
                self.begin_event(next_event, now, outputs);
                Ok(())
            }
            (Phase::TerminationWait { .. }, WaitKind::Termination) => {
                self.delete(TaskSetLabel::Blue, now, outputs);
                Ok(())
            }
            (Phase::Ended, _) => Err(Refusal::AlreadyCompleted(self.status)),
            _ => Err(Refusal::NotWaiting { status: self.status, wait }),
        }
    }

    fn is_ready_slot(&self, name: LifecycleEventName) -> bool {
        let slot = match self.settings.behaviour.ready_slot {
            ReadySlot::BeforeAfterAllowTestTraffic if self.settings.test_listener => {
                LifecycleEventName::AfterAllowTestTraffic
            }
            _ => LifecycleEventName::BeforeAllowTraffic,
        };
        name == slot
    }
}
