//! What hook functions write to CloudWatch Logs is among a deployment's events, and their reason in its outcome.

use std::time::Duration;

use greenlight::aws::{CodeDeploy, RequestBudget};
use greenlight::local::{HookAnswer, HookCall, LocalClock};
use greenlight_core::{
    Clock as _, Cursor, DeploymentId, DeploymentPipeline as _, EventKind, HookEvent, Outcome,
};
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

/// The text of all lines that are told.
fn hook_log(events: &[greenlight_core::DeploymentEvent]) -> Vec<String> {
    let text = |event: &greenlight_core::DeploymentEvent| match &event.kind {
        EventKind::HookLog { text, .. } => Some(text.clone()),
        _ => None,
    };
    events.iter().filter_map(text).collect()
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

/// A deployment whose hook was invoked and does not end, and a pipeline that looks at it and waits only for its logs.
async fn looking(logs: &FakeLogs) -> (Shop, Proxy, CodeDeploy, DeploymentId) {
    let (shop, proxy, pipeline) = shop_with(logs, |_, _| HookAnswer::WillReport).await;
    let id = start(&pipeline, &request(1, &[("AfterInstall", "judge")])).await;
    let mut cursor = Cursor::start();
    loop {
        let page = pipeline.events(&id, &cursor).await.unwrap();
        if page.events.iter().any(|event| matches!(event.kind, EventKind::Hook { .. })) {
            break;
        }
        cursor = page.next;
    }
    let driven = Driven::new(shop.clock.clone(), shop.client.clone());
    let connection = crate::aws_support::connection(&proxy.url()).await;
    let builder = CodeDeploy::builder(connection.config()).with_seed(1).with_clock(driven);
    let pipeline = builder.with_budget(RequestBudget::per_minute(60_000).with_burst(1000)).build();
    (shop, proxy, pipeline, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_that_are_throttled_or_endless_hold_up_no_look_at_a_deployment() {
    for failure in [Failure::Throttled, Failure::Endless] {
        let logs = FakeLogs::default();
        let (shop, _proxy, pipeline, id) = looking(&logs).await;
        logs.fail(failure);
        for look in 0..20 {
            let began = shop.clock.now();
            pipeline.describe(&id).await.unwrap();
            let took = shop.clock.now().since(began);
            assert!(took <= Duration::from_secs(4), "{failure:?}: look {look} took {took:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_that_say_nothing_are_waited_for_less_long_than_other_answers() {
    let logs = FakeLogs::default();
    let (_shop, _proxy, pipeline, id) = looking(&logs).await;
    logs.fail(Failure::Silent);
    // Three seconds, which are real; other answers are waited for ten seconds here.
    let looked = tokio::time::timeout(Duration::from_secs(8), pipeline.describe(&id)).await;
    assert_eq!(looked.expect("it was waited for the log").unwrap().id, id);
}

/// Twenty-five pages.
const LONG: usize = 50;

#[tokio::test(flavor = "multi_thread")]
async fn a_long_log_is_told_and_given_to_its_end() {
    let logs = FakeLogs::default();
    let writer = logs.clone();
    let (shop, proxy, pipeline) = shop_with(&logs, move |call, clock| {
        let id = &call.execution.deployment;
        for number in 0..LONG {
            let time = clock.now() + Duration::from_millis(number.try_into().unwrap());
            writer.write(call.function.name(), time, &format!("{number} of {id}"));
        }
        HookAnswer::Succeeded
    })
    .await;
    let id = start(&pipeline, &request(1, &[("AfterInstall", "judge")])).await;
    let (events, _) = follow(&pipeline, &id).await;
    let written: Vec<String> = (0..LONG).map(|number| format!("{number} of {id}")).collect();
    assert_eq!(hook_log(&events), written);
    let (late, _) = follow(&reading(&shop, &proxy).await, &id).await;
    assert_eq!(late, events);
    for pipeline in [pipeline, reading(&shop, &proxy).await] {
        let all = pipeline.logs(&id, HookEvent::AfterInstall).await.unwrap();
        assert_eq!(all.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), written);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_whose_token_is_refused_later_begins_again_and_tells_nothing_twice() {
    let logs = FakeLogs::default();
    let (shop, _proxy, pipeline, id) = looking(&logs).await;
    let written: Vec<String> = (0..LONG).map(|number| format!("{number} of {id}")).collect();
    for line in &written {
        logs.write("judge", shop.clock.now(), line);
    }
    pipeline.describe(&id).await.unwrap();
    let told = hook_log(&pipeline.events(&id, &Cursor::start()).await.unwrap().events);
    assert!(!told.is_empty() && told.len() < LONG, "it was read at once: {told:?}");
    logs.refuse_a_token();
    for _ in 0..12 {
        pipeline.describe(&id).await.unwrap();
    }
    let told = hook_log(&pipeline.events(&id, &Cursor::start()).await.unwrap().events);
    assert_eq!(told, written);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_cannot_be_read_to_its_end_in_time_is_told_to_be_cut() {
    let logs = FakeLogs::failing(Failure::Endless);
    let (_shop, _proxy, pipeline) = shop_with(&logs, |_, _| HookAnswer::Succeeded).await;
    let id = start(&pipeline, &request(1, &[("AfterInstall", "judge")])).await;
    let (events, outcome) = follow(&pipeline, &id).await;
    let why = "the rest of this function's log cannot be read now: there is more than can be read in time";
    assert_text(
        &hook_lines(&events),
        &format!("hook judge Invoked 1\nlog warn: {why}\nhook judge Succeeded"),
    );
    assert_eq!(outcome.to_string(), "succeeded, green serves");
    let all = pipeline.logs(&id, HookEvent::AfterInstall).await.unwrap();
    let all: Vec<_> = all.iter().map(|line| (line.level.as_str(), line.text.as_str())).collect();
    assert_eq!(all, [("warn", why)]);
}
