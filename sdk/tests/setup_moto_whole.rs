//! From nothing to a finished deployment, and back to nothing.

use greenlight::core::appspec::AppSpecText;
use greenlight::local::{HookAnswer, HookCall, HookFunction};
use greenlight::setup::{HookFunction as HookFunctionAtLambda, Owner, SetupError};
use serde_json::{Value, json};

use crate::endpoint_support::Client;
use crate::local_support::assert_golden;
use crate::setup_support::{APPSPEC, Account, FUNCTION, left, redacted, whole};

/// A function that lets every release through.
#[derive(Debug)]
struct Passes;

#[async_trait::async_trait]
impl HookFunction for Passes {
    async fn invoke(&self, _: HookCall) -> HookAnswer {
        HookAnswer::Succeeded
    }
}

/// Deploys, and gives the deployment and its target at the end.
async fn deploy(account: &Account, appspec: &AppSpecText) -> (Value, Value) {
    let client = Client::new(&account.endpoint);
    let input = json!({
        "applicationName": "shop",
        "deploymentGroupName": "web",
        "revision": { "revisionType": "AppSpecContent", "appSpecContent": { "content": appspec.as_str() } },
    });
    let id = client.done("CreateDeployment", input).await["deploymentId"].clone();
    loop {
        let info = client.done("GetDeployment", json!({ "deploymentId": id })).await;
        if info["deploymentInfo"]["completeTime"].is_number() {
            let target = json!({ "deploymentId": id, "targetId": "main:web" });
            return (info["deploymentInfo"].clone(), client.done("GetDeploymentTarget", target).await);
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_up_is_deployed_with_and_taken_away_and_nothing_is_left() {
    let account = Account::with(|endpoint| endpoint.with_hook(FUNCTION, Passes)).await;
    let before = left(&account).await;

    let dry = whole(&account, APPSPEC).dry_run().await.unwrap();
    assert_golden("setup-dry-run.txt", &redacted(&dry.to_string()));
    assert_eq!(account.front.changes(), Vec::<String>::new(), "a dry run changes nothing");
    assert_eq!(left(&account).await, before);

    let made = whole(&account, APPSPEC).apply().await.unwrap();
    let appspec = made.value.unwrap();
    let expected =
        APPSPEC.replace("<TASK_DEFINITION>", "arn:aws:ecs:us-east-1:123456789012:task-definition/web:2");
    assert_eq!(appspec.as_str(), format!("{expected}Hooks:\n  - AfterAllowTestTraffic: {FUNCTION}\n"));
    assert!(!account.front.changes().is_empty());

    let (deployment, target) = deploy(&account, &appspec).await;
    assert_eq!(deployment["status"], "Succeeded", "{deployment}");
    let events = target["deploymentTarget"]["ecsTarget"]["lifecycleEvents"].as_array().unwrap().clone();
    assert_eq!(events.len(), 8, "there is a test listener: {target}");

    let again = whole(&account, appspec.as_str());
    assert!(again.dry_run().await.unwrap().is_empty());
    let made = again.apply().await.unwrap();
    assert!(made.changes.is_empty(), "{}", made.changes);
    assert_eq!(made.value.unwrap(), appspec);
    assert_eq!(account.front.changes(), Vec::<String>::new(), "a second set-up changes nothing");
    assert_golden("setup-again.txt", &redacted(&made.changes.to_string()));

    let dry = again.dry_run_teardown().await.unwrap();
    assert_golden("setup-dry-teardown.txt", &redacted(&dry.to_string()));
    let gone = again.teardown().await.unwrap();
    assert_eq!(gone.changes, dry);
    assert_eq!(gone.value.unwrap().as_str(), expected);
    assert_eq!(left(&account).await, before);

    drop(account.front.changes());
    let gone = whole(&account, APPSPEC).teardown().await.unwrap();
    assert!(gone.changes.is_empty(), "{}", gone.changes);
    assert_eq!(account.front.changes(), Vec::<String>::new(), "a second clean-up changes nothing");
    account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_of_a_function_that_stays_is_left_in_the_appspec() {
    let account = Account::new().await;
    let other = Owner::new("another").unwrap();
    let bundle = b"another's".to_vec();
    let function =
        HookFunctionAtLambda::new(account.config(), other, FUNCTION, bundle, "shop", "web").unwrap();
    function.apply().await.unwrap();
    let appspec = format!("{APPSPEC}Hooks:\n  - BeforeAllowTraffic: {FUNCTION} # by hand\n");
    let error = whole(&account, &appspec).apply().await.unwrap_err();
    assert!(matches!(error, SetupError::Foreign { .. }), "{error}");

    let dry = whole(&account, &appspec).dry_run_teardown().await.unwrap();
    let gone = whole(&account, &appspec).teardown().await.unwrap();
    assert_eq!(gone.changes, dry);
    assert_eq!(gone.value.unwrap().as_str(), appspec);
    assert!(gone.changes.to_string().contains("keep   AppSpec\n"), "{}", gone.changes);

    // When it is gone at Lambda, whoever made it, there is nothing for the hook to name.
    function.remove().await.unwrap();
    let gone = whole(&account, &appspec).teardown().await.unwrap();
    assert!(!gone.value.unwrap().as_str().contains(FUNCTION), "{}", gone.changes);
    account.endpoint.shutdown().await;
}
