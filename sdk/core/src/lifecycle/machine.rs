//! The machine itself.

mod course;
mod ending;
mod outstanding;
mod traffic;
mod view;

use serde::{Deserialize, Serialize};

use super::Platform;
use super::events::Events;
use super::failure::Failure;
use super::input::{Input, Refusal};
use super::output::Output;
use super::phase::Phase;
use super::rollback::info_of_rollback;
use super::settings::{HookSettings, Kind, Settings};
use crate::{
    DeploymentStatus, ErrorInformation, HookEvent, HookExecutionId, HookStatus, LifecycleEvent, Percent,
    Rollback, RollbackInfo, TaskSetLabel, Timestamp,
};

/// The lifecycle of one deployment. See the [module](crate::lifecycle) for how to drive it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifecycle {
    settings: Settings,
    phase: Phase,
    status: DeploymentStatus,
    events: Events,
    green: Percent,
    /// Whether anything was asked for that a rollback would undo.
    changed: bool,
    blue_alive: bool,
    ready_passed: bool,
    termination_wait_started: bool,
    created: Timestamp,
    started: Option<Timestamp>,
    completed: Option<Timestamp>,
    error: Option<ErrorInformation>,
    reason: Option<String>,
    rollback: Option<RollbackInfo>,
}

type Outputs = Vec<Output>;

impl Lifecycle {
    /// A deployment that was accepted at `created`. It begins with [`Input::Start`].
    #[must_use]
    pub fn new(settings: Settings, created: Timestamp) -> Self {
        let green = match settings.kind {
            Kind::Forward => Percent::ZERO,
            Kind::Rollback { green, .. } => green,
        };
        Self {
            events: Events::new(settings.events()),
            green,
            changed: settings.is_rollback(),
            rollback: info_of_rollback(&settings),
            phase: Phase::Created,
            status: DeploymentStatus::Created,
            blue_alive: true,
            ready_passed: false,
            termination_wait_started: false,
            created,
            started: None,
            completed: None,
            error: None,
            reason: None,
            settings,
        }
    }

    /// Takes one input at the time `now` and returns what to do and tell, in order. Deadlines that lie before
    /// `now` take effect first, each at its own time.
    ///
    /// # Errors
    ///
    /// When an operator's or a hook's input does not fit, judged after the deadlines that have passed. Nothing has
    /// changed then; those deadlines take effect with the next input that is taken, such as [`Input::Tick`].
    pub fn step(&mut self, now: Timestamp, input: Input) -> Result<Vec<Output>, Refusal> {
        if !matches!(input, Input::Tick) && self.next_deadline().is_some_and(|due| due <= now) {
            // Judged after what is overdue: on a copy, so that a refusal loses no output.
            let mut later = self.clone();
            let mut outputs = later.step(now, Input::Tick)?;
            outputs.extend(later.step(now, input)?);
            *self = later;
            return Ok(outputs);
        }
        let mut outputs = Vec::new();
        match input {
            Input::Tick => self.pass_deadlines(now, &mut outputs),
            Input::Start => self.start(now, &mut outputs),
            Input::TaskSetHealthy => self.task_set_healthy(now, &mut outputs),
            Input::TaskSetFailed { detail } => {
                if matches!(self.phase, Phase::Installing { .. }) {
                    let failure = Failure::install_timed_out(&self.settings.behaviour, Some(detail));
                    self.fail(now, failure, Rollback::AsConfigured, &mut outputs);
                }
            }
            Input::TaskSetExited { task_set, detail } => {
                self.task_set_exited(now, task_set, detail, &mut outputs)
            }
            Input::TestTrafficRouted => {
                if matches!(self.phase, Phase::RoutingTest { .. }) {
                    self.succeed_event(now, &mut outputs);
                }
            }
            Input::TestTrafficNotRouted { detail } => {
                if matches!(self.phase, Phase::RoutingTest { .. }) {
                    self.traffic_refused(now, detail, &mut outputs);
                }
            }
            Input::TrafficNotShifted { green, detail } => {
                if self.asked_share() == Some(green) {
                    self.traffic_refused(now, detail, &mut outputs);
                }
            }
            Input::TrafficShifted { green } => self.traffic_shifted(now, green, &mut outputs),
            Input::TaskSetDeleted { task_set } => {
                if matches!(self.phase, Phase::Deleting { .. }) && task_set == self.target().other() {
                    self.succeed(now, &mut outputs);
                }
            }
            Input::HookReported { execution, status, reason } => {
                self.check_execution(&execution)?;
                match status {
                    HookStatus::Succeeded => self.succeed_event(now, &mut outputs),
                    HookStatus::Failed => {
                        self.abort(now, Failure::hook_failed(reason), Rollback::AsConfigured, &mut outputs);
                    }
                }
            }
            Input::HookNotInvoked { execution, detail } => {
                self.check_execution(&execution)?;
                self.abort(
                    now,
                    Failure::hook_not_invoked(self.settings.service_role.as_deref(), detail),
                    Rollback::AsConfigured,
                    &mut outputs,
                );
            }
            Input::AlarmsActive { names } => {
                if !self.settings.is_rollback() && self.can_be_stopped() {
                    self.fail(now, Failure::alarms(&names), Rollback::AsConfigured, &mut outputs);
                }
            }
            Input::Continue(wait) => self.proceed(now, wait, &mut outputs)?,
            Input::Stop(rollback) => {
                if !self.can_be_stopped() {
                    return Err(Refusal::AlreadyCompleted(self.status));
                }
                self.fail(now, Failure::stopped_on_request(&self.settings.behaviour), rollback, &mut outputs);
            }
        }
        Ok(outputs)
    }

