//! A plugin that is not sure is asked again: here, in a new invocation, and no longer than CodeDeploy waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use greenlight_lambda_host::Clock;
use serde_json::{Value, json};

use crate::support::fake::error;
use crate::support::{Fake, Setup, event, plugin};

/// Is sure at its `attempts`th attempt, and wants to wait so long before each.
fn unsure(attempts: u32, delay_seconds: u32) -> String {
    plugin("slow", "pending", "") + &format!("attempts = {attempts}\ndelay_seconds = {delay_seconds}\n")
}

#[tokio::test]
async fn a_plugin_is_asked_again_in_the_same_invocation_while_there_is_time() {
    let aws = Fake::well().await;
    let hosted = Setup::new(unsure(3, 0), &aws).host();
    hosted.hook().await.unwrap();
    assert_eq!(aws.reports(), ["Succeeded"]);
    assert!(aws.of("Invoke").is_empty());
    hosted.lines.with("attempt 3, carried `1,2,`");
}

#[tokio::test]
async fn without_time_the_function_invokes_itself_and_goes_on_with_the_state() {
    let aws = Fake::well().await;
    let hosted = Setup::new(unsure(2, 3), &aws).host();
    let answer = hosted.handle(event(), Duration::from_secs(2)).await.unwrap();
    assert_eq!(answer["status"], "Pending");
    assert!(aws.reports().is_empty());
    let [invoked] = &aws.of("Invoke")[..] else { panic!("{:?}", aws.asked()) };
    assert_eq!(invoked.path, "/2015-03-31/functions/CodeDeployHook_check/invocations");
    assert_eq!(invoked.body["DeploymentId"], event()["DeploymentId"]);
    assert_eq!(invoked.body["greenlight"]["plugins"]["slow"]["state"], "1,");

    hosted.handle(invoked.body.clone(), Duration::from_secs(30)).await.unwrap();
    assert_eq!(aws.reports(), ["Succeeded"]);
    hosted.lines.with("attempt 2, carried `1,`");
}

#[tokio::test]
async fn a_plugin_that_has_passed_is_not_asked_again_in_the_next_invocation() {
    let aws = Fake::well().await;
    let hosted = Setup::new(unsure(2, 3) + &plugin("quick", "pass", ""), &aws).host();
    hosted.handle(event(), Duration::from_secs(2)).await.unwrap();
    let next = aws.of("Invoke")[0].body.clone();
    hosted.handle(next, Duration::from_secs(30)).await.unwrap();
    let runs = |plugin: &str| {
        let all = hosted.lines.all();
        all.iter().filter(|line| line["kind"] == "run" && line["plugin"] == plugin).count()
    };
    assert_eq!((runs("slow"), runs("quick")), (2, 1));
    assert_eq!(aws.reports(), ["Succeeded"]);
}

#[tokio::test]
async fn a_hand_over_that_is_refused_fails_the_hook_and_names_the_permission() {
    let aws = Fake::start(|asked, _| match asked.operation.as_str() {
        "Invoke" => error(403, "AccessDeniedException", "not authorized"),
        _ => None,
    })
    .await;
    let hosted = Setup::new(unsure(2, 60), &aws).host();
    hosted.handle(event(), Duration::from_secs(2)).await.unwrap();
    assert_eq!(aws.reports(), ["Failed"]);
    let last = hosted.lines.verdict();
    assert!(
        last["reason"]
            .as_str()
            .unwrap()
            .ends_with("allow lambda:InvokeFunction on CodeDeployHook_check for this function's role"),
        "{last}"
    );
}

fn handed_over(first_invoked_at: u64, hand_overs: u32) -> Value {
    let mut event = event();
    event["greenlight"] =
        json!({ "firstInvokedAt": first_invoked_at, "handOvers": hand_overs, "plugins": {} });
    event
}

#[tokio::test]
async fn an_hour_after_the_first_invocation_the_hook_has_failed() {
    // The clock of a host that was first invoked 59 minutes and 25 seconds ago.
    let began = SystemTime::now();
    let shift = Arc::new(AtomicU64::new(0));
    let shifted = Arc::clone(&shift);
    let clock = Clock::new(move || SystemTime::now() + Duration::from_secs(shifted.load(Ordering::Relaxed)));
    let aws = Fake::well().await;
    let mut setup = Setup::new(unsure(2, 10), &aws);
    setup.clock = clock;
    let hosted = setup.host();
    shift.store(59 * 60 + 25, Ordering::Relaxed);
    let began = began.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis();
    let event = handed_over(u64::try_from(began).unwrap(), 3);
    let time = Duration::from_secs(59 * 60 + 25 + 30);
    hosted.handle(event, time).await.unwrap();
    assert_eq!(aws.reports(), ["Failed"]);
    assert!(aws.of("Invoke").is_empty());
    hosted.lines.with("CodeDeploy waits for an hour at most, and there is no time to ask again");
}

#[tokio::test]
async fn lambda_is_not_given_a_reason_to_see_a_recursive_loop() {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis();
    let event = handed_over(u64::try_from(now).unwrap(), 14);
    let aws = Fake::well().await;
    let hosted = Setup::new(unsure(2, 60), &aws).host();
    hosted.handle(event, Duration::from_secs(2)).await.unwrap();
    assert_eq!(aws.reports(), ["Failed"]);
    hosted.lines.with("the function has invoked itself 14 times");
}
