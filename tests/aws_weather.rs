//! Throttling, lost connections and delays cost `greenlight deploy` some time, and nothing else.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::{Duration, Instant};

use greenlight_tests::codedeploy::{Waits, ecs_appspec};
use greenlight_tests::{AwsTwin, Event, Front, Weather};

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
    let call = twin.greenlight("deploy --format json --endpoint-url").arg(front.url());
    let events = of_deployment(call.run().await.expect(exit).await.events());
    let took = began.elapsed();
    let id = twin.deployments().await.remove(0);
    let clear = twin.greenlight("watch --format json").arg(&id).run().await.expect(exit).await;
    assert_eq!(events, of_deployment(clear.events()));

    let reads = |call: &&String| {
        let changes = ["CreateDeployment", "DescribeServices", "DescribeTaskDefinition"];
        call.starts_with(|c: char| c.is_ascii_uppercase())
            && !call.contains(' ')
            && !changes.contains(&call.as_str())
    };
    let calls = front.calls();
    let asked = calls.iter().filter(reads).filter(|call| is_codedeploys(call)).count();
    let [at_once, a_minute] = BUDGET;
    let allowed = at_once + 1 + took.as_secs() * a_minute / 60 + 1;
    assert!(u64::try_from(asked).unwrap() <= allowed, "{asked} requests in {took:?}: {calls:?}");
    events
}

/// The reads of CodeDeploy that wait for the budget.
fn is_codedeploys(call: &str) -> bool {
    ["GetDeployment", "GetApplication", "ListDeployment", "BatchGetDeployment"]
        .iter()
        .any(|name| call.starts_with(name))
}

/// What the pipeline tells, without what the command says itself.
fn of_deployment(events: Vec<Event>) -> Vec<Event> {
    events.into_iter().filter(|event| !event.deployment().is_empty()).collect()
}

#[tokio::test]
async fn a_deployment_behind_a_bad_network_ends_right_and_in_order_within_its_budget() {
    let twin = AwsTwin::new(Waits::default(), true).await;
    let events = deploy(&twin, 0).await;
    assert_eq!(events.last().unwrap().text("outcome"), "Succeeded");

    twin.write_appspec(&ecs_appspec(2, &[("AfterAllowTestTraffic", "CodeDeployHook_gone")]));
    let events = deploy(&twin, 3).await;
    assert_eq!(events.last().unwrap().text("serving"), "blue");
    assert_eq!(twin.deployments().await.len(), 3, "two deployments and a rollback");
}
