//! Many plugins, one verdict.

use crate::support::{Fake, Hosted, Setup, plugin};

async fn ran(tables: &[String]) -> (Hosted, Vec<String>) {
    let aws = Fake::well().await;
    let hosted = Setup::new(tables.concat(), &aws).host();
    hosted.hook().await.unwrap();
    (hosted, aws.reports())
}

#[tokio::test]
async fn one_required_plugin_that_fails_fails_the_hook() {
    let (hosted, reports) = ran(&[plugin("good", "pass", ""), plugin("bad", "fail", "")]).await;
    assert_eq!(reports, ["Failed"]);
    let last = hosted.lines.verdict();
    assert!(last["reason"].as_str().unwrap().starts_with("plugin \"bad\" failed: "), "{last}");
    assert_eq!((&last["runs"], &last["level"]), (&2.into(), &"ERROR".into()));
}

#[tokio::test]
async fn an_advisory_plugin_is_told_of_and_does_not_count() {
    let (hosted, reports) =
        ran(&[plugin("good", "pass", ""), plugin("bad", "fail", "required = false")]).await;
    assert_eq!(reports, ["Succeeded"]);
    let last = hosted.lines.verdict();
    assert!(last["reason"].as_str().unwrap().contains("; advisory only: plugin \"bad\" failed: "), "{last}");
}

#[tokio::test]
async fn a_hook_that_no_plugin_serves_passes_with_a_warning() {
    let (hosted, reports) = ran(&[plugin("other", "fail", "events = [\"BeforeInstall\"]")]).await;
    assert_eq!(reports, ["Succeeded"]);
    let line = hosted.lines.with("; name the event in the suite, or take the hook out of the AppSpec");
    assert_eq!(line["level"], "WARN");
}

#[tokio::test]
async fn a_plugin_that_fails_is_tried_again_as_often_as_its_retries_say() {
    let retries = "retries = { attempts = 2, first-delay = \"10ms\", max-delay = \"15ms\" }";
    let (hosted, reports) = ran(&[plugin("bad", "fail", retries)]).await;
    assert_eq!(reports, ["Failed"]);
    assert_eq!(hosted.lines.verdict()["runs"], 3);
    hosted.lines.with("retry 1 of 2 in 10ms");
    hosted.lines.with("retry 2 of 2 in 15ms");
    let (hosted, _) = ran(&[plugin("good", "pass", retries)]).await;
    assert_eq!(hosted.lines.verdict()["runs"], 1);
}

#[tokio::test]
async fn a_fault_fails_the_hook_unless_the_suite_says_otherwise() {
    let (_, reports) = ran(&[plugin("crashing", "unreachable", "")]).await;
    assert_eq!(reports, ["Failed"]);
    let (hosted, reports) = ran(&[plugin("crashing", "unreachable", "on-fault = \"pass\"")]).await;
    assert_eq!(reports, ["Succeeded"]);
    assert_eq!(hosted.lines.with("the fault counts as passed")["level"], "WARN");
    // A verdict is no fault.
    let (_, reports) = ran(&[plugin("bad", "fail", "on-fault = \"pass\"")]).await;
    assert_eq!(reports, ["Failed"]);
}

#[tokio::test]
async fn plugins_run_side_by_side_as_far_as_the_suite_allows() {
    // Each waits for a second: side by side they take little more, in turn three.
    let sleeping = |name| plugin(name, "sleep", "") + "seconds = 1\n";
    let three = [sleeping("a"), sleeping("b"), sleeping("c")].concat();
    let took = |hosted: &Hosted| hosted.lines.verdict()["Duration"].as_f64().unwrap();
    let (together, _) = ran(std::slice::from_ref(&three)).await;
    let (alone, _) = ran(&["concurrency = 1\n".to_owned(), three]).await;
    assert!(took(&alone) >= 3000.0, "{}", took(&alone));
    assert!(took(&together) < took(&alone) - 1000.0, "{} {}", took(&together), took(&alone));
}

#[tokio::test]
async fn what_a_plugin_says_is_marked_and_cleaned() {
    let (hosted, _) = ran(&[plugin("loud", "control-chars", "")]).await;
    let said: Vec<_> = hosted.lines.all().into_iter().filter(|line| line.get("source").is_some()).collect();
    assert!(!said.is_empty(), "{:#?}", hosted.lines.messages());
    for line in said {
        assert_eq!(line["plugin"], "loud", "{line}");
        assert_eq!(line["deployment"], "d-1NNWZG91L", "{line}");
        assert!(!line["message"].as_str().unwrap().chars().any(char::is_control), "{line}");
    }
}
