//! A program with boto3 drives deployments through the endpoint: `tests/clients/lifecycle.py` is that program.

use greenlight_tests::{Endpoint, client};

async fn play(scenario: &str) {
    let boto3 = client("boto3");
    let endpoint = Endpoint::started("real").await;
    boto3.script("lifecycle.py").args(&[endpoint.url(), scenario]).succeed().await;
}

#[tokio::test]
async fn boto3_creates_a_group_deploys_watches_the_events_and_waits_until_successful() {
    play("succeeds").await;
}

#[tokio::test]
async fn boto3_sees_traffic_shift_by_tenths_as_time_goes_by() {
    play("shifts").await;
}

#[tokio::test]
async fn boto3_stops_a_deployment() {
    play("stops").await;
}

#[tokio::test]
async fn boto3_continues_a_deployment_out_of_both_of_its_waits() {
    play("continues").await;
}

#[tokio::test]
async fn boto3_stops_a_deployment_with_a_rollback_and_follows_it() {
    play("rolls_back").await;
}

#[tokio::test]
async fn boto3_sees_a_failed_hook_roll_back() {
    play("fails_and_rolls_back").await;
}
