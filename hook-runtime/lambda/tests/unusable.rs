//! A suite that cannot be used fails every hook with the reason, and the function starts.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use greenlight_hook_runtime::suite::Suite;
use greenlight_lambda_host::{Clock, Environment, Invocation, Log, start};

use crate::support::bundle::{bundle, write};
use crate::support::{ARN, Fake, event, plugin};

/// What the last line says of a hook in this folder, and what was reported.
async fn reason(folder: &std::path::Path) -> (String, Vec<String>) {
    let aws = Fake::well().await;
    let environment = Environment::from_variables(|name| match name {
        "AWS_ENDPOINT_URL" => Some(aws.url()),
        "LAMBDA_TASK_ROOT" => Some(folder.display().to_string()),
        _ => None,
    });
    let lines = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&lines);
    let log =
        Log::new(Arc::new(move |line: &str| seen.lock().unwrap().push(line.to_owned())), Clock::system());
    let host = start(environment, log).await.unwrap();
    let invocation = Invocation::new("request-1", SystemTime::now() + Duration::from_secs(30), ARN);
    host.handle(event(), &invocation).await.unwrap();
    let last: serde_json::Value = serde_json::from_str(lines.lock().unwrap().last().unwrap()).unwrap();
    (last["reason"].as_str().unwrap().to_owned(), aws.reports())
}

#[tokio::test]
async fn each_way_to_be_unusable_has_its_sentence() {
    let packed = || bundle(&plugin("smoke", "pass", ""));
    let empty = tempfile::tempdir().unwrap();
    let unpacked = tempfile::tempdir().unwrap();
    write(unpacked.path(), &Suite::parse(&plugin("smoke", "pass", "")).unwrap());
    let missing = packed();
    std::fs::remove_file(missing.path().join("smoke.cwasm")).unwrap();
    let truncated = packed();
    let code = truncated.path().join("smoke.cwasm");
    let bytes = std::fs::read(&code).unwrap();
    std::fs::write(&code, &bytes[..bytes.len() / 2]).unwrap();
    let misspelt = tempfile::tempdir().unwrap();
    std::fs::write(misspelt.path().join("greenlight.toml"), "[[plugin]]\n").unwrap();
    for (folder, part) in [
        (empty, "cannot read the suite"),
        (
            unpacked,
            "plugin \"smoke\" is not compiled for this function; make the bundle with `greenlight hook pack`",
        ),
        (missing, "smoke.cwasm"),
        (truncated, "smoke.cwasm"),
        (misspelt, "unknown field `plugin`"),
    ] {
        let (reason, reports) = reason(folder.path()).await;
        assert!(reason.contains(part), "{part}: {reason}");
        assert_eq!(reports, ["Failed"], "{reason}");
    }
}

#[tokio::test]
async fn a_whole_bundle_runs_whatever_its_limits() {
    // The machine that packs knows nothing of the memory that the function's pool is made for.
    let folder = bundle(&plugin("smoke", "pass", "memory = \"300MiB\""));
    let (reason, reports) = reason(folder.path()).await;
    assert_eq!(reports, ["Succeeded"], "{reason}");
}
