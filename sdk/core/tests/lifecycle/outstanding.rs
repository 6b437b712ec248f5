//! A driver that was killed reads the machine back from its store and knows what to ask for again.

use greenlight_core::TaskSetLabel::{Blue, Green};
use greenlight_core::lifecycle::{Action, Input, Lifecycle, Output, Termination};
use greenlight_core::{EventKind, HookEvent, HookStatus, Percent, Rollback, Timestamp, TrafficRouting};
use proptest::prelude::*;

use crate::support::play::{Play, Step};
use crate::support::random::{script, settings};
use crate::support::settings::{at, execution, minutes, plain, with_hooks, with_rollback};
use crate::support::stage::{Stage, answer_to};

/// What was given out, is not answered and is not overtaken: by the inputs and outputs alone, whatever the machine
/// says of itself.
#[derive(Debug, Default)]
struct Given(Vec<Action>);

impl Given {
    fn take(&mut self, step: &Step) {
        let Ok(outputs) = &step.result else { return };
        for output in outputs {
            match output {
                Output::Action(Action::SetPrimary(_) | Action::StartRollback(_)) => {}
                Output::Action(Action::CancelHook(execution)) => {
                    self.0.retain(|action| !answers_hook(action, execution));
                }
                Output::Action(action) => self.0.push(action.clone()),
                Output::Event(..) => {}
            }
        }
        self.0.retain(|action| match (&step.input, action) {
            (Input::HookReported { execution, .. } | Input::HookNotInvoked { execution, .. }, hook) => {
                !answers_hook(hook, execution)
            }
            (_, Action::InvokeHook(_)) => true,
            (input, action) => *input != answer_to(action),
        });
        if outputs.iter().any(|output| matches!(output, Output::Event(_, EventKind::Ended { .. }))) {
            self.0.clear();
        }
    }
}

fn answers_hook(action: &Action, execution: &greenlight_core::HookExecutionId) -> bool {
    matches!(action, Action::InvokeHook(hook) if hook.execution == *execution)
}

/// The good answer to `action`, hooks among them.
fn answer(action: &Action) -> Input {
    match action {
        Action::InvokeHook(hook) => Input::HookReported {
            execution: hook.execution.clone(),
            status: HookStatus::Succeeded,
            reason: None,
        },
        other => answer_to(other),
    }
}

fn stored(machine: &Lifecycle) -> Lifecycle {
    serde_json::from_str(&serde_json::to_string(machine).unwrap()).unwrap()
}

proptest! {
    #[test]
    fn a_machine_that_is_read_back_is_equal_and_has_outstanding_what_was_given_out_and_not_answered(
        settings in settings(), script in script(),
    ) {
        for steps in &Play::of(&settings, &script).steps {
            let mut given = Given::default();
            for step in steps {
                given.take(step);
                let read = stored(&step.after);
                prop_assert_eq!(&read, &step.after);
                prop_assert_eq!(read.outstanding(), &given.0[..], "after {:?}", step.input);
            }
        }
    }

    #[test]
    fn answering_what_is_outstanding_again_changes_nothing_that_answering_once_does_not(
        settings in settings(), script in script(),
    ) {
        for step in Play::of(&settings, &script).steps.iter().flatten() {
            for action in step.after.outstanding() {
                let mut machine = stored(&step.after);
                // Within every deadline, as an answer that comes too late is no answer.
                if machine.next_deadline().is_some_and(|due| due <= step.now) {
                    continue;
                }
                prop_assert!(machine.step(step.now, answer(&action)).is_ok());
                prop_assert_ne!(&machine, &step.after, "the answer to {:?} had no effect", action);
                prop_assert!(!machine.outstanding().contains(&action));
                let once = machine.clone();
                for _ in 0..2 {
                    let outputs = machine.step(step.now, answer(&action)).unwrap_or_default();
                    // A deadline that falls on this very moment takes effect, be it by a tick or by an answer.
                    let mut ticked = once.clone();
                    let overdue = ticked.step(step.now, Input::Tick).unwrap();
                    prop_assert!(outputs.is_empty() || outputs == overdue, "{:?}", outputs);
                    prop_assert!(machine == once || machine == ticked);
                }
            }
        }
    }

    #[test]
    fn a_tick_with_outputs_has_overtaken_what_was_outstanding_and_one_without_has_not(
        settings in settings(), script in script(),
    ) {
        for step in Play::of(&settings, &script).steps.iter().flatten() {
            let before = step.after.outstanding();
            let mut machine = stored(&step.after);
            let Some(due) = machine.next_deadline() else { continue };
            let outputs = machine.step(due, Input::Tick).unwrap();
            let asked: Vec<_> = outputs.iter().filter_map(|output| match output {
                Output::Action(action) => Some(action.clone()),
                Output::Event(..) => None,
            }).collect();
            prop_assert!(!outputs.is_empty());
            prop_assert!(machine.outstanding().iter().all(|action| asked.contains(action)));
            prop_assert!(before.iter().all(|action| !machine.outstanding().contains(action)));
        }
    }

    #[test]
    fn the_primary_task_set_is_the_one_that_was_made_it_last(settings in settings(), script in script()) {
        let mut primary = Blue;
        for step in Play::of(&settings, &script).steps.iter().flatten() {
            for output in step.result.iter().flatten() {
                if let Output::Action(Action::SetPrimary(task_set)) = output {
                    primary = *task_set;
                }
            }
            prop_assert_eq!(step.after.primary(), primary, "after {:?}", step.input);
        }
    }
}

