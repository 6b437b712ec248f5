//! Waiting for a goal: never less than the truth.

use futures_util::FutureExt as _;
use futures_util::future::{Either, join, select};
use greenlight_core::{
    Deployment, DeploymentId, DeploymentPipelineExt as _, DeploymentStatus, HookEvent, LifecycleEvent,
    LifecycleEventName, LifecycleEventStatus, Percent, TaskSetLabel, Verdict, WaitGoal, WaitKind, Waited,
};

use super::{Case, Section};
use crate::conformance::Scenario;
use crate::conformance::failure::{Checked, check, seen};
use crate::conformance::play::{Play, chain};

async fn wait(play: &Play, id: &DeploymentId, goal: WaitGoal) -> Checked<Waited> {
    let waited = play.soon("end of a wait", play.pipeline().wait_until(id, goal)).await?;
    waited.or_else(|error| seen(format!("the wait for {goal:?} broke: {}", chain(&error))))
}

async fn reached(play: &Play, id: &DeploymentId, goal: WaitGoal) -> Checked {
    match wait(play, id, goal).await? {
        Waited::Reached => Ok(()),
        Waited::Finished(outcome) => seen(format!("the wait for {goal:?} ended with: {outcome}")),
    }
}

/// Waits for a goal that is not reached yet, brings it about, and waits for it to be reached.
///
/// The wait has the time to read all that was told so far: another follower reads it too, and asks once more.
async fn reached_only_after(
    play: &Play,
    id: &DeploymentId,
    goal: WaitGoal,
    before: impl Fn(&Deployment) -> bool + Send + Sync,
    bring_about: impl Future<Output = Checked> + Send,
) -> Checked {
    play.until(id, "where the case begins", &before).await?;
    let waits = Box::pin(reached(play, id, goal));
    let reads = Box::pin(async {
        play.until(id, "where the case begins", &before).await?;
        play.describe(id).await
    });
    match select(waits, reads).await {
        Either::Left((Ok(()), _)) => seen(format!("{goal:?} was reached before it was brought about")),
        Either::Left((Err(trouble), _)) => Err(trouble),
        Either::Right((read, waits)) => {
            read?;
            let (brought_about, waited) = join(bring_about, waits).await;
            brought_about.and(waited)
        }
    }
}

/// Whether this event is under way: its hook runs.
fn is_at(it: &Deployment, name: LifecycleEventName) -> bool {
    let at = |event: &LifecycleEvent| event.name == name && event.status == LifecycleEventStatus::InProgress;
    it.lifecycle_events.iter().any(at)
}

fn before_the_shift(it: &Deployment) -> bool {
    is_at(it, LifecycleEventName::BeforeAllowTraffic)
}

pub(super) fn ready_is_reached_when_it_is_ready() -> Case {
    let promise = "the goal `Ready` is reached when the deployment waits to be continued, and not before";
    Case::new(promise, Section::WaitUntil, Scenario::held().with_ready_wait(), |play| {
        async move {
            let id = play.start().await?;
            let hook = play.hook_called().await?;
            let before = |it: &Deployment| is_at(it, LifecycleEventName::AfterInstall);
            reached_only_after(play, &id, WaitGoal::Ready, before, play.let_go_on(&hook)).await?;
            let status = play.describe(&id).await?.status;
            check(status == DeploymentStatus::Ready, || format!("the goal was reached while it was {status}"))
        }
        .boxed()
    })
}

pub(super) fn a_lifecycle_event_is_reached_when_it_has_succeeded() -> Case {
    let promise =
        "the goal of a lifecycle event is reached when it has succeeded, and not while its hook runs";
    let scenario = Scenario::held_at(HookEvent::BeforeAllowTraffic);
    Case::new(promise, Section::WaitUntil, scenario, |play| {
        async move {
            let id = play.start().await?;
            let hook = play.hook_called().await?;
            let goal = WaitGoal::LifecycleEvent(LifecycleEventName::BeforeAllowTraffic);
            reached_only_after(play, &id, goal, before_the_shift, play.let_go_on(&hook)).await
        }
        .boxed()
    })
}

pub(super) fn traffic_is_shifted_when_all_of_it_is() -> Case {
    let promise = "the goal `TrafficShifted` is reached when all production requests reach the replacement, and not before";
    let scenario = Scenario::held_at(HookEvent::BeforeAllowTraffic).with_termination_wait();
    Case::new(promise, Section::WaitUntil, scenario, |play| {
        async move {
            let id = play.start().await?;
            let hook = play.hook_called().await?;
            let goal = WaitGoal::TrafficShifted;
            reached_only_after(play, &id, goal, before_the_shift, play.let_go_on(&hook)).await?;
            let sets = play.describe(&id).await?.task_sets;
            let green = sets.iter().find(|set| set.label == TaskSetLabel::Green);
            check(green.is_some_and(|set| set.traffic_weight == Percent::ALL), || {
                format!("the goal was reached while the task sets were {sets:?}")
            })
        }
        .boxed()
    })
}

pub(super) fn success_includes_the_termination_wait() -> Case {
    let promise =
        "the goal `Succeeded` is reached when the deployment has succeeded, the termination wait included";
    Case::new(promise, Section::WaitUntil, Scenario::termination(), |play| {
        async move {
            let id = play.start().await?;
            let proceeds = async {
                let proceeds = play.pipeline().proceed(&id, WaitKind::Termination);
                // Whether that is taken is a case of its own.
                play.soon("answer", proceeds).await.map(drop)
            };
            let waits = |it: &Deployment| it.termination_wait_started;
            reached_only_after(play, &id, WaitGoal::Succeeded, waits, proceeds).await
        }
        .boxed()
    })
}

pub(super) fn a_goal_that_is_missed_ends_the_wait() -> Case {
    let promise =
        "a wait for a goal that cannot be reached any more ends with the outcome, and not as reached";
    Case::new(promise, Section::WaitUntil, Scenario::fails(), |play| {
        async move {
            let id = play.start().await?;
            match wait(play, &id, WaitGoal::TrafficShifted).await? {
                Waited::Finished(outcome) if outcome.outcome != Verdict::Succeeded => Ok(()),
                other => {
                    seen(format!("a deployment that failed before the shift ended the wait with {other:?}"))
                }
            }
        }
        .boxed()
    })
}
