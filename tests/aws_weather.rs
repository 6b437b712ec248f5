//! Throttling, lost connections and delays cost `greenlight deploy` some time, and nothing else.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::{Duration, Instant};

use greenlight_tests::codedeploy::{Waits, ecs_appspec};
use greenlight_tests::{AwsTwin, DEADLINE, Event, Front, Weather};

/// Six reads of ten are throttled and one connection of ten is lost, without a pattern.
const BAD: Weather = Weather { throttled: 60, dropped: 10, delay: Duration::from_millis(40) };

/// The budget of a pipeline that nobody has set another one for: at once, and in a minute.
const BUDGET: [u64; 2] = [10, 30];

/// Deploys through the weather. What is told must be what a watch tells that nothing disturbs, in the same order, and no
/// more must have been asked than the budget allows.
async fn deploy(twin: &AwsTwin, exit: i32) -> Vec<Event> {
    let front = Front::start(twin.endpoint.url(), twin.endpoint.url()).await;
    front.set_weather(BAD);
    let began = Instant::now();
    // Chance may have it wait for a minute now and then, as the budget is small.
    let call =
        twin.greenlight("deploy --format json --endpoint-url").arg(front.url()).with_deadline(DEADLINE * 3);
    let events = of_deployment(call.run().await.expect(exit).await.events());
    let took = began.elapsed();
    let id = twin.deployments().await.remove(0);
    let clear = twin.greenlight("watch --format json").arg(&id).run().await.expect(exit).await;
    assert_eq!(events, of_deployment(clear.events()));

    let calls = front.calls();
    let asked = calls.iter().filter(|call| waits_for_the_budget(call)).count();
    let [at_once, a_minute] = BUDGET;
    // What is allowed in the second that has begun, and who read it before may ask now.
    let allowed = at_once + took.as_secs() * a_minute / 60 + 2;
    assert!(u64::try_from(asked).unwrap() <= allowed, "{asked} requests in {took:?}: {calls:?}");
    events
}

/// Whether it is a read that only the budget allows. ListDeployments is not: a start asks it, and waits for nothing.
fn waits_for_the_budget(call: &str) -> bool {
    let reads = [
        "GetApplication",
        "GetDeploymentGroup",
        "GetDeployment",
        "GetDeploymentTarget",
        "ListDeploymentTargets",
    ];
    reads.contains(&call)
}

/// What the pipeline tells, without what the command says itself.
fn of_deployment(events: Vec<Event>) -> Vec<Event> {
    events.into_iter().filter(|event| !event.deployment().is_empty()).collect()
}

#[tokio::test]
async fn a_deployment_behind_a_bad_network_ends_right_and_in_order_within_its_budget() {
    let twin = AwsTwin::new(Waits::default(), false).await;
    let events = deploy(&twin, 0).await;
    assert_eq!(events.last().unwrap().text("outcome"), "succeeded");

    twin.write_appspec(&ecs_appspec(2, &[("AfterAllowTestTraffic", "CodeDeployHook_gone")]));
    let events = deploy(&twin, 4).await;
    assert_eq!(events.last().unwrap().text("outcome"), "failed");
    assert_eq!(twin.deployments().await.len(), 2);
}
