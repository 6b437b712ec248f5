//! A deployment and its rollback on a clock that the test turns.

use std::collections::VecDeque;
use std::time::Duration;

use greenlight_core::lifecycle::{Action, HookInvocation, Input, Lifecycle, Output, Refusal, Settings};
use greenlight_core::{
    DeploymentStatus, EventKind, HookStatus, LifecycleEventName, LifecycleEventStatus, Rollback,
    TaskSetLabel, Timestamp,
};

use super::transcript::line;

/// Plays a deployment by hand. Actions wait in [`Stage::outstanding`] until they are answered; a rollback is
/// started at the moment it is asked for.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) now: Timestamp,
    /// The forward deployment, then its rollback.
    pub(crate) machines: Vec<Lifecycle>,
    /// What was asked for and not answered yet, by which machine.
    pub(crate) outstanding: VecDeque<(usize, Action)>,
    /// The hook that was invoked last.
    pub(crate) hook: Option<(usize, HookInvocation)>,
    /// Everything that was asked for and told, by which machine and when it was.
    pub(crate) log: Vec<(usize, Timestamp, Output)>,
}

impl Stage {
    /// A deployment that was accepted at the epoch and not begun.
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            now: Timestamp::EPOCH,
            machines: vec![Lifecycle::new(settings, Timestamp::EPOCH)],
            outstanding: VecDeque::new(),
            hook: None,
            log: Vec::new(),
        }
    }

    /// A deployment that has begun at the epoch, everything answered at once, up to the first wait.
    pub(crate) fn started(settings: Settings) -> Self {
        let mut stage = Self::new(settings);
        stage.tell(Input::Start).unwrap();
        stage.answer_all();
        stage
    }

    /// The same, with hooks reporting success, up to the hook of `event`.
    pub(crate) fn at_hook(settings: Settings, event: greenlight_core::HookEvent) -> Self {
        let mut stage = Self::started(settings);
        while stage.running_hook().event != event {
            stage.report(HookStatus::Succeeded, None).unwrap();
            stage.answer_all();
        }
        stage
    }

    /// Tells the forward deployment something.
    pub(crate) fn tell(&mut self, input: Input) -> Result<(), Refusal> {
        self.tell_machine(0, input)
    }

    /// Tells the rollback something.
    pub(crate) fn tell_rollback(&mut self, input: Input) -> Result<(), Refusal> {
        self.tell_machine(1, input)
    }

    pub(crate) fn tell_machine(&mut self, which: usize, input: Input) -> Result<(), Refusal> {
        for output in self.machines[which].step(self.now, input)? {
            self.log.push((which, self.now, output.clone()));
            match output {
                Output::Action(Action::InvokeHook(invocation)) => self.hook = Some((which, invocation)),
                Output::Action(Action::StartRollback(settings)) => {
                    self.machines.push(Lifecycle::new(*settings, self.now));
                    self.tell_machine(self.machines.len() - 1, Input::Start)?;
                }
                Output::Action(Action::CancelHook(_) | Action::SetPrimary(_)) | Output::Event(..) => {}
                Output::Action(action) => self.outstanding.push_back((which, action)),
            }
        }
        Ok(())
    }

    /// Answers the oldest action that waits.
    pub(crate) fn answer(&mut self) {
        let (which, action) = self.outstanding.pop_front().expect("an action waits for its answer");
        self.tell_machine(which, answer_to(&action)).unwrap();
    }

    /// Answers until no action waits. Hooks do not report by themselves.
    pub(crate) fn answer_all(&mut self) {
        while !self.outstanding.is_empty() {
            self.answer();
        }
    }

    /// The hook that runs, or ran last.
    pub(crate) fn running_hook(&self) -> &HookInvocation {
        &self.hook.as_ref().expect("a hook was invoked").1
    }

    /// The last hook reports.
    pub(crate) fn report(&mut self, status: HookStatus, reason: Option<&str>) -> Result<(), Refusal> {
        let (which, hook) = self.hook.clone().expect("a hook was invoked");
        let reason = reason.map(ToOwned::to_owned);
        self.tell_machine(which, Input::HookReported { execution: hook.execution, status, reason })
    }

    /// The last hook fails for `reason`, and everything that follows is answered.
    pub(crate) fn hook_fails(&mut self, reason: &str) {
        self.report(HookStatus::Failed, Some(reason)).unwrap();
        self.answer_all();
    }

    /// Lets time pass: every deadline on the way is ticked in time and what it asks for is answered at once.
    pub(crate) fn wait(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(due) = self.machines.iter().filter_map(Lifecycle::next_deadline).min() {
            if due > until {
                break;
            }
            self.now = self.now.max(due);
            self.tick();
        }
        self.now = until;
    }

    /// Lets time pass unnoticed: nobody ticks until it is over.
    pub(crate) fn oversleep(&mut self, time: Duration) {
        self.now = self.now + time;
    }

    /// Ticks every machine and answers what that asks for.
    pub(crate) fn tick(&mut self) {
        for which in 0..self.machines.len() {
            self.tell_machine(which, Input::Tick).unwrap();
        }
        self.answer_all();
    }

    pub(crate) fn stop(&mut self, rollback: Rollback) -> Result<(), Refusal> {
        self.tell(Input::Stop(rollback))?;
        self.answer_all();
        Ok(())
    }

    pub(crate) fn forward(&self) -> &Lifecycle {
        &self.machines[0]
    }

    pub(crate) fn rollback(&self) -> &Lifecycle {
        self.machines.get(1).expect("a rollback was started")
    }

    /// The status of the forward deployment.
    pub(crate) fn status(&self) -> DeploymentStatus {
        self.forward().status()
    }

    /// The forward deployment's lifecycle events by name and status.
    pub(crate) fn events(&self) -> Vec<(LifecycleEventName, LifecycleEventStatus)> {
        self.forward().lifecycle_events().iter().map(|event| (event.name, event.status)).collect()
    }

    /// What was asked of the world, by whichever machine, in order.
    pub(crate) fn actions(&self) -> Vec<&Action> {
        let action = |(_, _, output): &'_ (usize, Timestamp, Output)| matches!(output, Output::Action(_));
        let entries = self.log.iter().filter(|entry| action(entry));
        entries
            .filter_map(|(_, _, output)| if let Output::Action(it) = output { Some(it) } else { None })
            .collect()
    }

    /// The shares that the replacement had, and since when.
    pub(crate) fn traffic(&self) -> Vec<(u64, u8)> {
        let entries = self.log.iter().filter_map(|(_, _, output)| match output {
            Output::Event(time, EventKind::Traffic { blue, green }) => {
                assert_eq!(blue.rest(), *green, "the two shares are not one hundred together");
                Some((time.as_millis() / 1000, green.get()))
            }
            _ => None,
        });
        entries.collect()
    }

    /// Everything that was asked for and told, one line each.
    pub(crate) fn transcript(&self) -> String {
        self.log.iter().map(|(which, now, output)| line(*which, *now, output)).collect()
    }
}

/// The answer to `action` when it went well.
pub(crate) fn answer_to(action: &Action) -> Input {
    match action {
        Action::CreateTaskSet => Input::TaskSetHealthy,
        Action::RouteTestTraffic(_) => Input::TestTrafficRouted,
        Action::ShiftTraffic(green) => Input::TrafficShifted { green: *green },
        Action::DeleteTaskSet(task_set) => Input::TaskSetDeleted { task_set: *task_set },
        other => panic!("nobody answers {other:?}"),
    }
}

/// A task set that ended by itself.
pub(crate) fn exited(task_set: TaskSetLabel) -> Input {
    Input::TaskSetExited { task_set, detail: format!("the {} process ended with status 1", task_set) }
}
