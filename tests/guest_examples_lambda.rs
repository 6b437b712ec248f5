//! Each guest example runs in the Lambda host: as the hook function of a deployment it passes a good release, and stops one that is as
//! broken as it looks for.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use aws_sdk_codedeploy::types::{DeploymentInfo, DeploymentStatus, ErrorCode};
use greenlight_tests::codedeploy::{codedeploy, deploy, ecs_appspec, info_when};
use greenlight_tests::{Endpoint, Project, eventually, function_folder, programs};
use tempfile::TempDir;

const FUNCTION: &str = "CodeDeployHook_smoke";
const EVENT: &str = "AfterAllowTestTraffic";
const HOOK: &str = "hooks.CodeDeployHook_smoke";

/// A function with the Lambda host and one plugin.
struct Function(TempDir);

impl Function {
    /// Packs the example. `config` is the plugin's, as TOML.
    async fn with(plugin: &str, config: &str) -> Self {
        let settings = format!(
            "events = [\"{EVENT}\"]\ngrants = [\"{{test}}\", \"{{production}}\"]\nconfig = {{ {config} }}"
        );
        Self(function_folder(&programs::example(plugin), &settings).await)
    }

    /// Deploys, at an endpoint with real task sets, a release of the demo service that gets these options.
    async fn deploy(&self, green: &[&str]) -> (DeploymentInfo, Endpoint) {
        let project = Project::with_green(green).without(HOOK).without("deployment.config").without("clock");
        let urls = [project.test(), project.production()].map(|listener| format!("http://{listener}"));
        let project = project
            .set("deployment.termination-wait", "0s")
            .set(&format!("{HOOK}.runtime"), "provided")
            .set(&format!("{HOOK}.code"), self.0.path().display().to_string())
            .set(&format!("{HOOK}.command"), vec![programs::bootstrap().display().to_string()])
            .set(&format!("{HOOK}.timeout"), "60s")
            .set(&format!("{HOOK}.env.GREENLIGHT_TEST_URL"), urls[0].clone())
            .set(&format!("{HOOK}.env.GREENLIGHT_PRODUCTION_URL"), urls[1].clone());
        let mut endpoint = Endpoint::new("real").project(&project.file());
        endpoint.start().await;
        let client = codedeploy(endpoint.url());
        let id = deploy(&client, "demo", "demo-web", &ecs_appspec(1, &[(EVENT, FUNCTION)])).await;
        let ended = |info: &DeploymentInfo| info.complete_time.is_some();
        let info = info_when(&client, &id, &format!("it ends; {endpoint:?}"), ended).await;
        (info, endpoint)
    }

    async fn passes(&self, green: &[&str]) {
        let (info, endpoint) = self.deploy(green).await;
        assert_eq!(info.status(), Some(&DeploymentStatus::Succeeded), "{info:?}\n{endpoint:?}");
    }

    /// The release is stopped, and the function's log says why.
    async fn fails(&self, green: &[&str], reason: &str) {
        let (info, endpoint) = self.deploy(green).await;
        assert_eq!(info.status(), Some(&DeploymentStatus::Failed), "{info:?}\n{endpoint:?}");
        assert_eq!(info.error_information().unwrap().code(), Some(&ErrorCode::HookExecutionFailure));
        // CodeDeploy has the report a moment before the function says so.
        let reason = format!("plugin \\\"check\\\" failed: {reason}");
        eventually(&format!("the log says {reason}; {endpoint:?}"), || endpoint.stderr().contains(&reason))
            .await;
    }
}

#[tokio::test]
async fn the_rust_plugin_judges_releases_in_the_lambda_host() {
    // How fast the service answers says more about the machine.
    let config = "expected_version = \"2\", max_latency = \"5s\", timeout = \"10s\"";
    let function = Function::with("rust_smoke", config).await;
    function.passes(&[]).await;
    let reason = "version: GET /version answered 500 in 10 of 10 requests, expected 200";
    function.fails(&["--broken", "status"], reason).await;
}

#[tokio::test]
async fn the_c_plugin_judges_releases_in_the_lambda_host() {
    let function = Function::with("c_paths", "paths = \"/health, /version\"").await;
    function.passes(&[]).await;
    function.fails(&["--broken", "status"], "/version answered 500, expected 200").await;
}

#[tokio::test]
async fn the_go_plugin_judges_releases_in_the_lambda_host() {
    let function = Function::with("go_schema", "").await;
    function.passes(&[]).await;
    function.fails(&["--broken", "body"], "GET /version breaks the schema: the answer has no field ").await;
}

#[tokio::test]
async fn the_javascript_plugin_judges_releases_in_the_lambda_host() {
    let function = Function::with("js_login", "password = \"demo\"").await;
    function.passes(&[]).await;
    function.fails(&["--broken", "login"], "login: POST /login answered 200 without a cookie").await;
}

#[tokio::test]
async fn the_python_plugin_judges_releases_in_the_lambda_host() {
    let function = Function::with("python_compare", "requests = \"5\", slack_ms = \"5000\"").await;
    function.passes(&[]).await;
    let reason = "5 of 5 requests to /version were answered with another status, such as 500 for 200";
    function.fails(&["--broken", "status"], reason).await;
}

#[tokio::test]
async fn the_assemblyscript_plugin_judges_deployments_in_the_lambda_host() {
    let of = |windows: &'static str| async move {
        Function::with("assemblyscript_window", &format!("windows = \"{windows}\"")).await
    };
    of("mon-sun 00:00-24:00").await.passes(&[]).await;
    let reason = "config key `windows` has `never`, expected such as mon-fri 09:00-16:30";
    of("never").await.fails(&[], reason).await;
}

#[tokio::test]
async fn the_zig_plugin_judges_deployments_in_the_lambda_host() {
    let of = |names: &'static str| async move {
        Function::with("zig_attributes", &format!("require = \"{names}\"")).await
    };
    of("application, group=demo-web").await.passes(&[]).await;
    of("group=shop-web").await.fails(&[], "group is demo-web, expected shop-web").await;
}
