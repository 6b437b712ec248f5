//! Plugins are told what can be found out, and run whatever cannot.

use std::time::{Duration, Instant};

use crate::support::fake::{PUT, error};
use crate::support::{Answer, Fake, Setup, event, plugin};
use serde_json::json;

const CALLS: [&str; 4] =
    ["GetDeployment", "ListDeploymentTargets", "GetDeploymentTarget", "GetApplicationRevision"];

fn suite() -> String {
    [
        plugin("here", "pass", "events = [\"AfterAllowTestTraffic\"]"),
        plugin("elsewhere", "fail", "events = [\"BeforeInstall\"]"),
    ]
    .concat()
}

#[tokio::test]
async fn each_fact_is_asked_for_once_and_later_only_what_changes() {
    let aws = Fake::well().await;
    let hosted = Setup::new(suite(), &aws).host();
    hosted.hook().await.unwrap();
    for call in CALLS {
        assert_eq!(aws.of(call).len(), 1, "{call}");
    }
    let mut next = event();
    next["LifecycleEventHookExecutionId"] = json!("execution-2");
    hosted.handle(next, Duration::from_secs(30)).await.unwrap();
    let again: Vec<usize> = CALLS.iter().map(|call| aws.of(call).len()).collect();
    assert_eq!(again, [1, 1, 2, 1]);
}

#[tokio::test]
async fn missing_permissions_are_named_in_one_line_and_all_plugins_run() {
    let aws = Fake::start(|asked, _| match asked.operation.as_str() {
        PUT => None,
        _ => error(400, "AccessDeniedException", "not authorized"),
    })
    .await;
    let hosted = Setup::new(suite(), &aws).host();
    hosted.hook().await.unwrap();
    let line = hosted.lines.with("plugins are not told all of the deployment");
    let message = line["message"].as_str().unwrap();
    assert!(message.contains("codedeploy:GetDeployment"), "{message}");
    assert!(message.contains("codedeploy:ListDeploymentTargets"), "{message}");
    hosted.lines.with("the lifecycle event is not known, so that all plugins of the suite run");
    assert_eq!(aws.reports(), ["Failed"], "the plugin of another event ran too");
}

#[tokio::test]
async fn context_that_does_not_come_leaves_most_of_the_time_to_the_plugins() {
    let aws = Fake::start(|asked, _| (asked.operation != PUT).then_some(Answer::Hang)).await;
    let hosted = Setup::new(plugin("here", "pass", ""), &aws).host();
    let begun = Instant::now();
    hosted.handle(event(), Duration::from_secs(8)).await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    assert_eq!(aws.reports(), ["Succeeded"]);
}

#[tokio::test]
async fn a_moment_of_throttling_costs_no_fact() {
    let aws = Fake::start(|asked, before| match (asked.operation.as_str(), before) {
        ("GetDeploymentTarget", 0) => error(400, "ThrottlingException", "Rate exceeded"),
        _ => None,
    })
    .await;
    let hosted = Setup::new(suite(), &aws).host();
    hosted.hook().await.unwrap();
    assert_eq!(aws.reports(), ["Succeeded"], "{:#?}", hosted.lines.messages());
}

#[tokio::test]
async fn a_plugin_reaches_the_test_listener_that_the_environment_names_and_nothing_else() {
    let aws = Fake::well().await;
    let mut setup = Setup::new(plugin("probe", "fetch", "grants = [\"{test}\"]"), &aws);
    setup.variables.push(("GREENLIGHT_TEST_URL", aws.url()));
    setup.host().hook().await.unwrap();
    assert_eq!((aws.of("Release").len(), aws.reports()), (1, vec!["Succeeded".to_owned()]));

    let aws = Fake::well().await;
    let mut setup = Setup::new(plugin("probe", "fetch", ""), &aws);
    setup.variables.push(("GREENLIGHT_TEST_URL", aws.url()));
    let hosted = setup.host();
    hosted.hook().await.unwrap();
    assert_eq!((aws.of("Release").len(), aws.reports()), (0, vec!["Failed".to_owned()]));
    let denied: Vec<_> = hosted.lines.all().into_iter().filter(|line| line["kind"] == "denied").collect();
    assert_eq!(denied.len(), 1, "{:#?}", hosted.lines.messages());
    assert_eq!(denied[0]["plugin"], "probe");
}
