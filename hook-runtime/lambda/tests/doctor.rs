//! `greenlight hook doctor`: the function names what is missing, and changes nothing.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::bundle::bundle;
use crate::support::endpoint::{call, deploy, endpoint, info as ask, invoke};
use crate::support::fake::{PUT, error};
use crate::support::{ARN, Answer, Fake, Hosted, Setup, plugin};

const GROUP: &str = "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:shop/web";
const TIME: Duration = Duration::from_secs(60);

fn event(deployment: Option<&str>) -> Value {
    json!({ "greenlight": { "doctor": 1, "deploymentId": deployment } })
}

/// The findings of a host, about a deployment that the fake knows or about none.
async fn findings(hosted: &Hosted, deployment: Option<&str>) -> Vec<Value> {
    let answer = hosted.handle(event(deployment), TIME).await.unwrap();
    assert_eq!(answer["greenlight"]["doctor"], 1, "{answer}");
    answer["greenlight"]["findings"].as_array().unwrap().clone()
}

/// The only finding of an outcome other than `ok`.
fn only_bad(findings: &[Value]) -> &Value {
    let bad: Vec<_> = findings.iter().filter(|finding| finding["outcome"] != "ok").collect();
    assert_eq!(bad.len(), 1, "{findings:#?}");
    bad[0]
}

fn of<'a>(findings: &'a [Value], check: &str) -> Vec<&'a Value> {
    findings.iter().filter(|finding| finding["check"] == check).collect()
}

/// The service's own sentence.
fn denied(action: &str, resource: &str, why: &str) -> Option<Answer> {
    let user = "arn:aws:sts::123456789012:assumed-role/hook/CodeDeployHook_check";
    let message = format!("User: {user} is not authorized to perform: {action} on resource: {resource}{why}");
    error(if action.starts_with("lambda") { 403 } else { 400 }, "AccessDeniedException", &message)
}

/// A host that lacks one permission, and what it finds of a real deployment.
async fn without(operation: &'static str, action: &'static str, resource: &'static str) -> Value {
    let aws = Fake::start(move |asked, _| {
        let why = format!(" because no identity-based policy allows the {action} action");
        (asked.operation == operation).then(|| denied(action, resource, &why)).flatten()
    })
    .await;
    let hosted = Setup::new(plugin("smoke", "pass", ""), &aws).host();
    let findings = findings(&hosted, Some("d-1NNWZG91L")).await;
    let finding = only_bad(&findings).clone();
    assert_eq!(finding["outcome"], "missing", "{finding}");
    assert_eq!(finding["subject"], action, "{finding}");
    assert_eq!(finding["permission"], action, "{finding}");
    assert_eq!(finding["resource"], resource, "{finding}");
    assert_eq!(finding["deniedBy"], "no identity-based policy allows it", "{finding}");
    let fix = format!("allow {action} on {resource} for the function's role");
    assert_eq!(finding["fix"], json!(fix), "{finding}");
    let lines = hosted.lines.all();
    let logged: Vec<_> = lines.iter().filter(|line| line["outcome"] == "missing").collect();
    let [line] = logged.as_slice() else { panic!("{lines:#?}") };
    assert_eq!((&line["kind"], &line["permission"]), (&json!("doctor"), &json!(action)), "{line}");
    assert_eq!(line["level"], "ERROR", "{line}");
    finding
}

#[tokio::test]
async fn a_role_that_may_all_is_told_so_and_nothing_is_changed() {
    let aws = Fake::well().await;
    let hosted = Setup::new(plugin("smoke", "pass", "timeout = \"10s\""), &aws).host();
    let findings = findings(&hosted, Some("d-1NNWZG91L")).await;
    let outcomes: Vec<(&str, &str)> = findings
        .iter()
        .map(|finding| (finding["check"].as_str().unwrap(), finding["outcome"].as_str().unwrap()))
        .collect();
    let expected =
        ["suite", "time", "name", "report", "context", "context", "context", "context", "hand-over"];
    assert_eq!(outcomes, expected.map(|check| (check, "ok")));
    let report = &aws.of(PUT)[0].body;
    assert_eq!(report["deploymentId"], "d-1NNWZG91L");
    assert_eq!(report["lifecycleEventHookExecutionId"], "greenlight-hook-doctor");
    let asked = aws.asked();
    let invoked = asked.iter().find(|asked| asked.operation == "Invoke").unwrap();
    assert_eq!(invoked.kind, "DryRun");
    assert_eq!(invoked.body, json!({ "greenlight": { "doctor": 1, "dryRun": true } }));
    assert_eq!(asked.len(), 6, "{asked:#?}");
    let ran = hosted.lines.all().iter().any(|line| line["plugin"] == "smoke");
    assert!(!ran, "{:#?}", hosted.lines.messages());
}

