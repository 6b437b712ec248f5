//! What `--until` names.

use greenlight_core::{DeploymentId, DeploymentStatus, LifecycleEventName, WaitGoal};

use super::again::Again;

/// Reads a goal, for the command line.
pub(super) fn parse(text: &str) -> Result<WaitGoal, String> {
    match text {
        "ready" => Ok(WaitGoal::Ready),
        "traffic-shifted" => Ok(WaitGoal::TrafficShifted),
        "succeeded" => Ok(WaitGoal::Succeeded),
        name => name.parse().map(WaitGoal::LifecycleEvent).map_err(|_| {
            let events: Vec<_> = LifecycleEventName::ALL.iter().map(|name| name.as_str()).collect();
            format!("use ready, traffic-shifted, succeeded, or a lifecycle event: {}", events.join(", "))
        }),
    }
}

/// What is said when the goal was reached, by how the deployment stands now, if that is known. None where it has ended and its outcome
/// says more than the goal: what failed, was stopped or waits for nobody any more is followed to that outcome.
pub(super) fn reached(
    goal: WaitGoal,
    stands: Option<DeploymentStatus>,
    id: &DeploymentId,
    again: &Again,
) -> Option<String> {
    let goes_on = match stands {
        Some(DeploymentStatus::Succeeded) if goal != WaitGoal::Ready => {
            format!("deployment {id} has ended: {}", DeploymentStatus::Succeeded)
        }
        Some(status) if status.is_terminal() => return None,
        _ => format!("deployment {id} goes on; follow it with `{}`", again.command("watch", id)),
    };
    Some(match goal {
        WaitGoal::Ready if stands.is_some_and(|status| status != DeploymentStatus::Ready) => {
            format!("deployment {id} was ready, and {goes_on}")
        }
        WaitGoal::Ready => {
            format!("deployment {id} is ready; let it go on with `{}`", again.command("continue", id))
        }
        WaitGoal::LifecycleEvent(name) => format!("{name} has succeeded, and {goes_on}"),
        WaitGoal::TrafficShifted => format!("all production traffic reaches green, and {goes_on}"),
        _ => goes_on,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_a_word_or_a_lifecycle_event() {
        assert_eq!(parse("ready"), Ok(WaitGoal::Ready));
        assert_eq!(parse("traffic-shifted"), Ok(WaitGoal::TrafficShifted));
        assert_eq!(parse("succeeded"), Ok(WaitGoal::Succeeded));
        let install = WaitGoal::LifecycleEvent(LifecycleEventName::Install);
        assert_eq!(parse("Install"), Ok(install));
        assert!(parse("install").unwrap_err().contains("BeforeInstall, Install, AfterInstall"));
    }
}
