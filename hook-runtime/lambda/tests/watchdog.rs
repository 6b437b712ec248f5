//! A host that is stuck or broken reports too.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::support::{Fake, Setup, event, plugin};

#[tokio::test]
async fn a_host_whose_thread_is_stuck_reports_failed_before_lambda_ends_it() {
    let aws = Fake::well().await;
    let (release, stuck) = mpsc::channel::<()>();
    let stuck = std::sync::Mutex::new(stuck);
    // The executor has one thread, and this keeps it busy until the watchdog has spoken.
    let hosted = Setup::new(plugin("smoke", "checks-then-trap", ""), &aws).with_sink(move |line| {
        if line.contains("the watchdog reported") {
            release.send(()).unwrap();
        } else if line.contains("about to crash") {
            stuck.lock().unwrap().recv_timeout(Duration::from_secs(30)).unwrap();
        }
    });
    let begun = Instant::now();
    let answer = hosted.handle(event(), Duration::from_secs(2)).await.unwrap();
    assert_eq!(answer["status"], "Failed");
    assert_eq!(aws.reports(), ["Failed"]);
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    hosted.lines.with("the watchdog reported Failed, for the hook did not do so in time");
}

#[tokio::test]
async fn a_panic_of_the_host_is_reported_as_failed() {
    let aws = Fake::start(|asked, _| match asked.operation.as_str() {
        "GetDeployment" => crate::support::fake::error(400, "AccessDeniedException", ""),
        _ => None,
    })
    .await;
    let hosted = Setup::new(plugin("smoke", "pass", ""), &aws).with_sink(|line| {
        assert!(!line.contains("plugins are not told all"), "a bug of the host");
    });
    assert_eq!(hosted.hook().await.unwrap()["status"], "Failed");
    assert_eq!(aws.reports(), ["Failed"]);
    let last = hosted.lines.verdict();
    let reason = last["reason"].as_str().unwrap();
    assert_eq!(reason, "the host itself failed: a bug of the host; please report it");
}