#[tokio::test]
async fn a_role_that_may_not_report_is_told_what_becomes_of_deployments() {
    let finding = without(PUT, "codedeploy:PutLifecycleEventHookExecutionStatus", GROUP).await;
    let sentence = finding["sentence"].as_str().unwrap();
    assert!(
        sentence.starts_with("nothing is reported, and every deployment waits for an hour: "),
        "{finding}"
    );
}

#[tokio::test]
async fn a_role_that_may_not_get_deployments_is_told_so() {
    // Its revision is then not known either, and another one is asked for.
    without("GetDeployment", "codedeploy:GetDeployment", GROUP).await;
}

#[tokio::test]
async fn a_role_that_may_not_list_targets_is_told_so() {
    without("ListDeploymentTargets", "codedeploy:ListDeploymentTargets", GROUP).await;
}

#[tokio::test]
async fn a_role_that_may_not_get_a_target_is_told_so() {
    without("GetDeploymentTarget", "codedeploy:GetDeploymentTarget", GROUP).await;
}

#[tokio::test]
async fn a_role_that_may_not_get_revisions_is_told_so() {
    let application = "arn:aws:codedeploy:us-east-1:123456789012:application:shop";
    without("GetApplicationRevision", "codedeploy:GetApplicationRevision", application).await;
}

#[tokio::test]
async fn a_role_that_may_not_invoke_its_function_is_told_so() {
    without("Invoke", "lambda:InvokeFunction", ARN).await;
}

#[tokio::test]
async fn without_a_deployment_a_refusal_may_be_one_of_a_narrow_role_and_says_how_to_be_sure() {
    let aws = Fake::start(|asked, _| match asked.operation.as_str() {
        "GetApplicationRevision" => denied(
            "codedeploy:GetApplicationRevision",
            "arn:aws:codedeploy:us-east-1:123456789012:application:greenlight-hook-doctor",
            " because no identity-based policy allows the codedeploy:GetApplicationRevision action",
        ),
        "GetDeployment" | PUT | "ListDeploymentTargets" | "GetDeploymentTarget" => {
            error(400, "DeploymentDoesNotExistException", "No deployment found for id: d-000000000")
        }
        _ => None,
    })
    .await;
    let hosted = Setup::new(plugin("smoke", "pass", ""), &aws).host();
    let findings = findings(&hosted, None).await;
    let finding = only_bad(&findings);
    // Not the application that was made up for the question.
    assert_eq!(finding["resource"], "arn:aws:codedeploy:us-east-1:123456789012:application:*");
    assert!(finding["fix"].as_str().unwrap().contains("with --deployment, to be sure"), "{finding}");
    assert_eq!(aws.of("GetDeployment")[0].body["deploymentId"], "d-000000000");
}

#[tokio::test]
async fn a_refusal_of_another_policy_is_not_mended_by_the_role() {
    for (why, denied_by, fix) in [
        (
            " with an explicit deny in a service control policy",
            "an explicit deny in the service control policy",
            "a statement in the service control policy denies codedeploy:GetDeployment, whatever others allow: take it \
             out or narrow it",
        ),
        (
            " because no VPC endpoint policy allows the codedeploy:GetDeployment action",
            "no VPC endpoint policy allows it",
            "allow codedeploy:GetDeployment on arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:shop/web in the \
             VPC endpoint policy, for the function's role",
        ),
    ] {
        let aws = Fake::start(move |asked, _| {
            (asked.operation == "GetDeployment")
                .then(|| denied("codedeploy:GetDeployment", GROUP, why))
                .flatten()
        })
        .await;
        let hosted = Setup::new(plugin("smoke", "pass", ""), &aws).host();
        let findings = findings(&hosted, Some("d-1NNWZG91L")).await;
        let finding = only_bad(&findings);
        assert_eq!((&finding["deniedBy"], &finding["fix"]), (&json!(denied_by), &json!(fix)));
    }
}

