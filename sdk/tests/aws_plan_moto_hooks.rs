//! What a plan finds in hook functions and alarms.

use serde_json::json;

use crate::aws_plan_support::{Cases, Ground, SIMULATE, cbor, decision, decision_without, xml_error};
use crate::local_support::assert_golden;
use crate::setup_support::{FUNCTION, ROLE};

/// How Lambda's GetFunctionConfiguration is called.
const CONFIGURATION: &str = "GET /2015-03-31/functions/CodeDeployHook_smoke/configuration";

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_function_that_is_not_there_or_not_ready_is_found_with_moto() {
    let ground = Ground::new().await;
    let mut cases = Cases::default();
    cases.add("a function of another name", &ground.findings_with(FUNCTION, "CodeDeployHook_smok").await);
    // Functions of moto are Active at once and for ever.
    for (state, reason) in [
        ("Failed", Some("The image is not there.")),
        ("Inactive", None),
        ("Pending", Some("The function is being created.")),
    ] {
        ground.disturb(move |name| {
            let answer = json!({ "FunctionName": FUNCTION, "State": state, "StateReason": reason });
            (name == CONFIGURATION).then(|| (200, answer.to_string().into_bytes()))
        });
        cases.add(&format!("a function that is {state}"), &ground.findings().await);
    }
    assert_golden("aws-plan-hook-functions.txt", cases.as_str());
    ground.account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_function_that_the_role_may_not_invoke_is_found_beside_moto() {
    let ground = Ground::new().await;
    let lambda = aws_sdk_lambda::Client::new(ground.account.config());
    let known = lambda.get_function().function_name(FUNCTION).send().await.unwrap();
    let known = known.configuration().unwrap();
    let code = aws_sdk_lambda::types::FunctionCode::builder()
        .zip_file(aws_sdk_lambda::primitives::Blob::new("bytes"));
    let call = lambda.create_function().function_name("smoke").role(known.role().unwrap()).code(code.build());
    call.runtime(known.runtime().unwrap().clone()).handler("bootstrap").send().await.unwrap();

    let mut cases = Cases::default();
    for answer in ["implicitDeny", "explicitDeny"] {
        ground.disturb(move |name| (name == SIMULATE).then(|| decision(answer)));
        cases.add(&format!("a name with the prefix, {answer}"), &ground.findings().await);
        cases.add(&format!("a name without it, {answer}"), &ground.findings_with(FUNCTION, "smoke").await);
    }
    let denied = |name: &str| (name == SIMULATE).then(|| xml_error(403, "AccessDenied", "no"));
    ground.disturb(denied);
    cases.add("a name with the prefix, and nobody may ask IAM", &ground.findings().await);
    cases.add("a name without it, and nobody may ask IAM", &ground.findings_with(FUNCTION, "smoke").await);
    ground.disturb(|name| (name == SIMULATE).then(|| xml_error(404, "NoSuchEntity", "no role")));
    cases.add("a role that does not exist", &ground.findings().await);
    assert_golden("aws-plan-hook-role.txt", cases.as_str());

    let call = lambda.add_permission().function_name("smoke").statement_id("role");
    call.action("lambda:InvokeFunction").principal(ROLE).send().await.unwrap();
    ground.disturb(|name| (name == SIMULATE).then(|| decision("implicitDeny")));
    assert_eq!(ground.findings_with(FUNCTION, "smoke").await, "", "the function's own policy allows it");
    ground.disturb(|name| (name == SIMULATE).then(|| decision("explicitDeny")));
    assert_ne!(ground.findings_with(FUNCTION, "smoke").await, "", "which does not help against a refusal");
    ground.account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_hangs_on_unknown_conditions_is_a_note_beside_moto() {
    let ground = Ground::new().await;
    for answer in ["implicitDeny", "explicitDeny"] {
        let missing = "<member>aws:ResourceTag/team</member>";
        ground.disturb(move |name| (name == SIMULATE).then(|| decision_without(answer, missing)));
        let plan = ground.plan(&ground.appspec).await;
        let told: Vec<&str> = plan.findings.iter().map(|finding| finding.code.as_ref()).collect();
        assert!(plan.can_start(), "{answer}: {told:?}");
        let findings = ground.findings().await;
        assert!(findings.contains("note[check-not-made]"), "{findings}");
        assert!(findings.contains("conditions on aws:ResourceTag/team"), "{findings}");
    }
    ground.account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn alarms_that_fire_or_are_not_there_are_warned_of_beside_moto() {
    let ground = Ground::new().await;
    // The SDK asks CloudWatch in CBOR, which moto's server takes under AWS's own host names alone.
    ground.disturb(|name| {
        let answer = json!({
            "MetricAlarms": [
                { "AlarmName": "errors", "StateValue": "ALARM" },
                { "AlarmName": "latency", "StateValue": "OK" },
                { "AlarmName": "traffic", "StateValue": "INSUFFICIENT_DATA" },
            ],
            "CompositeAlarms": [{ "AlarmName": "any", "StateValue": "ALARM" }],
        });
        (name == "DescribeAlarms").then(|| (200, cbor(&answer)))
    });
    let watch = |enabled: bool| {
        let alarms = ["errors", "latency", "traffic", "any", "gone"].map(|name| json!({ "name": name }));
        json!({ "alarmConfiguration": { "enabled": enabled, "alarms": alarms } })
    };
    ground.group(watch(true)).await;
    assert_golden("aws-plan-alarms.txt", &ground.findings().await);
    ground.group(watch(false)).await;
    assert_eq!(ground.findings().await, "", "alarms that are switched off stop nothing");
    ground.account.endpoint.shutdown().await;
}