#[test]
fn every_action_that_is_answered_is_outstanding_until_it_is() {
    let mut settings = with_hooks(plain(), &[HookEvent::BeforeAllowTraffic]);
    settings.routing = TrafficRouting::canary(10, 5).unwrap();
    settings.termination = Termination::Terminate(minutes(5));
    let mut stage = Stage::new(settings);
    assert_eq!(stage.forward().outstanding(), [], "a deployment that is accepted waits for its start");
    let mut seen = Vec::new();
    stage.tell(Input::Start).unwrap();
    while !stage.forward().is_ended() {
        match stage.forward().outstanding().as_slice() {
            [action] => {
                seen.push(action.clone());
                stage.tell(answer(action)).unwrap();
            }
            [] => stage.now = stage.forward().next_deadline().unwrap(),
            more => panic!("{more:?} at once"),
        }
        stage.tell(Input::Tick).unwrap();
    }
    let [Action::CreateTaskSet, Action::RouteTestTraffic(Green), Action::InvokeHook(hook), rest @ ..] =
        seen.as_slice()
    else {
        panic!("{seen:?}");
    };
    assert_eq!(hook.execution, execution(HookEvent::BeforeAllowTraffic, ""));
    let shift = |share| Action::ShiftTraffic(Percent::new(share).unwrap());
    assert_eq!(rest, [shift(10), shift(100), Action::DeleteTaskSet(Blue)]);
}

#[test]
fn a_hook_that_is_invoked_again_keeps_its_execution_and_its_first_deadline() {
    let stage = Stage::at_hook(with_hooks(plain(), HookEvent::ALL), HookEvent::AfterInstall);
    let machine = stored(stage.forward());
    assert_eq!(machine.outstanding(), [Action::InvokeHook(stage.running_hook().clone())]);
    assert_eq!(stage.running_hook().deadline, at(3600));
}

#[test]
fn a_rollback_that_was_asked_for_is_named_and_not_outstanding() {
    let mut stage = Stage::at_hook(with_hooks(with_rollback(), HookEvent::ALL), HookEvent::AfterInstall);
    stage.tell(Input::Stop(Rollback::AsConfigured)).unwrap();
    assert_eq!(stage.forward().outstanding(), []);
    let named = stage.forward().rollback().unwrap().rollback_deployment.clone();
    assert_eq!(named.as_ref(), Some(&stage.rollback().settings().id));
    assert_eq!(stage.rollback().outstanding(), [Action::RouteTestTraffic(Blue)]);
}

#[test]
fn a_start_that_is_given_again_counts_once() {
    let mut machine = Lifecycle::new(plain(), Timestamp::EPOCH);
    assert!(!machine.step(at(0), Input::Start).unwrap().is_empty());
    let once = machine.clone();
    assert_eq!(machine.step(at(1), Input::Start).unwrap(), []);
    assert_eq!(machine, once);
}
