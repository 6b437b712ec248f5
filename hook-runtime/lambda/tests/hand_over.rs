//! A hook that is pending at the end of one process is finished by another.

use std::time::Duration;

use greenlight::endpoint::Endpoint;
use greenlight::local::LambdaInvoke;
use serde_json::Value;

use crate::support::bundle::bundle;
use crate::support::endpoint::{FUNCTION, built, deploy};
use crate::support::lambda::{Ended, Lambda};
use crate::support::plugin;

/// Of which plugins have three quarters.
const TIMEOUT: Duration = Duration::from_secs(6);

/// A plugin that is sure at its second attempt, which it wants to make so much later.
fn unsure(delay_seconds: u32) -> String {
    plugin("slow", "pending", "") + &format!("attempts = 2\ndelay_seconds = {delay_seconds}\n")
}

/// Deploys with the function behind the Invoke API. Gives how that ended, and so many invocations.
async fn deployed(suite: &str, variables: &[(&str, &str)], number: usize) -> (Value, Vec<Ended>) {
    let bundle = bundle(suite);
    let mut lambda = Lambda::start(bundle.path(), TIMEOUT).await;
    let builder = Endpoint::builder().with_hook(FUNCTION, LambdaInvoke::new(lambda.url()));
    let endpoint = built(builder).await;
    lambda.set("AWS_ENDPOINT_URL_CODEDEPLOY", &endpoint.url());
    for (name, value) in variables {
        lambda.set(name, value);
    }
    let info = deploy(&endpoint).await;
    let ended = lambda.ended(number).await;
    assert!(!lambda.has_more(), "{ended:#?}");
    endpoint.shutdown().await;
    (info, ended)
}

fn told(ended: &Ended, part: &str) -> bool {
    ended.lines.iter().any(|line| line["message"].as_str().unwrap().contains(part))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_finishes_the_deployment_with_the_state_of_the_first() {
    let (info, ended) = deployed(&unsure(7), &[], 2).await;
    assert_eq!(info["status"], "Succeeded", "{info}");
    let [first, second] = &ended[..] else { panic!("{ended:#?}") };
    assert_eq!(first.answer.as_ref().unwrap()["status"], "Pending", "{first:#?}");
    assert!(first.event.get("greenlight").is_none(), "{first:#?}");
    for key in ["DeploymentId", "LifecycleEventHookExecutionId"] {
        assert_eq!(second.event[key], first.event[key]);
    }
    assert_eq!(second.event["greenlight"]["plugins"]["slow"]["state"], "1,");
    assert!(told(second, "attempt 2, carried `1,`"), "{second:#?}");
    assert_eq!(second.answer.as_ref().unwrap()["status"], "Succeeded", "{second:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_that_is_longer_than_the_function_runs_takes_no_more_invocations_than_it_needs() {
    // Two whole invocations, and the rest in a third.
    let (info, ended) = deployed(&unsure(12), &[], 3).await;
    assert_eq!(info["status"], "Succeeded", "{info}");
    assert_eq!(ended[2].event["greenlight"]["handOvers"], 2);
    assert!(told(&ended[2], "attempt 2, carried `1,`"), "{ended:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_that_was_handed_over_too_often_has_failed_with_the_reason() {
    let (info, ended) = deployed(&unsure(600), &[("GREENLIGHT_MAX_HAND_OVERS", "1")], 2).await;
    assert_eq!(info["status"], "Failed", "{info}");
    assert_eq!(info["errorInformation"]["code"], "HOOK_EXECUTION_FAILURE", "{info}");
    let last = ended[1].answer.as_ref().unwrap();
    assert_eq!(last["status"], "Failed");
    assert_eq!(
        last["reason"],
        "plugin \"slow\" was not sure at its only attempt; the function has invoked itself once, and Lambda takes more for a \
         recursive loop; raise the function's timeout, or let the plugins wait longer"
    );
}
