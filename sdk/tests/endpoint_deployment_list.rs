//! Lists of deployments, and several of them at once, over a real socket.

use std::time::Duration;

use greenlight::core::Timestamp;
use greenlight::local::LocalClock;
use serde_json::{Value, json};

use crate::endpoint_deployment_support::{appspec, deploy, group, set_up, until_status, waits, with};
use crate::endpoint_support::{Client, endpoint_with};

const START: Timestamp = Timestamp::from_millis(1_543_431_361_022);

async fn listed(client: &Client, input: Value) -> Vec<String> {
    let answer = client.done("ListDeployments", input).await;
    serde_json::from_value(answer["deployments"].clone()).unwrap()
}

async fn advance(client: &Client, by: Duration) {
    let request = http::Request::post("/greenlight/clock");
    let body = json!({ "advance": format!("{}s", by.as_secs()) }).to_string();
    assert_eq!(client.exchange(request, body).await.status, 200);
}

#[tokio::test]
async fn the_newest_come_first_and_filters_leave_the_others_out() {
    let clock = LocalClock::manual_from(START);
    let endpoint = endpoint_with(|builder| builder.with_clock(clock).with_page_size(2)).await;
    let client = Client::new(&endpoint);
    set_up(&client, json!({})).await;
    let other = json!({
        "deploymentGroupName": "other",
        "ecsServices": [{ "clusterName": "main", "serviceName": "other" }],
        "blueGreenDeploymentConfiguration": waits(60, 0),
    });
    client.done("CreateDeploymentGroup", with(group(), other)).await;
    let mut ids = Vec::new();
    for number in 0..3 {
        let id = deploy(&client, &appspec(number + 1, &[])).await;
        until_status(&client, &id, "Succeeded").await;
        ids.push(id);
        advance(&client, Duration::from_secs(10)).await;
    }
    let waiting = json!({
        "applicationName": "shop",
        "deploymentGroupName": "other",
        "revision": { "revisionType": "AppSpecContent", "appSpecContent": { "content": appspec(1, &[]) } },
    });
    let made = client.done("CreateDeployment", waiting).await;
    let waiting = made["deploymentId"].as_str().unwrap().to_owned();
    until_status(&client, &waiting, "Ready").await;

    let first = client.done("ListDeployments", json!({})).await;
    assert_eq!(first["deployments"], json!([waiting, ids[2]]));
    let second = client.done("ListDeployments", json!({ "nextToken": first["nextToken"] })).await;
    assert_eq!(second, json!({ "deployments": [ids[1], ids[0]] }));

    let of_web = json!({ "applicationName": "shop", "deploymentGroupName": "web" });
    assert_eq!(listed(&client, of_web.clone()).await, [ids[2].as_str(), &ids[1]]);
    assert_eq!(listed(&client, json!({ "includeOnlyStatuses": ["Ready", "Failed"] })).await, [waiting]);
    let seconds = |after: u64| 1_543_431_361.022 + after as f64;
    let range = |range: Value| json!({ "createTimeRange": range });
    assert_eq!(
        listed(&client, range(json!({ "start": seconds(10), "end": seconds(19) }))).await,
        [ids[1].as_str()]
    );
    assert_eq!(listed(&client, range(json!({ "end": seconds(0) }))).await, [ids[0].as_str()]);
    assert_eq!(listed(&client, range(json!({ "start": seconds(31) }))).await, [""; 0]);
    assert_eq!(listed(&client, json!({ "externalId": "stack" })).await, [""; 0]);

    // A token is of its own list alone.
    let foreign = with(of_web, json!({ "nextToken": first["nextToken"] }));
    assert_eq!(client.refused("ListDeployments", foreign).await, "InvalidNextToken");
    endpoint.shutdown().await;
}

#[tokio::test]
async fn several_are_described_at_once_and_those_that_are_not_there_left_out() {
    let endpoint = endpoint_with(|builder| builder).await;
    let client = Client::new(&endpoint);
    set_up(&client, json!({})).await;
    let id = deploy(&client, &appspec(1, &[])).await;
    let whole = until_status(&client, &id, "Succeeded").await;
    let input = json!({ "deploymentIds": ["d-AAAAAAAAA", id] });
    assert_eq!(client.done("BatchGetDeployments", input).await, json!({ "deploymentsInfo": [whole] }));
    endpoint.shutdown().await;
}

#[tokio::test]
async fn a_list_that_cannot_be_is_refused() {
    let endpoint = endpoint_with(|builder| builder).await;
    let client = Client::new(&endpoint);
    set_up(&client, json!({})).await;
    for (input, error) in [
        (json!({ "deploymentGroupName": "web" }), "ApplicationNameRequired"),
        (json!({ "applicationName": "shop" }), "DeploymentGroupNameRequired"),
        (json!({ "applicationName": "a b", "deploymentGroupName": "web" }), "InvalidApplicationName"),
        (json!({ "applicationName": "nobody", "deploymentGroupName": "web" }), "ApplicationDoesNotExist"),
        (json!({ "applicationName": "shop", "deploymentGroupName": "a/b" }), "InvalidDeploymentGroupName"),
        (
            json!({ "applicationName": "shop", "deploymentGroupName": "nobody" }),
            "DeploymentGroupDoesNotExist",
        ),
        (json!({ "createTimeRange": { "start": 2, "end": 1 } }), "InvalidTimeRange"),
        (json!({ "includeOnlyStatuses": ["Asleep"] }), "InvalidDeploymentStatus"),
        (json!({ "externalId": "" }), "InvalidExternalId"),
        (json!({ "nextToken": "x" }), "InvalidNextToken"),
    ] {
        assert_eq!(client.refused("ListDeployments", input.clone()).await, error, "{input}");
    }
    endpoint.shutdown().await;
}
