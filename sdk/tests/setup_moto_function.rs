//! The hook function: its code by digest, its role with no more than it needs, and AWS that is not consistent at once.

use std::time::Duration;

use aws_sdk_iam::types::Tag;
use greenlight::setup::{Action, Architecture, HookFunction, SetupError, Vpc};
use serde_json::{Value, json};

use crate::local_support::assert_golden;
use crate::setup_support::{Account, FUNCTION, function, left, owner};

const ROLE_NAME: &str = "CodeDeployHook_smoke-us-east-1";

const BEING_MADE: &str = "The role defined for the function cannot be assumed by Lambda.";

fn lambda(account: &Account) -> aws_sdk_lambda::Client {
    aws_sdk_lambda::Client::new(account.config())
}

async fn policy(account: &Account) -> Value {
    let iam = aws_sdk_iam::Client::new(account.config());
    let call =
        iam.get_role_policy().role_name(ROLE_NAME).policy_name("greenlight-hook").send().await.unwrap();
    let text =
        percent_encoding::percent_decode_str(call.policy_document()).decode_utf8().unwrap().into_owned();
    serde_json::from_str(&text).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_is_made_for_bundles_with_a_role_that_may_do_what_the_host_does() {
    let account = Account::new().await;
    let declared = function(&account)
        .with_architecture(Architecture::Arm64)
        .with_memory_mb(256)
        .with_timeout(Duration::from_secs(90))
        .with_variable("GREENLIGHT_TEST_URL", "http://shop:9000");
    let made = declared.apply().await.unwrap();
    assert_eq!(made.value, format!("arn:aws:lambda:us-east-1:123456789012:function:{FUNCTION}"));
    let seen = lambda(&account).get_function().function_name(FUNCTION).send().await.unwrap();
    let has = seen.configuration().unwrap();
    assert_eq!(has.runtime().unwrap().as_str(), "provided.al2023");
    assert_eq!((has.memory_size(), has.timeout()), (Some(256), Some(90)));
    assert_eq!(has.architectures()[0].as_str(), "arm64");
    assert_eq!(has.role(), Some("arn:aws:iam::123456789012:role/CodeDeployHook_smoke-us-east-1"));
    assert_eq!(seen.tags().unwrap()["greenlight:setup"], "shop-web");

    let permissions = policy(&account).await;
    let allowed: Vec<String> = permissions["Statement"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} on {}", one["Action"], one["Resource"]))
        .collect();
    assert_golden("setup-policy.txt", &allowed.join("\n"));

    let logs = aws_sdk_cloudwatchlogs::Client::new(account.config());
    let groups = logs.describe_log_groups().send().await.unwrap();
    assert_eq!(groups.log_groups()[0].retention_in_days(), Some(30));
    account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_differs_is_changed_and_no_bundle_is_uploaded_twice() {
    let account = Account::new().await;
    function(&account).apply().await.unwrap();
    drop(account.front.changes());
    let more = || {
        function(&account)
            .with_memory_mb(1024)
            .with_variable("SECRET", "not shown")
            .with_log_retention_days(7)
    };
    let dry = more().dry_run().await.unwrap();
    assert_golden("setup-function-changes.txt", &dry.to_string());
    assert_eq!(more().apply().await.unwrap().changes, dry);
    let configuration = format!("PUT /2015-03-31/functions/{FUNCTION}/configuration");
    assert_eq!(account.front.changes(), ["PutRetentionPolicy", &configuration]);

    let bundle = b"the bytes of another bundle".to_vec();
    let other = HookFunction::new(account.config(), owner(), FUNCTION, bundle, "shop", "web").unwrap();
    let other = other.with_memory_mb(1024).with_variable("SECRET", "not shown").with_log_retention_days(7);
    other.apply().await.unwrap();
    assert_eq!(account.front.changes(), [format!("PUT /2015-03-31/functions/{FUNCTION}/code")]);
    assert!(other.apply().await.unwrap().changes.is_empty());

    // A function of another group has another policy.
    let bundle = b"the bytes of another bundle".to_vec();
    let moved = HookFunction::new(account.config(), owner(), FUNCTION, bundle, "shop", "jobs").unwrap();
    let moved = moved.with_memory_mb(1024).with_variable("SECRET", "not shown").with_log_retention_days(7);
    moved.apply().await.unwrap();
    assert_eq!(account.front.changes(), ["PutRolePolicy"]);
    account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_lambda_does_not_know_yet_is_waited_for() {
    let account = Account::new().await;
    account.front.disturb(|call, before| {
        let refusal = json!({ "__type": "InvalidParameterValueException", "message": BEING_MADE });
        (call == "POST /2015-03-31/functions" && before < 4).then(|| (400, refusal.to_string()))
    });
    function(&account).apply().await.unwrap();
    assert_eq!(account.pauses.seconds(), [1, 2, 4, 8]);
    account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_is_never_ready_is_given_up_in_the_end() {
    let account = Account::new().await;
    account.front.disturb(|call, _| {
        let pending =
            json!({ "FunctionName": FUNCTION, "State": "Pending", "StateReason": "it gets its network" });
        (call == format!("GET /2015-03-31/functions/{FUNCTION}/configuration"))
            .then(|| (200, pending.to_string()))
    });
    let error = function(&account).apply().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the function CodeDeployHook_smoke is still not ready after 185 s: it gets its network; to set up again is safe"
    );
    assert!(matches!(error, SetupError::NotReady { .. }));
    account.front.mend();
    assert!(function(&account).apply().await.unwrap().changes.is_empty());
    account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_that_is_too_large_for_a_request_goes_through_a_bucket_and_leaves_nothing_there() {
    let account = Account::new().await;
    let large = || {
        let bundle = vec![7; 50 * 1024 * 1024 + 1];
        HookFunction::new(account.config(), owner(), FUNCTION, bundle, "shop", "web").unwrap()
    };
    let error = large().apply().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the bundle of CodeDeployHook_smoke has 52428801 bytes, and Lambda takes 50 MB in a request; name a bucket that it may go through"
    );
    assert_eq!(account.front.changes(), Vec::<String>::new(), "nothing is made for what cannot be uploaded");
    let s3 = aws_sdk_s3::Client::new(account.config());
    s3.create_bucket().bucket("artifacts").send().await.unwrap();
    let before = left(&account).await;
    let large = || large().with_bucket("artifacts");
    large().apply().await.unwrap();
    assert!(large().apply().await.unwrap().changes.is_empty());
    assert!(left(&account).await.iter().all(|line| !line.starts_with("object")));

    // A set-up that ends before Lambda has the bundle leaves it in the bucket, and the clean-up finds it there.
    large().remove().await.unwrap();
    account.front.disturb(|call, _| {
        (call == "POST /2015-03-31/functions").then(|| (503, json!({ "message": "busy" }).to_string()))
    });
    large().apply().await.unwrap_err();
    account.front.mend();
    assert!(
        left(&account)
            .await
            .iter()
            .any(|line| line.starts_with("object artifacts/greenlight/CodeDeployHook_smoke/"))
    );
    s3.put_object().bucket("artifacts").key("greenlight/CodeDeployHook_smoke/mine").send().await.unwrap();
    large().remove().await.unwrap();
    let after: Vec<_> = left(&account).await.into_iter().filter(|line| !line.ends_with("/mine")).collect();
    assert_eq!(after, before);
    account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_made_is_neither_changed_nor_deleted() {
    let account = Account::new().await;
    let iam = aws_sdk_iam::Client::new(account.config());
    let logs = aws_sdk_cloudwatchlogs::Client::new(account.config());
    logs.create_log_group().log_group_name(format!("/aws/lambda/{FUNCTION}")).send().await.unwrap();
    let tag = Tag::builder().key("greenlight:setup").value("another").build().unwrap();
    iam.create_role().role_name(ROLE_NAME).assume_role_policy_document("{}").tags(tag).send().await.unwrap();
    let before = left(&account).await;
    let error = function(&account).apply().await.unwrap_err();
    assert_golden("setup-foreign-role.txt", &error.to_string());
    iam.create_role().role_name("hook").assume_role_policy_document("{}").send().await.unwrap();
    let before = [before, vec!["role hook".to_owned()]].concat();
    let own = || function(&account).with_role("arn:aws:iam::123456789012:role/hook");
    own().apply().await.unwrap();
    let gone = own().remove().await.unwrap();
    assert_eq!((gone.count(Action::Delete), gone.count(Action::Keep)), (1, 1), "{gone}");
    let sorted = |mut lines: Vec<String>| {
        lines.sort();
        lines
    };
    assert_eq!(sorted(left(&account).await), sorted(before));
    account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_refusal_names_the_permission_or_what_to_mend_on_moto() {
    let account = Account::new().await;
    let mut texts = Vec::new();
    for name in ["smoke", "CodeDeployHook_a b", ""] {
        let error =
            HookFunction::new(account.config(), owner(), name, Vec::new(), "shop", "web").unwrap_err();
        texts.push(error.to_string());
    }
    texts.push(function(&account).with_memory_mb(64).apply().await.unwrap_err().to_string());
    texts.push(
        function(&account).with_timeout(Duration::from_secs(901)).apply().await.unwrap_err().to_string(),
    );
    let denied = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>User: x is not authorized to perform: iam:CreateRole</Message></Error></ErrorResponse>";
    account.front.disturb(move |call, _| (call == "CreateRole").then(|| (403, denied.to_owned())));
    let error = function(&account).apply().await.unwrap_err();
    assert!(matches!(error, SetupError::Denied { .. }));
    texts.push(format!("{error}: {}", std::error::Error::source(&error).unwrap()));
    account.front.disturb(|call, _| {
        let refusal = json!({ "__type": "InvalidParameterValueException", "message": "The subnet ID subnet-1 does not exist." });
        (call == "POST /2015-03-31/functions").then(|| (400, refusal.to_string()))
    });
    let vpc = Vpc { subnets: ["subnet-1".to_owned()].into(), security_groups: ["sg-1".to_owned()].into() };
    let error = function(&account).with_vpc(vpc).apply().await.unwrap_err();
    assert!(matches!(error, SetupError::Refused { .. }));
    texts.push(format!("{error}: {}", std::error::Error::source(&error).unwrap()));
    account.front.disturb(|_, _| Some((503, String::new())));
    let error = function(&account).dry_run().await.unwrap_err();
    assert!(matches!(error, SetupError::Unavailable { .. }));
    texts.push(error.to_string());
    assert_golden("setup-function-errors.txt", &texts.join("\n"));
    account.front.mend();
    account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_as_declared_counts_as_done_only_when_it_can_be_invoked() {
    let account = Account::new().await;
    function(&account).apply().await.unwrap();
    let looked_at = json!({
        "FunctionName": FUNCTION, "State": "Failed", "StateReason": "the subnet has no free address",
    });
    seen_as(&account, &looked_at).await;
    let error = function(&account).apply().await.unwrap_err();
    assert!(matches!(error, SetupError::Refused { .. }), "{error}");
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert_golden("setup-function-broken.txt", &format!("{error}: {source}"));
    assert_eq!(function(&account).dry_run().await.unwrap_err().to_string(), error.to_string());
    // What is mended in the declaration is tried all the same.
    let changes = function(&account).with_memory_mb(1024).dry_run().await.unwrap();
    assert_eq!(changes.count(Action::Change), 1, "{changes}");
    drop(account.front.changes());
    function(&account).with_memory_mb(1024).apply().await.unwrap_err();
    let configuration = format!("PUT /2015-03-31/functions/{FUNCTION}/configuration");
    assert_eq!(account.front.changes(), std::slice::from_ref(&configuration));
    let bundle = b"the bytes of another bundle".to_vec();
    let other = HookFunction::new(account.config(), owner(), FUNCTION, bundle, "shop", "web").unwrap();
    other.with_memory_mb(1024).apply().await.unwrap_err();
    let code = format!("PUT /2015-03-31/functions/{FUNCTION}/code");
    assert_eq!(account.front.changes(), [code, configuration], "the new code alone may not mend it");
    account.front.mend();
    function(&account).apply().await.unwrap();

    let looked_at =
        json!({ "FunctionName": FUNCTION, "State": "Pending", "StateReason": "it gets its network" });
    seen_as(&account, &looked_at).await;
    let dry = function(&account).dry_run().await.unwrap();
    assert!(dry.to_string().contains("function CodeDeployHook_smoke (it gets its network)"), "{dry}");
    let error = function(&account).apply().await.unwrap_err();
    assert!(matches!(error, SetupError::NotReady { .. }), "{error}");
    account.front.mend();
    assert!(function(&account).apply().await.unwrap().changes.is_empty());
    account.endpoint.shutdown().await;
}

/// Lets Lambda tell this of the function, besides what it is declared to be.
async fn seen_as(account: &Account, state: &Value) {
    let seen = lambda(account).get_function().function_name(FUNCTION).send().await.unwrap();
    let has = seen.configuration().unwrap();
    let mut whole = json!({
        "FunctionName": FUNCTION,
        "FunctionArn": has.function_arn(),
        "CodeSha256": has.code_sha256(),
        "Role": has.role(),
        "Runtime": has.runtime().unwrap().as_str(),
        "Handler": has.handler(),
        "MemorySize": has.memory_size(),
        "Timeout": has.timeout(),
        "Architectures": ["x86_64"],
        "Environment": { "Variables": has.environment().and_then(|one| one.variables()) },
    });
    whole.as_object_mut().unwrap().extend(state.as_object().unwrap().clone());
    let one = json!({ "Configuration": whole, "Tags": seen.tags() }).to_string();
    let path = format!("GET /2015-03-31/functions/{FUNCTION}");
    account.front.disturb(move |call, _| {
        if call == path {
            return Some((200, one.clone()));
        }
        (call == format!("{path}/configuration")).then(|| (200, whole.to_string()))
    });
}