#[tokio::test]
async fn a_deployment_that_is_none_and_credentials_that_are_not_taken_are_told() {
    let aws = Fake::start(|asked, _| match asked.operation.as_str() {
        "Invoke" => error(403, "UnrecognizedClientException", "The security token is invalid"),
        _ => error(400, "DeploymentDoesNotExistException", "No deployment found"),
    })
    .await;
    let hosted = Setup::new(plugin("smoke", "pass", ""), &aws).host();
    let findings = findings(&hosted, Some("d-1NNWZG91L")).await;
    let deployment = of(&findings, "deployment")[0];
    assert_eq!(deployment["outcome"], "failed");
    assert_eq!(deployment["sentence"], "there is no such deployment in the function's account and region");
    let hand_over = of(&findings, "hand-over")[0];
    assert_eq!(hand_over["outcome"], "failed");
    assert!(hand_over["fix"].as_str().unwrap().contains("look at its execution role"), "{hand_over}");
}

#[tokio::test]
async fn services_that_never_answer_are_told_before_the_function_ends() {
    let aws = Fake::start(|_, _| Some(Answer::Hang)).await;
    let hosted = Setup::new(plugin("smoke", "pass", ""), &aws).host();
    let (begun, time) = (Instant::now(), Duration::from_secs(4));
    let answer = hosted.handle(event(None), time).await.unwrap();
    assert!(begun.elapsed() < time, "{:?}", begun.elapsed());
    let findings = answer["greenlight"]["findings"].as_array().unwrap();
    let report = of(findings, "report")[0];
    assert_eq!(report["outcome"], "failed");
    assert_eq!(report["sentence"], "CodeDeploy cannot be asked: no answer in time");
    assert!(report["fix"].as_str().unwrap().contains("in a VPC by an endpoint or a route"), "{report}");
    // The plugin's 30 s are not left either.
    let time = of(findings, "time")[0];
    assert_eq!((&time["outcome"], &time["subject"]), (&json!("missing"), &json!("smoke")));
    assert!(time["fix"].as_str().unwrap().starts_with("raise the function's timeout to 36 s"), "{time}");
}

#[tokio::test]
async fn each_grant_is_tried_and_judged_as_a_request_would_be() {
    let aws = Fake::well().await;
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let grants = "grants = [\"{test}\", \"{production}\", \"https://*.example.com\"]\ntimeout = \"10s\"";
    let mut setup = Setup::new(plugin("probe", "fetch", grants), &aws);
    setup.variables.push(("GREENLIGHT_TEST_URL", aws.url()));
    let hosted = setup.host();
    let found = findings(&hosted, Some("d-1NNWZG91L")).await;
    let network: Vec<_> = of(&found, "network")
        .iter()
        .map(|finding| {
            (finding["subject"].as_str().unwrap().to_owned(), finding["outcome"].as_str().unwrap().to_owned())
        })
        .collect();
    let expected = [
        ("probe: {test}", "ok"),
        ("probe: {production}", "missing"),
        ("probe: https://*.example.com", "unknown"),
    ];
    assert_eq!(network, expected.map(|(subject, outcome)| (subject.to_owned(), outcome.to_owned())));
    let fix = &of(&found, "network")[1]["fix"];
    assert_eq!(fix, "set GREENLIGHT_PRODUCTION_URL in the function's environment");
    assert_eq!(aws.of("Release").len(), 0, "something was sent");

    let mut setup = Setup::new(plugin("probe", "fetch", "grants = [\"{test}\"]"), &aws);
    setup.variables.push(("GREENLIGHT_TEST_URL", format!("http://{nobody}")));
    let found = findings(&setup.host(), Some("d-1NNWZG91L")).await;
    let network = of(&found, "network")[0];
    assert_eq!(network["outcome"], "failed", "{network}");
    assert!(
        network["sentence"].as_str().unwrap().starts_with("cannot connect to http://127.0.0.1:"),
        "{network}"
    );
}

