//! What a plan says of checks that it could not make.

use greenlight_core::finding::Severity;
use serde_json::json;

use crate::aws_plan_support::{Answer, Cases, Ground, cbor_error, json_error, text, xml_error};
use crate::local_support::assert_golden;

/// Calls of services that speak XML.
const XML: [&str; 3] = ["DescribeTargetGroups", "DescribeRules", "SimulatePrincipalPolicy"];

/// Refuses every call that a plan makes.
fn refused(name: &str, code: &str) -> Option<Answer> {
    let message = format!("User: arn:aws:iam::123456789012:user/me is not authorized: {name}.");
    Some(match name {
        "DescribeAlarms" => cbor_error(400, code, &message),
        name if XML.contains(&name) => xml_error(403, code, &message),
        _ => json_error(400, code, &message),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_permitted_is_a_note_that_names_the_permission_beside_moto() {
    let ground = Ground::new().await;
    ground
        .group(json!({ "alarmConfiguration": { "enabled": true, "alarms": [{ "name": "errors" }] } }))
        .await;
    let mut cases = Cases::default();
    let own = ["GetApplication", "GetDeploymentGroup", "ListDeployments"];
    ground
        .disturb(move |name| if own.contains(&name) { None } else { refused(name, "AccessDeniedException") });
    let plan = ground.plan(&ground.appspec).await;
    assert!(plan.can_start() && plan.budget.is_some());
    assert!(plan.findings.iter().all(|finding| finding.severity == Severity::Note));
    cases.add("CodeDeploy alone may be asked", &text(&plan));
    ground.disturb(|name| refused(name, "AccessDeniedException"));
    let plan = ground.plan(&ground.appspec).await;
    assert!(plan.can_start());
    cases.add("nothing may be asked", &text(&plan));
    ground.disturb(
        |name| if name == "ListDeployments" { refused(name, "AccessDeniedException") } else { None },
    );
    cases.add(
        "deployments may not be listed",
        &ground.findings_with("ContainerPort: 80", "ContainerPort: 81").await,
    );
    assert_golden("aws-plan-not-permitted.txt", cases.as_str());
    ground.account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_refuses_is_a_note_with_what_it_said_beside_moto() {
    let ground = Ground::new().await;
    let own = ["GetApplication", "GetDeploymentGroup", "ListDeployments"];
    ground.disturb(
        move |name| if own.contains(&name) { None } else { refused(name, "UnrecognizedClientException") },
    );
    let plan = ground.plan(&ground.appspec).await;
    assert!(plan.can_start());
    assert_golden("aws-plan-not-made.txt", &text(&plan));
    ground.account.endpoint.shutdown().await;
}
