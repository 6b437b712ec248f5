//! What a deployment never does and always comes to, whatever is told to it, in whatever order, however late.

use std::collections::BTreeSet;

use crate::support::play::Play;
use crate::support::random::{script, settings};
use crate::support::steps::{actions, events, is_rollback, last, outputs};
use greenlight_core::lifecycle::{Action, Input, Output};
use greenlight_core::{
    DeploymentStatus, EventKind, LifecycleEventName, LifecycleEventStatus, Percent, TaskSetLabel,
};
use proptest::prelude::*;

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
}
