//! The exit status says how it ended: 0, 2, 3, 4. Faults of the command itself (1) cannot be ordered.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use greenlight_tests::{Greenlight, Project};

#[tokio::test]
async fn it_is_0_when_the_new_release_serves() {
    Project::new().rehearse().run().await.expect(0).await;
}

#[tokio::test]
async fn it_is_2_for_a_project_that_is_wrong() {
    Project::new().set("clock", "fast").rehearse().run().await.expect(2).await;
}

#[tokio::test]
async fn it_is_3_after_a_failure_that_was_rolled_back() {
    Project::with_fault("fail").rehearse().run().await.expect(3).await;
}

#[tokio::test]
async fn it_is_4_after_a_failure_when_no_rollback_is_configured() {
    let project = Project::with_fault("fail").without("rollback");
    let ended = project.rehearse().run().await.expect(4).await;
    let last_two: Vec<&str> = ended.stdout.lines().rev().take(2).collect();
    assert_eq!(last_two, ["reason: as it was told", "failed and not rolled back, blue serves"]);

    let events = project.rehearse().start().finish().await.expect(4).await.events();
    assert!(events.iter().all(|event| event.kind() != "rollback"));
    let finished = events.last().unwrap();
    assert!(
        finished.is("finished", &[("rolled-back", "false"), ("rollback", "null"), ("outcome", "failed")])
    );
}

#[tokio::test]
async fn it_is_4_when_only_other_things_are_rolled_back() {
    let project = Project::with_fault("fail").set("rollback.events", vec!["DEPLOYMENT_STOP_ON_REQUEST"]);
    project.rehearse().run().await.expect(4).await;
}

#[tokio::test]
async fn it_is_2_for_arguments_that_are_wrong() {
    for arguments in ["rehearse --format yaml", "rehearse --clock", "rehearse a b", "launch", "appspec check"]
    {
        let ended = Greenlight::new().args(arguments).run().await;
        assert_eq!(ended.status, Some(2), "{arguments}: {}", ended.stderr);
        assert!(ended.stderr.contains("Usage:") || ended.stderr.contains("--help"), "{}", ended.stderr);
    }
}
