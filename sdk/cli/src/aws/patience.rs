//! How long a command waits for a deployment.

use std::time::Duration;

use greenlight_core::lifecycle::HOOK_TIMEOUT;
use greenlight_core::{LifecycleEventName, TimeBudget, WaitGoal};
use greenlight_hook_runtime::scalar::Span;

/// What the plan's budget leaves out: the service's own work, such as to route traffic and to delete task sets, and a rollback,
/// which shifts everything at once.
const MARGIN: Duration = Duration::from_secs(15 * 60);

/// Reads a time such as `90s` or `1h 30m`, as in project files.
pub(super) fn span(text: &str) -> Result<Span, String> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).map_err(|error| error.to_string())
}

/// The longest that a deployment of this budget takes to the goal, if all goes well or fails on the way.
pub(super) fn of(budget: &TimeBudget, goal: WaitGoal) -> Duration {
    let TimeBudget { install_at_most: install, hooks_at_most: hooks, ready_wait, traffic_shift, .. } =
        *budget;
    let before_ready = install + hooks;
    let longest = match goal {
        WaitGoal::Ready => before_ready,
        WaitGoal::LifecycleEvent(name) => match name {
            LifecycleEventName::BeforeInstall => hooks.min(HOOK_TIMEOUT),
            LifecycleEventName::Install => hooks.min(HOOK_TIMEOUT) + install,
            LifecycleEventName::AfterInstall
            | LifecycleEventName::AllowTestTraffic
            | LifecycleEventName::AfterAllowTestTraffic => before_ready,
            LifecycleEventName::BeforeAllowTraffic => before_ready + ready_wait,
            LifecycleEventName::AllowTraffic | LifecycleEventName::AfterAllowTraffic => {
                before_ready + ready_wait + traffic_shift
            }
        },
        WaitGoal::TrafficShifted => before_ready + ready_wait + traffic_shift,
        _ => budget.at_most(),
    };
    longest + MARGIN
}

/// What is said of the wait before it begins.
pub(super) fn sentence(timeout: Option<Span>, budget: Option<Duration>) -> String {
    match (timeout, budget) {
        (Some(timeout), Some(budget)) if budget > timeout.0 => {
            format!("gives up after {timeout}, although it may take {} by its time budget", Span(budget))
        }
        (Some(timeout), _) => format!("gives up after {timeout}"),
        (None, Some(budget)) => {
            format!("gives up after {} by its time budget; --timeout sets another time", Span(budget))
        }
        (None, None) => "waits without an end; --timeout sets one".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use greenlight_core::TrafficRouting;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn budget() -> TimeBudget {
        TimeBudget::new(TrafficRouting::canary(10, 5).unwrap(), 2, MINUTE * 30, MINUTE * 20)
    }

    #[test]
    fn a_wait_covers_all_that_comes_before_its_goal() {
        let budget = budget();
        let before = budget.install_at_most + budget.hooks_at_most;
        let goals = [
            (WaitGoal::Ready, before),
            (WaitGoal::LifecycleEvent(LifecycleEventName::BeforeInstall), HOOK_TIMEOUT),
            (WaitGoal::LifecycleEvent(LifecycleEventName::Install), HOOK_TIMEOUT + budget.install_at_most),
            (WaitGoal::LifecycleEvent(LifecycleEventName::AfterAllowTestTraffic), before),
            (WaitGoal::LifecycleEvent(LifecycleEventName::BeforeAllowTraffic), before + MINUTE * 30),
            (WaitGoal::TrafficShifted, before + MINUTE * 35),
            (WaitGoal::Succeeded, before + MINUTE * 55),
        ];
        for (goal, expected) in goals {
            assert_eq!(of(&budget, goal), expected + MARGIN, "{goal:?}");
        }
    }

    #[test]
    fn a_timeout_that_is_too_short_is_told() {
        let (short, long) = (Some(Span(MINUTE)), Some(MINUTE * 150));
        assert_eq!(
            sentence(short, long),
            "gives up after 1m, although it may take 2h 30m by its time budget"
        );
        assert_eq!(sentence(Some(Span(MINUTE * 600)), long), "gives up after 10h");
        assert_eq!(
            sentence(None, long),
            "gives up after 2h 30m by its time budget; --timeout sets another time"
        );
    }
}
