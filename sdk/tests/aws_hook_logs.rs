//! What hook functions write to CloudWatch Logs is among a deployment's events, and their reason in its outcome.

use greenlight::aws::CodeDeploy;
use greenlight::local::{HookAnswer, HookCall, LocalClock};
use greenlight_core::{Clock as _, HookEvent, Outcome};
use serde_json::json;

use crate::aws_support::{
    Driven, Failure, FakeLogs, Proxy, START, Shop, Weather, follow, lines, request, start,
};
use crate::local_support::{Hook, assert_text};

/// A pipeline that reads logs, and drives the time of a shop whose function `judge` does this.
async fn shop_with(
    logs: &FakeLogs,
    judge: impl Fn(&HookCall, &LocalClock) -> HookAnswer + Send + Sync + 'static,
) -> (Shop, Proxy, CodeDeploy) {
    let clock = LocalClock::manual_from(START);
    let hooks = clock.clone();
    let hook = Hook::new(move |call| {
        let answer = judge(&call, &hooks);
        async move { answer }
    });
    let shop = Shop::at(clock, json!({}), |builder| builder.with_hook("judge", hook)).await;
    let proxy = Proxy::with_logs(shop.endpoint.addr(), Weather::default(), logs.clone()).await;
    let pipeline = reading(&shop, &proxy).await;
    (shop, proxy, pipeline)
}

async fn reading(shop: &Shop, proxy: &Proxy) -> CodeDeploy {
    let driven = Driven::new(shop.clock.clone(), shop.client.clone());
    let connection = crate::aws_support::connection(&proxy.url()).await;
    CodeDeploy::builder(connection.config()).with_seed(1).with_clock(driven).build()
}

/// What is told from the invocation of the hook to the end of its lifecycle event, without times.
fn hook_lines(events: &[greenlight_core::DeploymentEvent]) -> String {
    let lines: Vec<String> =
        lines(events).iter().map(|line| line.split_once(' ').unwrap().1.to_owned()).collect();
    let from = lines.iter().position(|line| line.starts_with("hook judge Invoked")).unwrap();
    let to = lines.iter().rposition(|line| line.starts_with("hook judge")).unwrap();
    lines[from..=to].join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_of_the_lambda_host_are_told_as_checks_metrics_and_logs_with_the_hooks_own_reason() {
    let logs = FakeLogs::default();
    let writer = logs.clone();
    let (shop, proxy, pipeline) = shop_with(&logs, move |call, clock| {
        let now = clock.now();
        let plugin = json!({ "source": "plugin" });
        let check = json!({ "source": "plugin", "kind": "check", "outcome": "fail", "level": "ERROR" });
        let metric =
            json!({ "source": "plugin", "kind": "metric", "metric": "p99", "value": 12.5, "unit": "Milliseconds" });
        let verdict = json!({ "kind": "verdict", "verdict": "Failed", "reason": "version: it is 41" });
        writer.write_json(call, now, "1 plugin to ask", json!({}));
        writer.write_json(call, now, "looking at /version", plugin);
        writer.write_json(call, now, "fail: version: it is 41", check);
        writer.write_json(call, now, "p99: 12.5 Milliseconds", metric);
        writer.write(call.function.name(), now, r#"{"message":"of another one","deployment":"d-OTHER0000"}"#);
        writer.write_json(call, now, "Failed at AfterInstall: version: it is 41; reported", verdict);
        HookAnswer::Failed { reason: "told to nobody".to_owned() }
    })
    .await;
    let id = start(&pipeline, &request(1, &[("AfterInstall", "judge")])).await;
    let (events, outcome) = follow(&pipeline, &id).await;
    let expected = "\
hook judge Invoked 1
log info: looking at /version
check version: it is 41
metric p99: 12.5 Milliseconds
hook judge Failed: version: it is 41";
    assert_text(&hook_lines(&events), expected);
    let Outcome { reason, .. } = outcome;
    assert_eq!(reason.as_deref(), Some("version: it is 41"));

    let all = pipeline.logs(&id, HookEvent::AfterInstall).await.unwrap();
    let texts: Vec<&str> = all.iter().map(|line| line.text.as_str()).collect();
    assert_eq!((texts.len(), texts[0]), (5, "1 plugin to ask"), "{texts:?}");
    assert!(pipeline.logs(&id, HookEvent::BeforeInstall).await.unwrap().is_empty());

    let (late, _) = follow(&reading(&shop, &proxy).await, &id).await;
    assert_eq!(late, events);
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_of_any_function_that_name_the_deployment_are_told_as_they_are() {
    let logs = FakeLogs::default();
    let writer = logs.clone();
    let (_shop, _proxy, pipeline) = shop_with(&logs, move |call, clock| {
        let id = &call.execution.deployment;
        writer.write(call.function.name(), clock.now(), &format!("checking {id}\n"));
        writer.write(call.function.name(), clock.now(), "a line that names nothing\n");
        HookAnswer::Succeeded
    })
    .await;
    let id = start(&pipeline, &request(1, &[("AfterInstall", "judge")])).await;
    let (events, _) = follow(&pipeline, &id).await;
    assert_text(
        &hook_lines(&events),
        &format!("hook judge Invoked 1\nlog info: checking {id}\nhook judge Succeeded"),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_line_names_the_deployment_its_time_is_what_finds_them() {
    let logs = FakeLogs::default();
    let writer = logs.clone();
    let (_shop, _proxy, pipeline) = shop_with(&logs, move |call, clock| {
        writer.write(call.function.name(), clock.now(), "a line that names nothing\n");
        HookAnswer::Succeeded
    })
    .await;
    logs.write("judge", greenlight_core::Timestamp::from_millis(START.as_millis() - 60_000), "of yesterday");
    let id = start(&pipeline, &request(1, &[("AfterInstall", "judge")])).await;
    let (events, _) = follow(&pipeline, &id).await;
    assert_text(&hook_lines(&events), "hook judge Invoked 1\nhook judge Succeeded");
    let all = pipeline.logs(&id, HookEvent::AfterInstall).await.unwrap();
    let texts: Vec<&str> = all.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(texts, ["a line that names nothing"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_that_may_not_be_read_cost_one_warning_and_no_watch() {
    for (failure, why) in [
        (
            Failure::Denied,
            "the log /aws/lambda/judge cannot be read: AccessDeniedException: User: arn:aws:iam::1:user/me is not authorized to perform: logs:FilterLogEvents; allow logs:FilterLogEvents on it",
        ),
        (
            Failure::Unreachable,
            "the rest of this function's log cannot be read now: connection closed before message completed",
        ),
    ] {
        let logs = FakeLogs::failing(failure);
        let (_shop, _proxy, pipeline) = shop_with(&logs, |_, _| HookAnswer::Succeeded).await;
        let id = start(&pipeline, &request(1, &[("AfterInstall", "judge")])).await;
        let (events, outcome) = follow(&pipeline, &id).await;
        let expected = format!("hook judge Invoked 1\nlog warn: {why}\nhook judge Succeeded");
        assert_text(&hook_lines(&events), &expected);
        assert_eq!(outcome.to_string(), "succeeded, green serves");
    }
}
