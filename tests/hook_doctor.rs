//! `greenlight hook doctor` says what a deployed function lacks, offline against the endpoint as against AWS.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;
use std::io::Cursor;
use std::path::Path;

use greenlight_tests::programs::{bootstrap, rust_smoke};
use greenlight_tests::{Ended, Endpoint, FakeService, Greenlight, client, programs, without_aws};
use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};
use tempfile::TempDir;
use zip::ZipArchive;

const FUNCTION: &str = "CodeDeployHook_check";

/// Asks at this URL, with these further arguments.
async fn doctor(url: &str, arguments: &str) -> Ended {
    let call =
        without_aws().args("hook doctor").arg(FUNCTION).args("--endpoint-url").arg(url).args(arguments);
    call.run().await
}

/// What is said to people, without ports.
fn text(ended: &Ended, url: &str) -> String {
    assert_eq!(ended.stderr, "");
    ended.stdout.replace(url, "[URL]")
}

/// An endpoint with one function: its table in the project file but for the name.
async fn endpoint_with(folder: &Path, function: &str) -> Endpoint {
    let project = folder.join("greenlight.toml");
    fs::write(&project, format!("[hooks.{FUNCTION}]\n{function}\n")).unwrap();
    let mut endpoint = Endpoint::new("real").project(&project);
    endpoint.start().await;
    endpoint
}

/// A bundle in `folder/bundle`, run by the built host, as a table of a project file.
async fn packed(folder: &TempDir) -> String {
    let path = |name: &str| folder.path().join(name);
    let suite =
        "[[plugins]]\nname = \"smoke\"\nplugin = \"smoke.wasm\"\ntimeout = \"20s\"\ngrants = [\"{test}\"]\n";
    fs::create_dir(path("suite")).unwrap();
    fs::write(path("suite/greenlight.toml"), suite).unwrap();
    fs::copy(rust_smoke(), path("suite/smoke.wasm")).unwrap();
    let arch = if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" };
    // What packing looks at; the real one is run in its place.
    fs::write(path("host"), programs::head_of_a_host(arch)).unwrap();
    let pack = format!("hook pack suite --target {arch} --host host --output bundle.zip");
    Greenlight::new().args(&pack).in_folder(folder.path()).run().await.expect(0).await;
    let zip = Cursor::new(fs::read(path("bundle.zip")).unwrap());
    ZipArchive::new(zip).unwrap().extract(path("bundle")).unwrap();
    format!(
        "runtime = \"provided\"\ncode = \"bundle\"\ncommand = [{:?}]\ntimeout = \"30s\"",
        bootstrap().display().to_string()
    )
}

