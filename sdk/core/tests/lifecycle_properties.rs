//! What holds for every deployment, whatever is told to it, in whatever order, however late.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod lifecycle;

use std::collections::{BTreeMap, BTreeSet};

use greenlight_core::lifecycle::{Action, Input, Lifecycle, Output};
use greenlight_core::{
    DeploymentStatus, EventKind, LifecycleEventName, LifecycleEventStatus, Percent, TaskSetLabel, Timestamp,
};
use lifecycle::play::{Play, Step};
use lifecycle::random::{script, settings};
use proptest::prelude::*;

/// What the steps of one machine asked for and told, each with the step.
fn outputs(steps: &[Step]) -> impl Iterator<Item = (&Step, &Output)> {
    steps.iter().flat_map(|step| step.result.iter().flatten().map(move |output| (step, output)))
}

fn actions(steps: &[Step]) -> impl Iterator<Item = (&Step, &Action)> {
    outputs(steps).filter_map(|(step, output)| match output {
        Output::Action(action) => Some((step, action)),
        Output::Event(..) => None,
    })
}

fn events(steps: &[Step]) -> impl Iterator<Item = (&Step, Timestamp, &EventKind)> {
    outputs(steps).filter_map(|(step, output)| match output {
        Output::Event(time, kind) => Some((step, *time, kind)),
        Output::Action(_) => None,
    })
}

fn last(steps: &[Step]) -> Option<&Lifecycle> {
    steps.last().map(|step| &step.after)
}

fn is_rollback(steps: &[Step]) -> bool {
    last(steps).is_some_and(|machine| machine.settings().is_rollback())
}

