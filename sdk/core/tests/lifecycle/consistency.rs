//! What a deployment tells about itself is of one piece, whatever is told to it, in whatever order, however late.

use std::collections::BTreeMap;

use crate::support::play::Play;
use crate::support::random::{script, settings};
use crate::support::steps::{events, last};
use greenlight_core::lifecycle::Input;
use greenlight_core::{EventKind, HookExecutionId, HookStatus, LifecycleEventStatus, Timestamp};
use proptest::prelude::*;

proptest! {
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
    fn a_report_is_foretold_to_be_taken_or_refused_as_it_is(settings in settings(), script in script()) {
        for step in Play::of(&settings, &script).steps.iter().flatten() {
            let stranger = HookExecutionId::new("of nobody");
            let own = settings.hooks.values().map(|hook| &hook.execution);
            for execution in own.chain([&stranger]) {
                let report = Input::HookReported {
                    execution: execution.clone(),
                    status: HookStatus::Succeeded,
                    reason: None,
                };
                let taken = step.before.clone().step(step.now, report).map(drop);
                prop_assert_eq!(step.before.takes_report(step.now, execution), taken);
            }
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
    fn what_is_overdue_takes_effect_first_as_if_somebody_had_ticked_just_before(
        settings in settings(), script in script(),
    ) {
        for step in Play::of(&settings, &script).steps.iter().flatten() {
            let mut ticked = step.before.clone();
            let mut expected = ticked.step(step.now, Input::Tick).unwrap();
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
    fn what_a_late_tick_ends_has_ended_at_its_deadline_as_with_a_tick_in_time(
        settings in settings(), script in script(),
    ) {
        for step in Play::of(&settings, &script).steps.iter().flatten() {
            let Some(due) = step.before.next_deadline().filter(|due| *due <= step.now) else { continue };
            let (mut late, mut in_time) = (step.before.clone(), step.before.clone());
            late.step(step.now, Input::Tick).unwrap();
            in_time.step(due, Input::Tick).unwrap();
            if in_time.is_ended() {
                prop_assert_eq!(late, in_time);
            } else {
                prop_assert_eq!(late.outstanding(), in_time.outstanding());
                prop_assert_eq!(late.lifecycle_events(), in_time.lifecycle_events());
                prop_assert!(late.next_deadline() >= in_time.next_deadline(), "the answer has less time");
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
