//! When a deployment is asked after next, and for what.
//!
//! Most of a deployment's time is spent in waits whose end is known: the steps of a shift, the wait before the original task
//! set is deleted. It is asked after rarely while one lasts, and just after its end. Where the end is not known, as of a
//! hook, the pauses grow with the time that it has taken already, so that its end is told after a third of that time,
//! about, or 25 seconds.

use std::time::Duration;

use greenlight_core::lifecycle::Platform;
use greenlight_core::{
    DeploymentStatus, LifecycleEvent, LifecycleEventName, LifecycleEventStatus, Percent, Timestamp,
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
    /// Whether something is foreseen at its end, so that a question before it would be in vain.
    pub(super) foreseen: bool,
}

/// Where the end is not known: the share of the time that it has taken, the least and the most.
const GROWTH: f64 = 0.35;
const UNKNOWN: [Duration; 2] = [Duration::from_secs(3), Duration::from_secs(25)];

/// The same for the replacement's start: no task is there in less.
const INSTALL: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(25)];

/// Where the next event is due.
const DUE: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(10)];

/// An end that is no farther away is waited for without a question in between.
const NEAR: Duration = Duration::from_secs(75);

/// Pauses while a known wait lasts, in which an alarm or an operator may end the deployment.
const IN_A_SHIFT: Duration = Duration::from_secs(45);
const IN_A_TERMINATION_WAIT: Duration = Duration::from_secs(120);

/// Added to the time of what is foreseen, so that it has just happened.
const JUST_AFTER: Duration = Duration::from_millis(300);

/// The status is asked for at least so often, should the target not tell that the deployment was stopped.
const STATUS_AT_LEAST: Duration = Duration::from_secs(300);

/// What to ask for, given what is known.
pub(super) fn next(seen: &Seen, facts: &Facts, rhythm: &Rhythm, now: Timestamp) -> Next {
    let since = now.since(rhythm.changed);
    let due = |ask| Next::soon(share(since, 0.5, DUE), ask);
    let unknown = |bounds| Next::soon(share(since, GROWTH, bounds), Ask::Target);
    if seen.is_terminal() || seen.events().is_empty() {
        return due(Ask::Both);
    }
    if seen.any_event_failed() {
        return due(Ask::Deployment);
    }
    if seen.all_events_ended() {
        return termination(seen, facts, now).unwrap_or_else(|| due(Ask::Deployment));
    }
    let mut next = match seen.current() {
        Some(event) if event.name == LifecycleEventName::AllowTraffic && !seen.is_rollback() => {
            match step_due(seen, facts, event) {
                Some(step) => shift(step + rhythm.lag, now),
                // All steps are there, or what they are is not known.
                None if seen.green == Percent::ALL => due(Ask::Target),
                None => unknown(UNKNOWN),
            }
        }
        Some(event) if event.name == LifecycleEventName::Install => unknown(INSTALL),
        Some(_) => unknown(UNKNOWN),
        None if seen.deployment.status == DeploymentStatus::Ready => unknown(UNKNOWN),
        // Before an event at which it may wait to be continued, only the status says whether it does.
        None if facts.ready_wait.is_some() && may_be_ready(seen) => due(Ask::Both),
        None => due(Ask::Target),
    };
    if now.since(rhythm.status_asked) >= STATUS_AT_LEAST {
        next.ask = Ask::Both;
    }
    next
}

impl Next {
    const fn soon(pause: Duration, ask: Ask) -> Self {
        Self { pause, ask, foreseen: false }
    }

    /// Up to a time that is foreseen, or for as long as may pass without a question.
    fn until(due: Timestamp, now: Timestamp, most: Duration, ask: Ask) -> Self {
        let left = due.since(now) + JUST_AFTER;
        if left <= NEAR { Self { pause: left, ask, foreseen: true } } else { Self::soon(most, ask) }
    }
}

/// How much later than foreseen the next step of the shift is, if it should have been there by `now`.
pub(super) fn overdue(seen: &Seen, facts: &Facts, now: Timestamp) -> Option<Duration> {
    let event = seen.current().filter(|event| event.name == LifecycleEventName::AllowTraffic)?;
    let due = step_due(seen, facts, event)?;
    (now >= due).then(|| now.since(due))
}

fn shift(due: Timestamp, now: Timestamp) -> Next {
    if now < due {
        Next::until(due, now, IN_A_SHIFT, Ask::Target)
    } else {
        Next::soon(share(now.since(due), 0.5, DUE), Ask::Target)
    }
}

/// When the first step is due that has not been seen; none when all were, or are not known.
fn step_due(seen: &Seen, facts: &Facts, event: &LifecycleEvent) -> Option<Timestamp> {
    let (began, routing) = (event.started?, facts.routing?);
    let step = (0..routing.steps()).find(|step| routing.share_after(*step) > seen.green)?;
    Some(began + routing.delay_of(step))
}

/// The wait before the original task set is deleted, if there is one and it has begun, which the status tells.
fn termination(seen: &Seen, facts: &Facts, now: Timestamp) -> Option<Next> {
    if seen.is_rollback() || facts.platform != Platform::Ecs || !seen.deployment.termination_wait_started {
        return None;
    }
    let over = seen.last_end() + facts.termination_wait?;
    Some(if now < over {
        Next::until(over, now, IN_A_TERMINATION_WAIT, Ask::Deployment)
    } else {
        Next::soon(share(now.since(over), 0.5, DUE), Ask::Deployment)
    })
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

fn share(time: Duration, share: f64, [least, most]: [Duration; 2]) -> Duration {
    time.mul_f64(share).clamp(least, most)
}

#[cfg(test)]
mod tests;