proptest! {
    #[test]
    fn no_hook_is_invoked_twice_for_one_event(settings in settings(), script in script()) {
        for steps in &Play::of(&settings, &script).steps {
            let mut seen = BTreeSet::new();
            for (_, action) in actions(steps) {
                if let Action::InvokeHook(hook) = action {
                    prop_assert!(seen.insert(hook.event), "the hook of {} was invoked twice", hook.event);
                }
            }
        }
    }

    #[test]
    fn every_hook_is_invoked_at_its_own_event_and_either_reports_or_is_cancelled(
        settings in settings(), script in script(),
    ) {
        for steps in &Play::of(&settings, &script).steps {
            let mut running = None;
            for step in steps {
                let Ok(outputs) = &step.result else { continue };
                // What is overdue comes first, so a report that was taken ends the hook that ran before the step.
                if let Input::HookReported { execution, .. } | Input::HookNotInvoked { execution, .. } = &step.input {
                    prop_assert_eq!(running.take(), Some(execution.clone()), "another hook was running");
                }
                for output in outputs {
                    match output {
                        Output::Action(Action::InvokeHook(hook)) => {
                            prop_assert_eq!(&running, &None, "two hooks run at once");
                            let name = LifecycleEventName::from(hook.event);
                            let configured = step.after.settings().hooks.get(&hook.event).unwrap();
                            prop_assert_eq!(&configured.execution, &hook.execution);
                            let started = step.after.lifecycle_events().iter().find(|it| it.name == name).unwrap();
                            prop_assert!(started.started.is_some());
                            running = Some(hook.execution.clone());
                        }
                        Output::Action(Action::CancelHook(execution)) => {
                            prop_assert_eq!(running.take(), Some(execution.clone()), "another hook was running");
                        }
                        _ => {}
                    }
                }
            }
            prop_assert_eq!(running, None, "a hook neither reported nor was cancelled");
        }
    }

    #[test]
    fn traffic_to_green_never_goes_down_except_by_a_rollback(settings in settings(), script in script()) {
        for steps in &Play::of(&settings, &script).steps {
            let rollback = is_rollback(steps);
            let in_order = |from: Percent, to: Percent| if rollback { to <= from } else { from <= to };
            for step in steps {
                let (from, to) = (step.before.green_weight(), step.after.green_weight());
                prop_assert!(in_order(from, to), "from {from} to {to} by {:?}", step.input);
            }
            let asked = actions(steps).filter_map(|(_, action)| match action {
                Action::ShiftTraffic(green) => Some(*green),
                _ => None,
            });
            let told = events(steps).filter_map(|(_, _, kind)| match kind {
                EventKind::Traffic { green, .. } => Some(*green),
                _ => None,
            });
            prop_assert!(asked.collect::<Vec<_>>().is_sorted_by(|from, to| in_order(*from, *to)));
            prop_assert!(told.collect::<Vec<_>>().is_sorted_by(|from, to| in_order(*from, *to) && from != to));
        }
    }

    #[test]
    fn no_step_of_the_shift_is_left_out_repeated_or_before_its_time(settings in settings(), script in script()) {
        let play = Play::of(&settings, &script);
        let Some(steps) = play.steps.first() else { return Ok(()) };
        let mut asked = 0;
        for (step, action) in actions(steps) {
            let Action::ShiftTraffic(green) = action else { continue };
            prop_assert_eq!(*green, settings.routing.share_after(asked));
            let traffic = step.after.lifecycle_events().iter().find(|event| {
                event.name == LifecycleEventName::AllowTraffic
            });
            let began = traffic.and_then(|event| event.started).unwrap();
            prop_assert!(step.now >= began + settings.routing.delay_of(asked));
            asked += 1;
        }
        prop_assert!(asked <= settings.routing.steps());
    }

    #[test]
    fn no_task_set_that_gets_traffic_is_deleted(settings in settings(), script in script()) {
        for steps in &Play::of(&settings, &script).steps {
            let mut deleted = 0;
            for (step, action) in actions(steps) {
                let Action::DeleteTaskSet(task_set) = action else { continue };
                let share = match task_set {
                    TaskSetLabel::Blue => step.after.green_weight().rest(),
                    TaskSetLabel::Green => step.after.green_weight(),
                };
                prop_assert_eq!(share, Percent::ZERO, "{} was deleted", task_set);
                deleted += 1;
            }
            prop_assert!(deleted <= 1);
        }
    }

    #[test]
    fn every_deployment_ends_when_what_it_asks_for_is_answered_and_time_goes_on(
        settings in settings(), script in script(),
    ) {
        let play = Play::of(&settings, &script);
        for steps in &play.steps {
            let machine = last(steps).unwrap();
            prop_assert!(machine.is_ended(), "it is {machine:?}");
            prop_assert!(machine.status().is_terminal());
            prop_assert_eq!(machine.next_deadline(), None);
            prop_assert!(machine.times().2.is_some());
        }
    }

    #[test]
    fn a_deployment_that_succeeded_has_done_everything(settings in settings(), script in script()) {
        for steps in &Play::of(&settings, &script).steps {
            let machine = last(steps).unwrap();
            let done = machine.lifecycle_events().iter().all(|it| it.status == LifecycleEventStatus::Succeeded);
            if machine.status() == DeploymentStatus::Succeeded {
                let all = if machine.settings().is_rollback() { Percent::ZERO } else { Percent::ALL };
                prop_assert!(done);
                prop_assert_eq!(machine.green_weight(), all);
                prop_assert_eq!(machine.error(), None);
            } else {
                prop_assert!(machine.error().is_some(), "nobody can tell why");
            }
        }
    }

    #[test]
    fn there_is_at_most_one_rollback_and_it_begins_after_the_end(settings in settings(), script in script()) {
        let play = Play::of(&settings, &script);
        prop_assert!(play.steps.len() <= 2, "{} rollbacks", play.steps.len() - 1);
        for (which, steps) in play.steps.iter().enumerate() {
            let asked: Vec<_> = outputs(steps).map(|(_, output)| output).collect();
            let place = asked.iter().position(|it| matches!(it, Output::Action(Action::StartRollback(_))));
            if let Some(place) = place {
                prop_assert_eq!(which, 0, "a rollback was rolled back");
                prop_assert_eq!(place + 1, asked.len(), "something came after it");
                let ended = matches!(asked[place - 1], Output::Event(_, EventKind::Ended { .. }));
                prop_assert!(ended, "the deployment had not ended");
            }
        }
        let forward = last(&play.steps[0]).unwrap();
        let named = forward.rollback().and_then(|info| info.rollback_deployment.as_ref());
        prop_assert_eq!(named, play.machine(1).map(|rollback| &rollback.settings().id));
    }

    #[test]
    fn a_rollback_names_the_deployment_that_it_rolls_back_whatever_happens_to_it(
        settings in settings(), script in script(),
    ) {
        for step in Play::of(&settings, &script).steps.iter().skip(1).flatten() {
            let info = step.after.rollback().unwrap();
            prop_assert_eq!(info.triggering_deployment.as_ref(), Some(&settings.id));
            prop_assert_eq!(&info.rollback_deployment, &None);
        }
    }

    #[test]
    fn no_event_begins_or_completes_before_its_predecessor(settings in settings(), script in script()) {
        for step in Play::of(&settings, &script).steps.iter().flatten() {
            for pair in step.after.lifecycle_events().windows(2) {
                let [earlier, later] = pair else { continue };
                use LifecycleEventStatus::{Failed, InProgress, Pending, Skipped, Succeeded};
                let possible = match earlier.status {
                    Succeeded => true,
                    InProgress | Pending => later.status == Pending,
                    Failed | Skipped => later.status == Skipped,
                    _ => false,
                };
                prop_assert!(possible, "{} {} before {} {}", earlier.name, earlier.status, later.name, later.status);
                prop_assert!(later.started.is_none() || later.started >= earlier.ended);
            }
        }
    }

    #[test]
    fn the_chain_of_every_events_statuses_is_unbroken_and_ends_where_the_deployment_stands(
        settings in settings(), script in script(),
    ) {
        for steps in &Play::of(&settings, &script).steps {
            let mut told: BTreeMap<_, _> = last(steps).unwrap().lifecycle_events().iter()
                .map(|event| (event.name, LifecycleEventStatus::Pending)).collect();
            for step in steps {
                for (_, _, kind) in events(std::slice::from_ref(step)) {
                    if let EventKind::LifecycleEvent { name, from, to } = kind {
                        prop_assert_ne!(from, to);
                        prop_assert_eq!(told.insert(*name, *to), Some(*from), "of {}", name);
                    }
                }
                for event in step.after.lifecycle_events() {
                    prop_assert_eq!(told.get(&event.name), Some(&event.status), "of {}", event.name);
                }
            }
        }
    }

    #[test]
    fn a_terminal_status_never_changes_and_nothing_is_told_after_it(settings in settings(), script in script()) {
        for steps in &Play::of(&settings, &script).steps {
            for step in steps.iter().filter(|step| step.before.status().is_terminal()) {
                prop_assert_eq!(step.before.status(), step.after.status());
                prop_assert_eq!(step.result.as_deref().unwrap_or_default(), &[]);
            }
            let told: Vec<_> = events(steps).map(|(_, _, kind)| kind).collect();
            let ends = told.iter().filter(|kind| matches!(kind, EventKind::Ended { .. })).count();
            prop_assert_eq!(ends, 1);
            let Some(EventKind::Ended { status, .. }) = told.last() else {
                return Err(TestCaseError::fail("the last thing told is not the end"));
            };
            prop_assert_eq!(*status, last(steps).unwrap().status());
        }
    }

    #[test]
    fn times_never_go_backwards_and_none_lies_ahead(settings in settings(), script in script()) {
        for steps in &Play::of(&settings, &script).steps {
            let mut latest = Timestamp::EPOCH;
            for (step, time, kind) in events(steps) {
                prop_assert!(latest <= time, "{kind:?} at {time} after {latest}");
                prop_assert!(time <= step.now, "{kind:?} at {time}, and it is {}", step.now);
                latest = time;
            }
            let machine = last(steps).unwrap();
            let (created, started, completed) = machine.times();
            prop_assert!(started.is_none_or(|started| created <= started && Some(started) <= completed));
            prop_assert_eq!(completed, Some(latest));
            for event in machine.lifecycle_events().iter().filter(|event| event.ended.is_some()) {
                prop_assert!(event.started <= event.ended && event.ended <= completed);
            }
        }
    }

    #[test]
    fn a_deployment_that_is_stored_and_read_again_goes_on_as_if_nothing_had_been(
        settings in settings(), script in script(),
    ) {
        let play = Play::of(&settings, &script);
        prop_assert_eq!(Play::of_stored(&settings, &script).steps, play.steps);
    }

    #[test]
    fn a_refusal_changes_nothing(settings in settings(), script in script()) {
        for step in Play::of(&settings, &script).steps.iter().flatten().filter(|step| step.result.is_err()) {
            prop_assert_eq!(&step.before, &step.after, "by {:?}", step.input);
        }
    }

    #[test]
    fn only_operators_and_hooks_are_refused(settings in settings(), script in script()) {
        for step in Play::of(&settings, &script).steps.iter().flatten() {
            let may_be_refused = matches!(
                step.input,
                Input::HookReported { .. } | Input::HookNotInvoked { .. } | Input::Continue(_) | Input::Stop(_),
            );
            prop_assert!(may_be_refused || step.result.is_ok(), "{:?}: {:?}", step.input, step.result);
        }
    }

    #[test]
    fn what_is_overdue_takes_effect_first_as_if_somebody_had_ticked_in_time(
        settings in settings(), script in script(),
    ) {
        for step in Play::of(&settings, &script).steps.iter().flatten() {
            let mut ticked = step.before.clone();
            let mut expected = Vec::new();
            while let Some(due) = ticked.next_deadline().filter(|due| *due <= step.now) {
                expected.extend(ticked.step(due, Input::Tick).unwrap());
            }
            let result = ticked.step(step.now, step.input.clone()).map(|outputs| {
                expected.extend(outputs);
                expected
            });
            prop_assert_eq!(&result, &step.result);
            if result.is_ok() {
                prop_assert_eq!(&ticked, &step.after);
            }
        }
    }

    #[test]
    fn a_tick_leaves_no_deadline_behind(settings in settings(), script in script()) {
        for step in Play::of(&settings, &script).steps.iter().flatten() {
            if step.input == Input::Tick {
                prop_assert!(step.after.next_deadline().is_none_or(|due| due > step.now));
            }
        }
    }
}
