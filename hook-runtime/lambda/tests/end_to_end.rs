//! Whole deployments at the endpoint, with the real `bootstrap` as their hook function.

use std::time::{Duration, Instant};

use greenlight_hook_runtime::suite::Suite;
use serde_json::json;

use crate::support::bundle::{bundle, write};
use crate::support::endpoint::{deploy, endpoint};
use crate::support::plugin;

const TIMEOUT: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_passes_lets_the_deployment_go_on() {
    let bundle = bundle(&plugin("smoke", "pass", "events = [\"AfterAllowTestTraffic\"]"));
    let endpoint = endpoint(bundle.path(), TIMEOUT).await;
    let info = deploy(&endpoint).await;
    assert_eq!(info["status"], "Succeeded", "{info}");
    endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_is_not_sure_is_waited_for() {
    let bundle = bundle(&(plugin("slow", "pending", "") + "attempts = 3\ndelay_seconds = 1\n"));
    let endpoint = endpoint(bundle.path(), TIMEOUT).await;
    let info = deploy(&endpoint).await;
    assert_eq!(info["status"], "Succeeded", "{info}");
    endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_that_outlasts_its_invocation_goes_on_in_another_one() {
    let bundle =
        bundle(&(plugin("slow", "pending", "timeout = \"1s\"") + "attempts = 3\ndelay_seconds = 2\n"));
    // The third attempt is later than the first invocation may last.
    let endpoint = endpoint(bundle.path(), Duration::from_secs(4)).await;
    let info = deploy(&endpoint).await;
    assert_eq!(info["status"], "Succeeded", "{info}");
    endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_fails_or_crashes_stops_the_deployment() {
    for behaviour in ["fail", "unreachable"] {
        let bundle = bundle(&plugin("smoke", behaviour, ""));
        let endpoint = endpoint(bundle.path(), TIMEOUT).await;
        let info = deploy(&endpoint).await;
        assert_eq!(info["status"], "Failed", "{behaviour}: {info}");
        assert_eq!(info["errorInformation"]["code"], "HOOK_EXECUTION_FAILURE", "{behaviour}: {info}");
        endpoint.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_hangs_costs_no_more_than_the_functions_own_timeout() {
    let bundle = bundle(&plugin("smoke", "sleep", "timeout = \"10m\""));
    let timeout = Duration::from_secs(3);
    let endpoint = endpoint(bundle.path(), timeout).await;
    let begun = Instant::now();
    let info = deploy(&endpoint).await;
    assert_eq!(info["status"], "Failed", "{info}");
    assert!(begun.elapsed() < timeout + Duration::from_secs(10), "{:?}", begun.elapsed());
    endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_that_cannot_be_used_fails_its_deployment_at_once() {
    let missing = tempfile::tempdir().unwrap();
    let tampered = bundle(&plugin("smoke", "pass", ""));
    let code = tampered.path().join("smoke.cwasm");
    let mut bytes = std::fs::read(&code).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&code, bytes).unwrap();
    let other_engine = bundle(&plugin("smoke", "pass", ""));
    let mut suite = Suite::read(other_engine.path()).unwrap();
    suite.plugins[0].packed.as_mut().unwrap().engine = "0123456789abcdef".to_owned();
    write(other_engine.path(), &suite);
    for folder in [missing, tampered, other_engine] {
        let endpoint = endpoint(folder.path(), TIMEOUT).await;
        let info = deploy(&endpoint).await;
        assert_eq!(info["status"], json!("Failed"), "{info}");
        endpoint.shutdown().await;
    }
}