#[tokio::test]
async fn a_function_that_lacks_nothing_at_the_endpoint_is_told_so() {
    let (folder, release) = (TempDir::new().unwrap(), FakeService::start(|_| (200, json!({}))).await);
    let table = packed(&folder).await;
    let env = format!("env = {{ GREENLIGHT_TEST_URL = \"{}\" }}", release.url());
    let endpoint = endpoint_with(folder.path(), &format!("{table}\n{env}")).await;
    let ended = doctor(endpoint.url(), "").await.expect(0).await;
    let text = text(&ended, endpoint.url()).replace(&release.url(), "[RELEASE]");
    let text = text.replace(release.url().trim_start_matches("http://"), "[ADDRESS]");
    let text = text.replace(&folder.path().display().to_string(), "[DIR]");
    // Some of the function's time has passed when it is looked at.
    let (before, rest) = text.split_once("its timeout leaves ").unwrap();
    let (left, after) = rest.split_once(" s for").unwrap();
    let left: f64 = left.parse().unwrap();
    assert!((20.0..=25.0).contains(&left), "{left}");
    assert_data_eq!(
        format!("{before}its timeout leaves [LEFT] s for{after}"),
        str![[r#"
CodeDeployHook_check at [URL]: 12 ok
ok       invoke       CodeDeployHook_check: you may invoke it, and it is the Lambda host 0.1.0
ok       suite        [DIR]/bundle/greenlight.toml: its plugins are mapped: smoke
ok       time         the function: its timeout leaves [LEFT] s for plugins, and none may take longer
ok       memory       the function: its 128 MB hold all that its plugins may use
ok       name         CodeDeployHook_check: the policies that AWS manages let CodeDeploy invoke a function of this name
ok       report       codedeploy:PutLifecycleEventHookExecutionStatus: the role may report
ok       context      codedeploy:GetDeployment: the role may read it, and plugins are told
ok       context      codedeploy:GetApplicationRevision: the role may read it, and plugins are told
ok       context      codedeploy:ListDeploymentTargets: the role may read it, and plugins are told
ok       context      codedeploy:GetDeploymentTarget: the role may read it, and plugins are told
ok       hand-over    lambda:InvokeFunction: the function may invoke itself, and plugins that are not sure can be asked again
ok       network      smoke: {test}: [RELEASE] accepts connections, at [ADDRESS]

"#]]
    );
    assert!(release.asked().is_empty(), "something was sent: {release:?}");
}

#[tokio::test]
async fn what_is_missing_at_the_endpoint_is_named_with_its_fix() {
    let folder = TempDir::new().unwrap();
    let table = packed(&folder).await;
    let endpoint = endpoint_with(folder.path(), &table).await;
    let ended = doctor(endpoint.url(), "--deployment d-1NNWZG91L --format json").await.expect(3).await;
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    let bad: Vec<_> =
        report["findings"].as_array().unwrap().iter().filter(|finding| finding["outcome"] != "ok").collect();
    assert_eq!(bad.len(), 2, "{bad:#?}");
    assert_eq!((&bad[0]["check"], &bad[0]["subject"]), (&json!("deployment"), &json!("d-1NNWZG91L")));
    assert_eq!((&bad[1]["check"], &bad[1]["outcome"]), (&json!("network"), &json!("missing")));
    assert_eq!(bad[1]["fix"], "set GREENLIGHT_TEST_URL in the function's environment");
}

/// A Lambda where the function has answered so.
async fn lambda(status: u16, answer: Value) -> FakeService {
    FakeService::start(move |_| (status, answer.clone())).await
}

#[tokio::test]
async fn the_policy_to_add_has_all_that_a_policy_mends() {
    let missing = |permission: &str, resource: &str, denied_by: &str| {
        json!({
            "check": "context", "outcome": "missing", "subject": permission, "sentence": "it is refused",
            "fix": "allow it", "permission": permission, "resource": resource, "deniedBy": denied_by,
        })
    };
    let role = "no identity-based policy allows it";
    let group = "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:shop/web";
    let lambda = lambda(
        200,
        json!({ "greenlight": { "doctor": 1, "host": "0.1.0", "findings": [
        missing("codedeploy:GetDeployment", group, role),
        missing("codedeploy:GetDeploymentTarget", group, role),
        missing("codedeploy:ListDeploymentTargets", group, "an explicit deny in the service control policy"),
        { "check": "x", "outcome": "unknown", "subject": "a\u{1b}[31m\nb", "sentence": "not trusted" },
    ] } }),
    )
    .await;
    let ended = doctor(&lambda.url(), "--deployment d-1NNWZG91L").await.expect(3).await;
    assert_data_eq!(
        text(&ended, &lambda.url()),
        str![[r#"
CodeDeployHook_check at [URL]: 3 missing, 1 unknown, 1 ok
ok       invoke       CodeDeployHook_check: you may invoke it, and it is the Lambda host 0.1.0
MISSING  context      codedeploy:GetDeployment: it is refused; allow it
MISSING  context      codedeploy:GetDeploymentTarget: it is refused; allow it
MISSING  context      codedeploy:ListDeploymentTargets: it is refused; allow it
unknown  x            a | b: not trusted

add to the policies of the function's role:
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [
        "codedeploy:GetDeployment",
        "codedeploy:GetDeploymentTarget"
      ],
      "Resource": "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:shop/web"
    }
  ]
}

"#]]
    );
    let asked = lambda.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].body, json!({ "greenlight": { "doctor": 1, "deploymentId": "d-1NNWZG91L" } }));
}

#[tokio::test]
async fn whoever_may_not_invoke_the_function_is_told_what_to_allow() {
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:CodeDeployHook_check";
    let message = format!(
        "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: lambda:InvokeFunction on resource: {arn} \
         because no identity-based policy allows the lambda:InvokeFunction action"
    );
    let lambda = lambda(403, json!({ "__type": "AccessDeniedException", "message": message })).await;
    let ended = doctor(&lambda.url(), "--format json").await.expect(3).await;
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(report["findings"][0]["check"], "invoke");
    assert_eq!(report["findings"][0]["outcome"], "missing");
    let statement = json!([{ "Effect": "Allow", "Action": ["lambda:InvokeFunction"], "Resource": arn }]);
    assert_eq!(report["caller-policy"]["Statement"], statement);
    assert_eq!(report.get("role-policy"), None);
}

#[tokio::test]
async fn a_function_that_is_not_there_or_does_not_start_is_told() {
    let folder = TempDir::new().unwrap();
    let table = "runtime = \"provided\"\ncode = \".\"\ncommand = [\"sh\", \"-c\", \"exit 3\"]";
    let endpoint = endpoint_with(folder.path(), table).await;
    let ended = doctor(endpoint.url(), "").await.expect(3).await;
    let told = text(&ended, endpoint.url());
    assert!(
        told.contains(
            "FAILED   invoke       CodeDeployHook_check: the function failed: Runtime.ExitError: the function \
             CodeDeployHook_check ended with exit status 3 before it asked for work"
        ),
        "{told}"
    );
    let empty = Endpoint::started("real").await;
    let ended = doctor(empty.url(), "").await.expect(3).await;
    let told = text(&ended, empty.url());
    assert!(
        told.contains("there is no such function at [URL]: Function not found: arn:aws:lambda:us-east-1:"),
        "{told}"
    );
    let ended = doctor("http://127.0.0.1:9", "").await.expect(3).await;
    assert!(ended.stdout.contains("Lambda at http://127.0.0.1:9 cannot be asked: "), "{}", ended.stdout);
}