#[tokio::test]
async fn settings_that_do_not_fit_are_told_with_what_would() {
    let aws = Fake::well().await;
    let mut setup = Setup::new(plugin("large", "pass", "memory = \"256MiB\""), &aws);
    setup.variables = vec![
        ("GREENLIGHT_TEST_URL", "ftp://nowhere".to_owned()),
        ("GREENLIGHT_MAX_HAND_OVERS", "many".to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128".to_owned()),
    ];
    let mut environment = setup.environment();
    environment.function = "check".to_owned();
    let hosted = setup.host_in(environment);
    let found = findings(&hosted, Some("d-1NNWZG91L")).await;
    let memory = of(&found, "memory")[0];
    assert_eq!(memory["outcome"], "missing", "{memory}");
    assert_eq!(memory["fix"], "give the function 288 MB, or lower `memory` in the suite");
    let ignored: Vec<_> =
        of(&found, "environment").iter().map(|finding| finding["subject"].clone()).collect();
    assert_eq!(ignored, ["GREENLIGHT_MAX_HAND_OVERS", "GREENLIGHT_TEST_URL"]);
    let name = of(&found, "name")[0];
    assert_eq!((&name["outcome"], &name["subject"]), (&json!("unknown"), &json!("check")));
}

#[tokio::test]
async fn the_functions_own_question_is_answered_without_looking() {
    let aws = Fake::well().await;
    let hosted = Setup::new(plugin("smoke", "pass", ""), &aws).host();
    let answer = hosted.handle(json!({ "greenlight": { "doctor": 1, "dryRun": true } }), TIME).await.unwrap();
    assert_eq!(answer["greenlight"]["findings"], json!([]));
    assert!(aws.asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_endpoint_all_is_well_and_a_deployment_stays_as_it_was() {
    let bundle = bundle(&plugin("smoke", "pass", "timeout = \"5s\""));
    let endpoint = endpoint(bundle.path(), Duration::from_secs(30)).await;
    let answer = invoke(&endpoint, &event(None)).await;
    let bad: Vec<_> = answer["greenlight"]["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["outcome"] != "ok" && finding["check"] != "memory")
        .collect();
    assert!(bad.is_empty(), "{bad:#?}");

    let info = deploy(&endpoint).await;
    let id = info["deploymentId"].as_str().unwrap();
    let input = json!({ "deploymentId": id, "targetId": "main:web" });
    let before = call(&endpoint, "GetDeploymentTarget", input.clone()).await;
    let answer = invoke(&endpoint, &event(Some(id))).await;
    let findings = answer["greenlight"]["findings"].as_array().unwrap();
    assert!(
        findings.iter().all(|finding| finding["outcome"] == "ok" || finding["check"] == "memory"),
        "{answer:#}"
    );
    assert_eq!(call(&endpoint, "GetDeploymentTarget", input).await, before);
    assert_eq!(ask(&endpoint, id).await, info);
    endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_that_cannot_be_used_is_told_instead_of_plugins_that_are_not_there() {
    let empty = tempfile::tempdir().unwrap();
    let endpoint = endpoint(empty.path(), Duration::from_secs(30)).await;
    let answer = invoke(&endpoint, &event(None)).await;
    let findings = answer["greenlight"]["findings"].as_array().unwrap();
    let suite = of(findings, "suite")[0];
    assert_eq!(suite["outcome"], "failed");
    let sentence = suite["sentence"].as_str().unwrap();
    assert!(sentence.starts_with("every hook will be reported as failed: "), "{suite}");
    assert_eq!(of(findings, "report")[0]["outcome"], "ok");
    endpoint.shutdown().await;
}
