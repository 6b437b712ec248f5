//! Plays a script of moves against a deployment and its rollback, and keeps every step.

use std::time::Duration;

use greenlight_core::lifecycle::{Action, Input, Lifecycle, Output, Refusal, Settings};
use greenlight_core::{HookExecutionId, HookStatus, Percent, Rollback, TaskSetLabel, Timestamp, WaitKind};
use proptest::sample::Index;

use super::stage::{answer_to, exited};

/// Why a listener can not be changed, in the service's words.
const NOT_BEHIND: &str = "Primary taskset target group must be behind listener arn";

/// One thing that happens to a deployment. `bool` chooses the rollback, once there is one.
#[derive(Debug, Clone)]
pub(crate) enum Move {
    /// Something that was asked for is done; a hook that was invoked reports success. In any order.
    Answer(Index),
    /// Something that was done before is answered once more.
    AnswerAgain(Index),
    /// An answer that nobody asked for.
    Unasked(bool, Unasked),
    /// A listener that was to be changed can not be.
    Refuse(Index),
    /// A hook reports under the id of any hook that was ever invoked, or under a foreign id.
    Report(Option<Index>, HookStatus),
    /// A hook can not be invoked.
    NotInvoked(Index),
    Exit(TaskSetLabel),
    Alarm(bool),
    Continue(bool, WaitKind),
    Stop(bool, Rollback),
    /// Stops whatever is past the point at which it can be.
    StopWhileDeleting,
    /// Time passes, and nobody ticks.
    Pass(Duration),
    /// Time passes up to the next deadline, and nobody ticks.
    PassToDeadline,
    Tick(bool),
}

/// An answer that nobody asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Unasked {
    Start,
    Healthy,
    Failed,
    TestTraffic,
    Traffic(Percent),
    NoTestTraffic,
    NoTraffic(Percent),
    Deleted(TaskSetLabel),
}

/// What a script does, and whether the hooks that were never answered report in the end or stay silent.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    pub(crate) moves: Vec<Move>,
    pub(crate) hooks_report_in_the_end: bool,
}

/// One call of [`Lifecycle::step`], with the machine before and after it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Step {
    pub(crate) now: Timestamp,
    pub(crate) input: Input,
    pub(crate) result: Result<Vec<Output>, Refusal>,
    pub(crate) before: Lifecycle,
    pub(crate) after: Lifecycle,
}

/// A deployment and its rollback, with everything that ever happened to them.
#[derive(Debug)]
pub(crate) struct Play {
    now: Timestamp,
    /// The steps of the forward deployment, then those of every rollback.
    pub(crate) steps: Vec<Vec<Step>>,
    machines: Vec<Lifecycle>,
    /// What is to be answered: the machine, and the answer if it goes well.
    outstanding: Vec<(usize, Input)>,
    answered: Vec<(usize, Input)>,
    invoked: Vec<(usize, HookExecutionId)>,
    stored: bool,
}

impl Play {
    /// Plays the script, then answers what is outstanding and lets time go on until nothing is left to do.
    pub(crate) fn of(settings: &Settings, script: &Script) -> Self {
        Self::run(settings, script, false)
    }

    /// The same, with every machine written to JSON and read again after each step.
    pub(crate) fn of_stored(settings: &Settings, script: &Script) -> Self {
        Self::run(settings, script, true)
    }

    fn run(settings: &Settings, script: &Script, stored: bool) -> Self {
        let mut play = Self {
            now: Timestamp::EPOCH,
            steps: vec![Vec::new()],
            machines: vec![Lifecycle::new(settings.clone(), Timestamp::EPOCH)],
            outstanding: vec![(0, Input::Start)],
            answered: Vec::new(),
            invoked: Vec::new(),
            stored,
        };
        for one in &script.moves {
            play.make(one);
        }
        play.settle(script.hooks_report_in_the_end);
        play
    }

    /// The machine of the forward deployment, or of the rollback that was started first.
    pub(crate) fn machine(&self, which: usize) -> Option<&Lifecycle> {
        self.machines.get(which)
    }

