//! When a deployment is asked after next, and for what.
//!
//! Most of a deployment's time is spent in waits whose end is known: the steps of a shift, the wait before the original task
//! set is deleted. It is asked after rarely while one lasts, and around its end. Where the end is not known, as of a
//! hook, the pauses grow with the time that it has taken already, so that no event is told later than by a
//! fifth of the time that it took, or 20 seconds.

use std::time::Duration;

use greenlight_core::lifecycle::Platform;
use greenlight_core::{
    DeploymentStatus, LifecycleEvent, LifecycleEventName, LifecycleEventStatus, Timestamp,
};

use crate::aws::seen::{Facts, Seen};

/// What a deployment is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// Its status: GetDeployment.
    Deployment,
    /// Its events and shares: GetDeploymentTarget.
    Target,
    /// First the one and then the other.
    Both,
}

/// What is remembered between two questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rhythm {
    /// When something new was seen last.
    pub(super) changed: Timestamp,
    /// When the status was asked for last.
    pub(super) status_asked: Timestamp,
    /// How late the steps of the shift are known to come, by this program's clock.
    pub(super) lag: Duration,
}

/// What is asked for next, and after which pause at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Next {
    pub(super) pause: Duration,
    pub(super) ask: Ask,
}

/// Where the end of a wait is not known: the least and the most.
const UNKNOWN: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(20)];

/// Where the next event is due.
const DUE: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(10)];

/// An end that is no farther away is waited for without a question in between.
const NEAR: Duration = Duration::from_secs(75);

/// Pauses while a known wait lasts, in which an alarm or an operator may end the deployment.
const IN_A_SHIFT: Duration = Duration::from_secs(45);
const IN_A_TERMINATION_WAIT: Duration = Duration::from_secs(60);

/// Added to the time of what is foreseen, so that it has just happened.
const JUST_AFTER: Duration = Duration::from_millis(300);

/// The status is asked for at least so often, should the target not tell that the deployment was stopped.
const STATUS_AT_LEAST: Duration = Duration::from_secs(300);

/// What to ask for, given what is known.
pub(super) fn next(seen: &Seen, facts: &Facts, rhythm: &Rhythm, now: Timestamp) -> Next {
    let since = now.since(rhythm.changed);
    let due = |ask| Next { pause: share(since, 0.5, DUE), ask };
    if seen.is_terminal() || seen.events().is_empty() {
        return due(Ask::Both);
    }
    if seen.any_event_failed() {
        return due(Ask::Deployment);
    }
    if seen.all_events_ended() {
        return termination(seen, facts, since, now);
    }
    let mut next = match seen.current() {
        Some(event) if event.name == LifecycleEventName::AllowTraffic && !seen.is_rollback() => {
            shift(seen, facts, event, rhythm, now)
        }
        Some(_) => Next { pause: share(since, 0.2, UNKNOWN), ask: Ask::Target },
        None if seen.deployment.status == DeploymentStatus::Ready => {
            Next { pause: share(since, 0.2, UNKNOWN), ask: Ask::Target }
        }
        // Before an event at which it may wait to be continued, only the status says whether it does.
        None if facts.ready_wait.is_some() && may_be_ready(seen) => due(Ask::Both),
        None => due(Ask::Target),
    };
    if now.since(rhythm.status_asked) >= STATUS_AT_LEAST {
        next.ask = Ask::Both;
    }
    next
}

/// How much later than foreseen the next step of the shift is, if it should have been there by `now`.
pub(super) fn overdue(seen: &Seen, facts: &Facts, now: Timestamp) -> Option<Duration> {
    let event = seen.current().filter(|event| event.name == LifecycleEventName::AllowTraffic)?;
    let due = step_due(seen, facts, event)?;
    (now >= due).then(|| now.since(due))
}

fn shift(seen: &Seen, facts: &Facts, event: &LifecycleEvent, rhythm: &Rhythm, now: Timestamp) -> Next {
    let Some(due) = step_due(seen, facts, event) else {
        return Next { pause: share(now.since(rhythm.changed), 0.2, UNKNOWN), ask: Ask::Target };
    };
    let due = due + rhythm.lag;
    let pause = if now < due { until(due, now, IN_A_SHIFT) } else { share(now.since(due), 0.5, DUE) };
    Next { pause, ask: Ask::Target }
}

/// When the first step is due that has not been seen.
fn step_due(seen: &Seen, facts: &Facts, event: &LifecycleEvent) -> Option<Timestamp> {
    let (began, routing) = (event.started?, facts.routing?);
    let step = (0..routing.steps()).find(|step| routing.share_after(*step) > seen.green);
    // All steps are there: the event is about to end.
    Some(step.map_or(began, |step| began + routing.delay_of(step)))
}

fn termination(seen: &Seen, facts: &Facts, since: Duration, now: Timestamp) -> Next {
    let wait = facts.termination_wait.filter(|_| !seen.is_rollback() && facts.platform == Platform::Ecs);
    let over = wait.map(|wait| seen.last_end() + wait);
    let pause = match over {
        // Whether it waits at all, and since when, is told by the status.
        _ if !seen.deployment.termination_wait_started => share(since, 0.5, DUE),
        Some(over) if now < over => until(over, now, IN_A_TERMINATION_WAIT),
        Some(over) => share(now.since(over), 0.5, DUE),
        None => share(since, 0.5, DUE),
    };
    Next { pause, ask: Ask::Deployment }
}

/// Whether what comes next is an event before which a deployment may wait.
fn may_be_ready(seen: &Seen) -> bool {
    let next = seen.events().iter().find(|event| event.status == LifecycleEventStatus::Pending);
    next.is_some_and(|next| {
        matches!(
            next.name,
            LifecycleEventName::BeforeAllowTraffic | LifecycleEventName::AfterAllowTestTraffic
        )
    })
}

/// The pause up to a time that is foreseen.
fn until(due: Timestamp, now: Timestamp, most: Duration) -> Duration {
    let left = due.since(now) + JUST_AFTER;
    if left <= NEAR { left } else { most }
}

fn share(time: Duration, share: f64, [least, most]: [Duration; 2]) -> Duration {
    time.mul_f64(share).clamp(least, most)
}
