//! Each guest example passes a good release and fails one that is as broken as it looks for, in a rehearsal.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use greenlight_tests::Project;
use greenlight_tests::programs::example;

/// The first rehearsal of a plugin of 15 MB compiles it, unless whoever built it did.
const DEADLINE: Duration = Duration::from_secs(300);

const HOOK: &str = "hooks.CodeDeployHook_smoke";

/// The demo with an example as its validation test, and a new release that gets these options.
fn with(plugin: &str, green: &[&str], config: &[(&str, &str)]) -> Project {
    let mut project = Project::with_green(green)
        .without(HOOK)
        .hook("CodeDeployHook_smoke", &example(plugin))
        .set(&format!("{HOOK}.grants.http"), vec!["{test}", "{production}"]);
    for (key, value) in config {
        project = project.set(&format!("{HOOK}.config.{key}"), *value);
    }
    project
}

async fn passes(project: Project) {
    let ended = project.rehearse().with_deadline(DEADLINE).run().await.expect(0).await;
    assert_eq!(ended.stderr, "");
}

/// The reason with which the rehearsal is rolled back.
async fn fails(project: Project) -> String {
    let ended = project.rehearse().with_deadline(DEADLINE).run().await.expect(3).await;
    ended.last_line().strip_prefix("reason: ").unwrap().to_owned()
}

#[tokio::test]
async fn the_c_plugin_holds_each_path_to_its_status() {
    passes(with("c_paths", &[], &[("paths", "/health, /version, /nowhere=404")])).await;
    let reason =
        fails(with("c_paths", &["--broken", "status"], &[("paths", "/health,/version,/nowhere")])).await;
    assert_eq!(reason, "/version answered 500, expected 200; /nowhere answered 404, expected 200");
}

#[tokio::test]
async fn the_c_plugin_refuses_a_list_that_is_none() {
    let reason = fails(with("c_paths", &[], &[("paths", "/health=ok")])).await;
    assert_eq!(reason, "config key `paths` has `/health=ok`, expected `/path` or `/path=status`");
}

#[tokio::test]
async fn the_go_plugin_holds_the_answer_to_its_schema() {
    passes(with("go_schema", &[], &[])).await;
    let reason = fails(with("go_schema", &["--broken", "body"], &[])).await;
    assert_eq!(reason, "GET /version breaks the schema: the answer has no field \"version\"");
    let schema = r#"{"properties": {"version": {"enum": ["3"]}}, "additionalProperties": false}"#;
    let reason = fails(with("go_schema", &[], &[("schema", schema)])).await;
    assert_eq!(
        reason,
        "GET /version breaks the schema: the answer has a field \"service\" that the schema does not have; the \
         answer.version is 2, expected one of [3]"
    );
}

#[tokio::test]
async fn the_javascript_plugin_logs_in_and_out() {
    passes(with("js_login", &[], &[("password", "demo")])).await;
    let reason = fails(with("js_login", &[], &[("password", "stale")])).await;
    assert_eq!(reason, "login: POST /login answered 401, expected 200");
    let reason = fails(with("js_login", &["--broken", "login"], &[("password", "demo")])).await;
    assert_eq!(reason, "login: POST /login answered 200 without a cookie");
}

#[tokio::test]
async fn the_python_plugin_compares_blue_and_green() {
    // How fast they answer says more about the machine.
    let config = [("slack_ms", "5000"), ("requests", "5")];
    passes(with("python_compare", &[], &config)).await;
    let reason = fails(with("python_compare", &["--broken", "status"], &config)).await;
    assert_eq!(reason, "5 of 5 requests to /version were answered with another status, such as 500 for 200");
    let reason = fails(with("python_compare", &["--broken", "body"], &config)).await;
    assert!(reason.starts_with("5 of 5 answers to /version differ, such as {\"commit\":null,"), "{reason}");
}

#[tokio::test]
async fn the_python_plugin_fails_a_slow_release() {
    let config = [("requests", "5"), ("slack_ms", "200"), ("max_slowdown_percent", "50")];
    let reason = fails(with("python_compare", &["--broken", "slow", "--slow-by", "2s"], &config)).await;
    assert!(reason.starts_with("the median of green is 20"), "{reason}");
}

#[tokio::test]
async fn the_zig_plugin_requires_what_must_be_known() {
    passes(with("zig_attributes", &[], &[("require", "application, group=demo-web")])).await;
    let reason = fails(with("zig_attributes", &[], &[("require", "group=shop-web")])).await;
    assert_eq!(reason, "group is demo-web, expected shop-web");
    let reason = fails(with("zig_attributes", &[], &[("require", "ticket")])).await;
    assert_eq!(
        reason,
        "this deployment does not say its ticket; add it, or take it out of the config key `require`"
    );
}

#[tokio::test]
async fn the_assemblyscript_plugin_holds_deployments_to_a_window() {
    passes(with("assemblyscript_window", &[], &[("windows", "mon-sun 00:00-24:00")])).await;
    // Three days from now, so that midnight may come in between. The first day of 1970 was a Thursday.
    let days = ["thu", "fri", "sat", "sun", "mon", "tue", "wed"];
    let today = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() / 86_400;
    let other = usize::try_from((today + 3) % 7).unwrap();
    let window = format!("{} 08:00-17:00", days[other]);
    let reason = fails(with("assemblyscript_window", &[], &[("windows", &window)])).await;
    assert!(reason.starts_with("now, "), "{reason}");
    assert!(reason.ends_with(&format!(", is outside of the change windows {window}")), "{reason}");
    let reason = fails(with("assemblyscript_window", &[], &[("windows", "never")])).await;
    assert_eq!(reason, "config key `windows` has `never`, expected such as mon-fri 09:00-16:30");
}
