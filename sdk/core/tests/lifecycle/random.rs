//! The properties say nothing about what the random scripts never reach: so they must reach every corner.

use std::collections::BTreeMap;

use crate::support::play::{Play, Step};
use crate::support::random::{script, settings};
use greenlight_core::lifecycle::{Input, Platform, Refusal};
use greenlight_core::{DeploymentStatus, LifecycleEventStatus, Percent};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

/// How many random deployments are played.
const PLAYS: u32 = 4000;
/// How often each corner must be reached at least.
const OFTEN: u32 = 5;

/// What happened in the steps of one machine, in words; `which` is `forward` or `rollback`, of Lambda or not.
fn corners(which: &str, steps: &[Step]) -> Vec<String> {
    let mut seen = Vec::new();
    let Some(end) = steps.last().map(|step| &step.after) else { return seen };
    let code = end
        .error()
        .map(|error| format!(" {}", error.message.split(' ').take(6).collect::<Vec<_>>().join(" ")));
    seen.push(format!("{which} {}{}", end.status(), code.unwrap_or_default()));
    if let Some((_, what)) =
        end.error().and_then(|error| error.message.split_once("timed out while waiting for "))
    {
        let what: Vec<_> = what.split([' ', '.']).take(3).collect();
        seen.push(format!("{which} waited too long for {}", what.join(" ")));
    }
    if let Some(event) = end.lifecycle_events().iter().find(|it| it.status == LifecycleEventStatus::Failed) {
        seen.push(format!("{which} failed at {}", event.name));
    }
    for step in steps {
        if let Err(refusal) = &step.result {
            seen.push(match refusal {
                Refusal::NotWaiting { .. } => format!("{which} not waiting"),
                other => format!("{which} refuses: {other}"),
            });
        }
        let overdue = step.before.next_deadline().is_some_and(|due| due < step.now);
        if overdue && step.input != Input::Tick {
            seen.push(format!("{which} has something overdue"));
        }
        if step.before.status() == DeploymentStatus::Ready
            && step.after.status() == DeploymentStatus::InProgress
        {
            seen.push(format!("{which} was continued"));
        }
    }
    let share = end.green_weight();
    if !end.settings().is_rollback() && Percent::ZERO < share && share < Percent::ALL {
        seen.push(format!("{which} ends half-way"));
    }
    seen
}

#[test]
fn random_deployments_reach_every_corner() {
    let mut runner = TestRunner::deterministic();
    let mut reached: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..PLAYS {
        let (settings, script) = (settings(), script()).new_tree(&mut runner).unwrap().current();
        let play = Play::of(&settings, &script);
        let mut seen: Vec<String> = Vec::new();
        let names = match settings.platform {
            Platform::Ecs => ["forward", "rollback"],
            Platform::Lambda => ["lambda forward", "lambda rollback"],
        };
        for (which, steps) in names.iter().zip(&play.steps) {
            seen.extend(corners(which, steps));
        }
        if let Some(info) = play.machine(0).and_then(|forward| forward.rollback()) {
            seen.push(
                info.message.split(' ').filter(|word| !word.starts_with("d-")).collect::<Vec<_>>().join(" "),
            );
        }
        seen.sort();
        seen.dedup();
        for one in seen {
            *reached.entry(one).or_default() += 1;
        }
    }
    let expected = [
        "Deployment terminated. Automatic rollback is triggered with a DeploymentId",
        "Nothing was changed, so there is nothing to roll back.",
        "The original task set is not running any more, so there is nothing to roll back to.",
        "There is no previous successful revision to roll back to.",
        "forward Failed The deployment failed because a task",
        "forward Failed The deployment failed because one or",
        "forward Failed The deployment timed out while waiting",
        "forward Failed The service role does not give",
        "forward Stopped One or more alarms have been",
        "forward Stopped The deployment timed out while waiting",
        "forward Stopped The deployment was stopped on request.",
        "forward Succeeded",
        "forward ends half-way",
        "forward failed at AfterAllowTestTraffic",
        "forward failed at AfterAllowTraffic",
        "forward failed at AfterInstall",
        "forward failed at AllowTestTraffic",
        "forward failed at AllowTraffic",
        "forward failed at BeforeAllowTraffic",
        "forward failed at BeforeInstall",
        "forward failed at Install",
        "forward has something overdue",
        "forward not waiting",
        "forward refuses: the deployment has already ended as Failed",
        "forward refuses: the deployment has already ended as Stopped",
        "forward refuses: the deployment has already ended as Succeeded",
        "forward refuses: the deployment has no hook execution with this id",
        "forward refuses: the deployment is InProgress and past the point at which it can be stopped; wait for its end",
        "forward refuses: this hook execution has already ended",
        "forward was continued",
        "lambda forward Failed The deployment failed because one or",
        "lambda forward Failed The deployment timed out while waiting",
        "lambda forward Failed The service role does not give",
        "lambda forward Stopped One or more alarms have been",
        "lambda forward Stopped The deployment was stopped on request.",
        "lambda forward Succeeded",
        "lambda forward ends half-way",
        "lambda forward failed at AfterAllowTraffic",
        "lambda forward failed at AllowTraffic",
        "lambda forward failed at BeforeAllowTraffic",
        "lambda forward has something overdue",
        "lambda forward not waiting",
        "lambda rollback Stopped The deployment was stopped on request.",
        "lambda rollback Succeeded",
        "lambda rollback failed at AfterAllowTraffic",
        "lambda rollback failed at AllowTraffic",
        "lambda rollback failed at BeforeAllowTraffic",
        "forward Failed The ELB could not be updated",
        "lambda forward Failed The Lambda alias could not be",
        "rollback Failed The ELB could not be updated",
        "forward waited too long for a notification to",
        "forward waited too long for a status callback",
        "forward waited too long for production traffic to",
        "forward waited too long for test traffic to",
        "forward waited too long for the original task",
        "forward waited too long for the replacement task",
        "lambda forward waited too long for a status callback",
        "lambda forward waited too long for production traffic to",
        "lambda rollback waited too long for production traffic to",
        "rollback waited too long for a status callback",
        "rollback waited too long for production traffic to",
        "rollback waited too long for test traffic to",
        "rollback waited too long for the replacement task",
        "rollback Failed The deployment failed because a task",
        "rollback Failed The deployment failed because one or",
        "rollback Failed The deployment timed out while waiting",
        "rollback Failed The service role does not give",
        "rollback Stopped The deployment was stopped on request.",
        "rollback Succeeded",
        "rollback failed at AfterAllowTestTraffic",
        "rollback failed at AfterAllowTraffic",
        "rollback failed at AfterInstall",
        "rollback failed at AllowTestTraffic",
        "rollback failed at AllowTraffic",
        "rollback failed at BeforeAllowTraffic",
        "rollback failed at BeforeInstall",
        "rollback has something overdue",
        "rollback not waiting",
        "rollback refuses: the deployment has already ended as Failed",
        "rollback refuses: the deployment has already ended as Stopped",
        "rollback refuses: the deployment has already ended as Succeeded",
        "rollback refuses: the deployment is InProgress and past the point at which it can be stopped; wait for its end",
        "rollback refuses: this hook execution has already ended",
    ];
    let missed: Vec<_> = expected
        .into_iter()
        .filter(|corner| reached.get(*corner).is_none_or(|times| *times < OFTEN))
        .collect();
    assert!(missed.is_empty(), "{missed:#?} were not reached {OFTEN} times: {reached:#?}");
}
