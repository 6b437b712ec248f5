//! The demo's own project files do what their names say, with their own clock.

use greenlight_tests::{Ended, Project};

async fn rehearse(file: &str, max_latency: &str, status: i32) -> Ended {
    let latency = "hooks.CodeDeployHook_smoke.config.max_latency";
    let project = Project::of_demo(file).set(latency, max_latency);
    project.rehearse().run().await.expect(status).await
}

#[tokio::test]
async fn good_goes_live() {
    let ended = rehearse("good.toml", "5s", 0).await;
    assert_eq!(ended.last_line(), "succeeded, green serves");
}

#[tokio::test]
async fn the_bad_ones_are_rolled_back_for_what_is_bad_about_them() {
    for (file, max_latency, reason) in [
        ("bad-status.toml", "5s", "reason: version: GET /version answered 500 "),
        // The plugin's own default, which the file relies on.
        ("bad-slow.toml", "250ms", "reason: latency: GET /version took "),
        ("bad-body.toml", "5s", "reason: body: GET /version answered a body without `version`"),
    ] {
        let ended = rehearse(file, max_latency, 3).await;
        assert!(ended.last_line().starts_with(reason), "{file}: {}", ended.last_line());
        assert!(ended.stdout.contains("\nfailed and rolled back, blue serves\n"), "{file}: {}", ended.stdout);
    }
}