    /// Whether the end of a hook would be taken now: [`Input::HookReported`] or [`Input::HookNotInvoked`] under this id.
    ///
    /// # Errors
    ///
    /// What [`step`](Self::step) would refuse it with.
    pub fn takes_report(&self, now: Timestamp, execution: &HookExecutionId) -> Result<(), Refusal> {
        if self.next_deadline().is_none_or(|due| due > now) {
            return self.check_execution(execution);
        }
        let mut later = self.clone();
        later.step(now, Input::Tick)?;
        later.check_execution(execution)
    }

    /// When [`Input::Tick`] is due next, if nothing else comes before.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        match &self.phase {
            Phase::Installing { deadline }
            | Phase::RoutingTest { deadline }
            | Phase::Hook { deadline, .. }
            | Phase::Shifting { deadline: Some(deadline), .. }
            | Phase::Deleting { deadline } => Some(*deadline),
            Phase::Ready { until, .. } | Phase::TerminationWait { until } => Some(*until),
            Phase::Shifting { began, step, deadline: None } => {
                Some(*began + self.settings.routing.delay_of(step + 1))
            }
            Phase::Created | Phase::Ended => None,
        }
    }

    fn pass_deadlines(&mut self, now: Timestamp, outputs: &mut Outputs) {
        while let Some(due) = self.next_deadline().filter(|due| *due <= now) {
            match self.phase.clone() {
                Phase::Installing { .. } => {
                    let failure = Failure::install_timed_out(&self.settings.behaviour, None);
                    self.fail(due, failure, Rollback::AsConfigured, outputs);
                }
                Phase::Hook { .. } => {
                    let hook = self.hook_under_way().map(|(_, hook)| hook.function.to_string());
                    let function = hook.unwrap_or_default();
                    let failure = Failure::hook_timed_out(&self.settings.behaviour, &function);
                    self.fail(due, failure, Rollback::AsConfigured, outputs);
                }
                Phase::Ready { .. } => {
                    let wait = self.settings.ready.wait;
                    let failure = Failure::ready_timed_out(&self.settings.behaviour, wait);
                    self.fail(due, failure, Rollback::AsConfigured, outputs);
                }
                Phase::RoutingTest { .. } => {
                    let failure = Failure::test_traffic_timed_out(&self.settings.behaviour, self.target());
                    self.fail(due, failure, Rollback::AsConfigured, outputs);
                }
                Phase::Shifting { step, deadline: Some(_), .. } => {
                    let failure = Failure::shift_timed_out(&self.settings.behaviour, self.share_after(step));
                    self.fail(due, failure, Rollback::AsConfigured, outputs);
                }
                Phase::Deleting { .. } => {
                    let task_set = self.target().other();
                    let failure = Failure::deletion_timed_out(&self.settings.behaviour, task_set);
                    self.fail(due, failure, Rollback::AsConfigured, outputs);
                }
                // What is asked for now can be answered from now on, however late the tick is.
                Phase::Shifting { began, step, deadline: None } => self.shift(began, step + 1, now, outputs),
                Phase::TerminationWait { .. } => self.delete(TaskSetLabel::Blue, now, outputs),
                // These have no deadline, so the loop does not come here with them.
                Phase::Created | Phase::Ended => return,
            }
        }
    }

    fn task_set_healthy(&mut self, now: Timestamp, outputs: &mut Outputs) {
        if matches!(self.phase, Phase::Installing { .. }) {
            self.succeed_event(now, outputs);
        }
    }

    fn task_set_exited(
        &mut self,
        now: Timestamp,
        which: TaskSetLabel,
        detail: String,
        outputs: &mut Outputs,
    ) {
        if self.settings.platform == Platform::Lambda {
            // A version of a function does not end.
            return;
        }
        if which == TaskSetLabel::Blue {
            self.blue_alive = false;
        }
        // A task set that no request reaches any more, or never will again, may end when it likes.
        let matters = match which {
            TaskSetLabel::Green => self.changed && !self.settings.is_rollback(),
            TaskSetLabel::Blue => self.green < Percent::ALL || self.settings.is_rollback(),
        };
        // A forward deployment may begin nonetheless: it may be what mends the service. A rollback must not.
        let begun = self.phase != Phase::Created || self.settings.is_rollback();
        if matters && begun && self.can_be_stopped() {
            self.fail(now, Failure::task_set_exited(detail), Rollback::AsConfigured, outputs);
        }
    }

    /// The hook of the event in progress.
    fn hook_under_way(&self) -> Option<(HookEvent, &HookSettings)> {
        let name = self.events.current().and_then(|index| self.events.name(index))?;
        self.settings.hook(name)
    }

    fn check_execution(&self, given: &HookExecutionId) -> Result<(), Refusal> {
        if matches!(&self.phase, Phase::Hook { execution, .. } if execution == given) {
            return Ok(());
        }
        let invoked = |event: &LifecycleEvent| {
            event.started.is_some()
                && self.settings.hook(event.name).is_some_and(|(_, hook)| hook.execution == *given)
        };
        if self.events.as_slice().iter().any(invoked) {
            Err(Refusal::HookAlreadyCompleted)
        } else {
            Err(Refusal::UnknownExecution)
        }
    }

    /// Whether an operator, an alarm or a failure can still stop it: not once a task set is being deleted.
    const fn can_be_stopped(&self) -> bool {
        !matches!(self.phase, Phase::Deleting { .. } | Phase::Ended)
    }

    /// The task set that this deployment brings forward.
    const fn target(&self) -> TaskSetLabel {
        if self.settings.is_rollback() { TaskSetLabel::Blue } else { TaskSetLabel::Green }
    }
}