#[tokio::test]
async fn an_ordinary_nodejs_hook_is_told_from_a_function_that_can_be_asked() {
    assert!(client("nodejs").folder().is_dir());
    let folder = TempDir::new().unwrap();
    let code = "exports.handler = async () => ({ statusCode: 200 });\n";
    fs::write(folder.path().join("index.js"), code).unwrap();
    let table = "runtime = \"nodejs\"\ncode = \".\"\nhandler = \"index.handler\"";
    let endpoint = endpoint_with(folder.path(), table).await;
    let ended = doctor(endpoint.url(), "").await.expect(3).await;
    assert_data_eq!(
        text(&ended, endpoint.url()),
        str![[r#"
CodeDeployHook_check at [URL]: 1 failed
FAILED   invoke       CodeDeployHook_check: it answers, and not as a Lambda host of Greenlight does: only such a function can be asked; name the function that has a bundle of `greenlight hook pack`; any other works with CodeDeploy by its own code

"#]]
    );
}

#[tokio::test]
async fn without_region_or_credentials_aws_is_not_asked() {
    let call = || without_aws().args("hook doctor").arg(FUNCTION);
    let ended = call().run().await.expect(2).await;
    assert_data_eq!(
        ended.stderr,
        str![[r#"
greenlight: no region is known; give --region, or set AWS_REGION, or `region` in the profile

"#]]
    );
    let ended = call().args("--region eu-west-1").run().await.expect(2).await;
    assert_data_eq!(
        ended.stderr,
        str![[r#"
greenlight: there are no credentials; give --profile, or set AWS_PROFILE, to name a profile that has some, log in with `aws sso login`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY

"#]]
    );
    let missing = call().args("--region eu-west-1 --profile nobody").run().await.expect(2).await;
    assert_data_eq!(
        missing.stderr,
        str![[r#"
greenlight: the profile "nobody" has no credentials, or is not there; correct --profile, or log in with `aws sso login --profile nobody`

"#]]
    );
}

#[tokio::test]
async fn region_and_credentials_of_a_profile_are_those_that_lambda_is_asked_with() {
    let folder = TempDir::new().unwrap();
    let (config, credentials) = (folder.path().join("config"), folder.path().join("credentials"));
    fs::write(&config, "[profile staging]\nregion = eu-central-1\n").unwrap();
    fs::write(&credentials, "[staging]\naws_access_key_id = AKIDOFPROFILE\naws_secret_access_key = secret\n")
        .unwrap();
    let answer = json!({ "greenlight": { "doctor": 1, "host": "0.1.0", "findings": [] } });
    let lambda = lambda(200, answer).await;
    let call = without_aws()
        .args("hook doctor --profile staging --format json")
        .arg(FUNCTION)
        .env("AWS_CONFIG_FILE", config.to_str().unwrap())
        .env("AWS_SHARED_CREDENTIALS_FILE", credentials.to_str().unwrap())
        .env("AWS_ENDPOINT_URL_LAMBDA", &lambda.url())
        // Lambda's own variable is the stronger one.
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
    let ended = call.run().await.expect(0).await;
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((&report["region"], &report["endpoint"]), (&json!("eu-central-1"), &json!(lambda.url())));
    let authorization = lambda.asked().remove(0).authorization;
    assert!(
        authorization.contains("AKIDOFPROFILE/") && authorization.contains("/eu-central-1/lambda/"),
        "{authorization}"
    );
}

#[tokio::test]
async fn an_address_of_lambda_in_the_profile_is_where_it_is_asked() {
    let folder = TempDir::new().unwrap();
    let answer = json!({ "greenlight": { "doctor": 1, "host": "0.1.0", "findings": [] } });
    let lambda = lambda(200, answer).await;
    let config = folder.path().join("config");
    let text = "[default]\nregion = eu-west-1\nservices = here\n[services here]\nlambda =\n  endpoint_url = ";
    fs::write(&config, format!("{text}{}\n", lambda.url())).unwrap();
    let call = without_aws().args("hook doctor --format json").arg(FUNCTION);
    let ended = call.env("AWS_CONFIG_FILE", config.to_str().unwrap()).run().await.expect(0).await;
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((&report["region"], &report["endpoint"]), (&json!("eu-west-1"), &json!(lambda.url())));
}

#[tokio::test]
async fn a_lambda_of_this_machine_that_a_variable_names_needs_no_credentials() {
    let answer = json!({ "greenlight": { "doctor": 1, "host": "0.1.0", "findings": [] } });
    for variable in ["AWS_ENDPOINT_URL_LAMBDA", "AWS_ENDPOINT_URL"] {
        let lambda = lambda(200, answer.clone()).await;
        let call = without_aws().args("hook doctor").arg(FUNCTION).env(variable, &lambda.url());
        let ended = call.run().await.expect(0).await;
        assert!(text(&ended, &lambda.url()).contains(" at [URL]: 1 ok\n"), "{}", ended.stdout);
    }
}