    fn make(&mut self, one: &Move) {
        let some = |rollback: bool| if rollback { self.machines.len() - 1 } else { 0 };
        match one {
            Move::Answer(index) if !self.outstanding.is_empty() => {
                let (which, input) = self.outstanding.remove(index.index(self.outstanding.len()));
                self.answered.push((which, input.clone()));
                self.tell(which, input);
            }
            Move::AnswerAgain(index) if !self.answered.is_empty() => {
                let (which, input) = index.get(&self.answered).clone();
                self.tell(which, input);
            }
            Move::Refuse(index) if !self.outstanding.is_empty() => {
                let place = index.index(self.outstanding.len());
                let (which, input) = self.outstanding[place].clone();
                let refusal = match input {
                    Input::TestTrafficRouted => Unasked::NoTestTraffic,
                    Input::TrafficShifted { green } => Unasked::NoTraffic(green),
                    _ => return,
                };
                self.outstanding.remove(place);
                self.tell(which, refusal.input());
            }
            Move::Unasked(rollback, unasked) => self.tell(some(*rollback), unasked.input()),
            Move::Report(Some(index), status) if !self.invoked.is_empty() => {
                // Half of the time the one that was invoked last, which may still be under way.
                let last = self.invoked.len() - 1;
                let (which, execution) = self.invoked[index.index(2 * self.invoked.len()).min(last)].clone();
                self.tell(which, Input::HookReported { execution, status: *status, reason: None });
            }
            Move::Report(None, status) => {
                let execution = HookExecutionId::new("of another deployment");
                self.tell(0, Input::HookReported { execution, status: *status, reason: None });
            }
            Move::NotInvoked(index) if !self.invoked.is_empty() => {
                let (which, execution) = index.get(&self.invoked).clone();
                self.tell(which, Input::HookNotInvoked { execution, detail: "no such function".to_owned() });
            }
            Move::Exit(task_set) => {
                (0..self.machines.len()).for_each(|which| self.tell(which, exited(*task_set)))
            }
            Move::Alarm(rollback) => {
                self.tell(some(*rollback), Input::AlarmsActive { names: vec!["errors".to_owned()] });
            }
            Move::Continue(rollback, wait) => self.tell(some(*rollback), Input::Continue(*wait)),
            Move::Stop(rollback, wish) => self.tell(some(*rollback), Input::Stop(*wish)),
            Move::StopWhileDeleting => {
                let deletion = |(_, input): &&(usize, Input)| matches!(input, Input::TaskSetDeleted { .. });
                let deleting = self.outstanding.iter().find(deletion).map(|(which, _)| *which);
                if let Some(which) = deleting {
                    self.tell(which, Input::Stop(Rollback::AsConfigured));
                }
            }
            Move::Pass(time) => self.now = self.now + *time,
            Move::PassToDeadline => self.now = self.now.max(self.next_deadline().unwrap_or(self.now)),
            Move::Tick(rollback) => self.tell(some(*rollback), Input::Tick),
            Move::Answer(_)
            | Move::AnswerAgain(_)
            | Move::Refuse(_)
            | Move::Report(..)
            | Move::NotInvoked(_) => {}
        }
    }

    fn settle(&mut self, hooks_report: bool) {
        // Far more rounds than the longest shift has steps: who needs them all will not end.
        for _ in 0..2000 {
            if !self.outstanding.is_empty() {
                let (which, input) = self.outstanding.remove(0);
                if hooks_report || !matches!(input, Input::HookReported { .. }) {
                    self.tell(which, input);
                }
            } else if let Some(due) = self.next_deadline() {
                self.now = self.now.max(due);
                (0..self.machines.len()).for_each(|which| self.tell(which, Input::Tick));
            } else {
                return;
            }
        }
    }

    fn next_deadline(&self) -> Option<Timestamp> {
        self.machines.iter().filter_map(Lifecycle::next_deadline).min()
    }

    fn tell(&mut self, which: usize, input: Input) {
        let machine = &mut self.machines[which];
        let before = machine.clone();
        let result = machine.step(self.now, input.clone());
        let after = machine.clone();
        if self.stored {
            *machine = serde_json::from_str(&serde_json::to_string(machine).unwrap()).unwrap();
        }
        self.steps[which].push(Step { now: self.now, input, result: result.clone(), before, after });
        for output in result.unwrap_or_default() {
            let Output::Action(action) = output else { continue };
            match action {
                Action::InvokeHook(hook) => {
                    self.invoked.push((which, hook.execution.clone()));
                    let execution = hook.execution;
                    let input =
                        Input::HookReported { execution, status: HookStatus::Succeeded, reason: None };
                    self.outstanding.push((which, input));
                }
                Action::StartRollback(settings) => {
                    self.outstanding.push((self.machines.len(), Input::Start));
                    self.machines.push(Lifecycle::new(*settings, self.now));
                    self.steps.push(Vec::new());
                }
                Action::CancelHook(_) | Action::SetPrimary(_) => {}
                other => self.outstanding.push((which, answer_to(&other))),
            }
        }
    }
}

impl Unasked {
    fn input(self) -> Input {
        match self {
            Self::Start => Input::Start,
            Self::Healthy => Input::TaskSetHealthy,
            Self::Failed => Input::TaskSetFailed { detail: "exit status 1".to_owned() },
            Self::TestTraffic => Input::TestTrafficRouted,
            Self::Traffic(green) => Input::TrafficShifted { green },
            Self::NoTestTraffic => Input::TestTrafficNotRouted { detail: NOT_BEHIND.to_owned() },
            Self::NoTraffic(green) => Input::TrafficNotShifted { green, detail: NOT_BEHIND.to_owned() },
            Self::Deleted(task_set) => Input::TaskSetDeleted { task_set },
        }
    }
}
