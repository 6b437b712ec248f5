//! Each case of the conformance suite fails when the promise that it tests is broken, and no other case does.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use greenlight::conformance::{CaseFailure, cases, run_all};

use crate::conformance_broken::{BrokenSubject, Fault};

/// Makes a test of each pair of a case and the fault that it notices.
macro_rules! faults {
    ($($case:ident: $fault:ident),* $(,)?) => {
        const NOTICED: &[&str] = &[$(stringify!($case)),*];

        $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $case() {
                only_notices(stringify!($case), Fault::$fault).await;
            }
        )*
    };
}

faults! {
    planning_changes_nothing: StartsWhenPlanning,
    a_plan_holds_what_was_asked_for: ForgetsTheDescription,
    an_unknown_group_is_named: PlansForNobody,
    what_is_wrong_with_a_deployment_is_a_finding: HasErrorsForFindings,
    a_plan_with_errors_is_not_started: StartsInSpiteOfErrors,
    a_start_can_be_repeated: AdoptsNothingThatGoesOn,
    another_revision_has_to_wait: NamesAnotherDeployment,
    what_has_ended_is_not_adopted: AdoptsWhatHasEnded,
    many_starts_at_once_are_one_deployment: AdoptsOnlyAFew,
    a_deployment_is_described_as_it_was_asked_for: DescribesAnotherRevision,
    a_description_agrees_with_the_events: DescribesEventsBackwards,
    a_deployment_under_way_is_described_as_such: HasAnEndBeforeTheEnd,
    without_a_test_listener_two_events_are_missing: HasTestTrafficWithoutListener,
    a_deployment_begins_with_started: StartsAnotherApplication,
    nothing_follows_the_end: RepeatsTheEnd,
    times_never_go_back: GoesBackInTime,
    each_status_follows_the_one_before: SkipsAStatus,
    a_page_is_empty_only_after_the_end: HasEmptyPages,
    every_follower_gets_every_event_once: SharesEventsAmongFollowers,
    who_comes_late_gets_everything: ForgetsWhatWasRolledBack,
    a_cursor_can_be_used_again: ForgetsPagesThatWereRead,
    a_watch_goes_on_in_another_pipeline_object: GoesOnInOneObjectOnly,
    a_cursor_that_is_none_is_refused: TakesAnyTextForACursor,
    a_cursor_of_another_deployment_is_refused: TakesCursorsOfOthers,
    operations_can_be_called_at_the_same_time: AnswersOnlyAFew,
    finished_is_told_by_a_watch_alone: FinishesByItself,
    a_success_has_no_reason_and_no_rollback: HasAReasonForSuccess,
    a_rollback_is_followed_to_its_end: LosesTheEndOfTheRollback,
    a_deployment_and_its_rollback_know_each_other: LosesWhatARollbackRollsBack,
    the_outcome_names_the_task_set_that_serves: ServesWithTheWrongTaskSet,
    a_failed_hooks_own_reason_is_kept: LosesTheHooksReason,
    an_alarm_stops_a_deployment: FailsByAlarm,
    a_ready_wait_that_runs_out_stops_the_deployment: SucceedsByTimeout,
    a_hook_that_never_reports_fails_the_deployment: HasNoReasonForSilence,
    ready_is_reached_when_it_is_ready: IsReadyAtOnce,
    a_lifecycle_event_is_reached_when_it_has_succeeded: SucceedsWhileItsHookRuns,
    traffic_is_shifted_when_all_of_it_is: ShiftsTrafficBeforeItsHook,
    success_includes_the_termination_wait: SucceedsBeforeTheTerminationWait,
    a_goal_that_is_missed_ends_the_wait: ShiftsTrafficOfWhatFailed,
    a_ready_deployment_goes_on_when_it_is_continued: RefusesToContinueWhatIsReady,
    the_termination_wait_can_be_ended: RefusesToEndTheTerminationWait,
    a_deployment_that_does_not_wait_cannot_be_continued: ContinuesWhatDoesNotWait,
    what_has_ended_cannot_be_continued: ContinuesWhatHasEnded,
    what_has_ended_cannot_be_stopped: StopsWhatHasEnded,
    a_stop_with_rollback_rolls_back: RollsBackOnlyAsConfigured,
    a_stop_without_rollback_leaves_everything: RollsBackAgainstTheWish,
    a_stop_as_configured_does_what_is_configured: IgnoresTheConfiguration,
    a_stop_says_whether_it_rolls_back: DeniesTheRollback,
    what_was_stopped_has_not_failed: FailsByStop,
    a_reported_success_lets_the_deployment_go_on: RefusesTheFirstReport,
    a_reported_failure_ends_the_deployment: TakesFailureForSuccess,
    a_second_report_is_told_that_it_is_one: AcceptsReportsAfterTheEnd,
    of_many_reports_one_counts: AcceptsSeveralReports,
    an_unknown_deployment_is_not_found: IsUnreachableForUnknownIds,
    an_unknown_deployment_cannot_be_continued: ContinuesNobody,
    an_unknown_deployment_cannot_be_stopped: StopsNobody,
    an_unknown_execution_cannot_report: TakesAnyExecution,
    an_unknown_deployment_cannot_be_reported_for: ReportsForNobody,
    a_start_that_is_dropped_can_be_repeated: IsLockedByADroppedStart,
    a_dropped_question_for_events_loses_none: LosesWhatADropWaitedFor,
    a_continue_that_is_dropped_can_be_repeated: IsLockedByADroppedContinue,
    a_stop_that_is_dropped_can_be_repeated: IsLockedByADroppedStop,
    a_report_that_is_dropped_can_be_repeated: IsLockedByADroppedReport,
    a_pipeline_names_itself: HasNoName,
    no_secret_is_shown: ShowsSecrets,
}

/// Runs the whole suite on a pipeline with this fault: this case fails, in its own words, and all others pass.
async fn only_notices(name: &str, fault: Fault) {
    let report = run_all(&BrokenSubject(fault)).await;
    let case = cases().find(|case| case.name() == name).unwrap();
    let [failure @ CaseFailure::Broken { case: failed, promise, .. }] = report.failed.as_slice() else {
        panic!("{fault:?} is to be noticed by {name} alone:\n{report}");
    };
    assert_eq!((*failed, *promise), (name, case.promise()), "{failure}");
    assert!(report.skipped.is_empty(), "{report}");
    let text = failure.to_string();
    for part in [case.promise(), case.section(), name, case.scenario().name] {
        assert!(text.contains(part), "{part} is missing in:\n{text}");
    }
}

#[test]
fn every_case_has_a_fault_that_it_notices() {
    let noticed: BTreeSet<&str> = NOTICED.iter().copied().collect();
    let all: BTreeSet<&str> = cases().map(|case| case.name()).collect();
    assert_eq!(noticed, all);
}
