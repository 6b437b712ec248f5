//! The list of cases, and tests made of it.

/// Makes a test of each case, named as the case, for the [`Subject`](crate::conformance::Subject) that the expression
/// makes.
///
/// The tests run beside each other as the test harness sees fit, each in an async runtime of its own; the expression
/// is evaluated in each of them. A case that is [skipped](crate::conformance::Ability) passes, and says on standard
/// output what the subject cannot do.
///
/// ```
/// # struct MyPipelines;
/// # #[async_trait::async_trait]
/// # impl greenlight::conformance::Subject for MyPipelines {
/// #     async fn stage(
/// #         &self,
/// #         _: &greenlight::conformance::Scenario,
/// #     ) -> Result<Box<dyn greenlight::conformance::Stage>, greenlight::core::error::Source> {
/// #         Err("an example".into())
/// #     }
/// # }
/// mod my_pipeline {
///     use super::MyPipelines;
///
///     greenlight::conformance_tests!(MyPipelines);
/// }
/// # fn main() {} // Keeps the module out of a function.
/// ```
#[macro_export]
macro_rules! conformance_tests {
    ($subject:expr) => {
        $crate::__with_conformance_cases!(($crate::__conformance_tests)($subject));
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __conformance_tests {
    ($subject:expr; $($module:ident::$name:ident),* $(,)?) => {
        $(
            #[test]
            fn $name() -> ::std::result::Result<(), $crate::conformance::CaseFailure> {
                $crate::conformance::run_named(::std::stringify!($name), &$subject)
            }
        )*
    };
}

/// Calls a macro with the names of all cases: the one list of them.
#[doc(hidden)]
#[macro_export]
macro_rules! __with_conformance_cases {
    (($($then:tt)*) ($($with:tt)*)) => {
        $($then)*! {
            $($with)*;
            plan::planning_changes_nothing,
            plan::a_plan_holds_what_was_asked_for,
            plan::an_unknown_group_is_named,
            plan::what_is_wrong_with_a_deployment_is_a_finding,
            start::a_plan_with_errors_is_not_started,
            start::a_start_can_be_repeated,
            start::another_revision_has_to_wait,
            start::what_has_ended_is_not_adopted,
            describe::a_deployment_is_described_as_it_was_asked_for,
            describe::a_description_agrees_with_the_events,
            describe::a_deployment_under_way_is_described_as_such,
            describe::without_a_test_listener_two_events_are_missing,
            events::a_deployment_begins_with_started,
            events::nothing_follows_the_end,
            events::times_never_go_back,
            events::each_status_follows_the_one_before,
            events::a_page_is_empty_only_after_the_end,
            followers::every_follower_gets_every_event_once,
            followers::who_comes_late_gets_everything,
            followers::a_cursor_can_be_used_again,
            followers::a_watch_goes_on_in_another_pipeline_object,
            followers::a_cursor_that_is_none_is_refused,
            followers::a_cursor_of_another_deployment_is_refused,
            followers::operations_can_be_called_at_the_same_time,
            followers::finished_is_told_by_a_watch_alone,
            outcome::a_success_has_no_reason_and_no_rollback,
            outcome::a_rollback_is_followed_to_its_end,
            outcome::a_deployment_and_its_rollback_know_each_other,
            outcome::the_outcome_names_the_task_set_that_serves,
            outcome::a_failed_hooks_own_reason_is_kept,
            outcome::an_alarm_stops_a_deployment,
            outcome::a_ready_wait_that_runs_out_stops_the_deployment,
            outcome::a_hook_that_never_reports_fails_the_deployment,
            waits::ready_is_reached_when_it_is_ready,
            waits::a_lifecycle_event_is_reached_when_it_has_succeeded,
            waits::traffic_is_shifted_when_all_of_it_is,
            waits::success_includes_the_termination_wait,
            waits::a_goal_that_is_missed_ends_the_wait,
            control::a_ready_deployment_goes_on_when_it_is_continued,
            control::the_termination_wait_can_be_ended,
            control::a_deployment_that_does_not_wait_cannot_be_continued,
            control::what_has_ended_cannot_be_continued,
            control::what_has_ended_cannot_be_stopped,
            control::a_stop_with_rollback_rolls_back,
            control::a_stop_without_rollback_leaves_everything,
            control::a_stop_as_configured_does_what_is_configured,
            control::a_stop_says_whether_it_rolls_back,
            control::what_was_stopped_has_not_failed,
            report::a_reported_success_lets_the_deployment_go_on,
            report::a_reported_failure_ends_the_deployment,
            report::a_second_report_is_told_that_it_is_one,
            report::of_many_reports_one_counts,
            report::many_starts_at_once_are_one_deployment,
            unknown::an_unknown_deployment_is_not_found,
            unknown::an_unknown_deployment_cannot_be_continued,
            unknown::an_unknown_deployment_cannot_be_stopped,
            unknown::an_unknown_execution_cannot_report,
            unknown::an_unknown_deployment_cannot_be_reported_for,
            dropped::a_start_that_is_dropped_can_be_repeated,
            dropped::a_dropped_question_for_events_loses_none,
            dropped::a_continue_that_is_dropped_can_be_repeated,
            dropped::a_stop_that_is_dropped_can_be_repeated,
            dropped::a_report_that_is_dropped_can_be_repeated,
            naming::a_pipeline_names_itself,
            naming::no_secret_is_shown,
        }
    };
}
