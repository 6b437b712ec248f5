//! Pages of lists and their tokens, over a real socket.

use greenlight::endpoint::Endpoint;
use serde_json::{Value, json};

use crate::endpoint_support::{Client, application, endpoint, endpoint_with};

async fn endpoint_of_small_pages() -> Endpoint {
    endpoint_with(|builder| builder.with_page_size(3)).await
}

/// All pages of a list, and the last token.
async fn pages(client: &Client, operation: &str, input: &Value, member: &str) -> Vec<Vec<Value>> {
    let mut pages = Vec::new();
    let mut input = input.clone();
    loop {
        let page = client.done(operation, input.clone()).await;
        pages.push(page[member].as_array().unwrap().clone());
        let token_name = if member == "Tags" { "NextToken" } else { "nextToken" };
        match page.get(token_name) {
            Some(token) => input[token_name] = token.clone(),
            None => return pages,
        }
    }
}

#[tokio::test]
async fn a_list_is_told_in_pages_without_gaps_or_repeats() {
    let endpoint = endpoint_of_small_pages().await;
    let client = Client::new(&endpoint);
    assert_eq!(pages(&client, "ListApplications", &json!({}), "applications").await, [Vec::<Value>::new()]);
    let names = ["a", "b", "c", "d", "e", "f", "g"];
    for (count, sizes) in [(3, vec![3]), (4, vec![3, 1]), (6, vec![3, 3]), (7, vec![3, 3, 1])] {
        for name in &names[..count] {
            let _ = client.call("CreateApplication", json!({ "applicationName": name })).await;
        }
        let pages = pages(&client, "ListApplications", &json!({}), "applications").await;
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), sizes);
        assert_eq!(pages.concat(), names[..count]);
    }
    let configs = pages(&client, "ListDeploymentConfigs", &json!({}), "deploymentConfigsList").await;
    assert_eq!((configs.len(), configs.concat().len()), (6, 17));

    let arn = "arn:aws:codedeploy:us-east-1:123456789012:application:a";
    let tags: Vec<Value> = names.iter().map(|name| json!({ "Key": name, "Value": "" })).collect();
    client.done("TagResource", json!({ "ResourceArn": arn, "Tags": tags })).await;
    assert_eq!(
        pages(&client, "ListTagsForResource", &json!({ "ResourceArn": arn }), "Tags").await.concat(),
        tags
    );
}

#[tokio::test]
async fn a_list_goes_on_where_it_was_when_its_last_item_is_gone() {
    let endpoint = endpoint_of_small_pages().await;
    let client = Client::new(&endpoint);
    for name in ["a", "b", "c", "d"] {
        application(&client, name).await;
    }
    let first = client.done("ListApplications", json!({})).await;
    client.done("DeleteApplication", json!({ "applicationName": "c" })).await;
    let rest = client.done("ListApplications", json!({ "nextToken": first["nextToken"] })).await;
    assert_eq!(rest, json!({ "applications": ["d"] }));
}

#[tokio::test]
async fn a_token_is_taken_by_its_own_list_alone() {
    let endpoint = endpoint_of_small_pages().await;
    let client = Client::new(&endpoint);
    for name in ["a", "b", "c", "d"] {
        application(&client, name).await;
    }
    let page = client.done("ListApplications", json!({})).await;
    let token = page["nextToken"].as_str().unwrap();
    let other = endpoint_of_small_pages().await;
    assert_eq!(
        Client::new(&other).refused("ListApplications", json!({ "nextToken": token })).await,
        "InvalidNextToken"
    );
    assert_eq!(
        client.refused("ListDeploymentConfigs", json!({ "nextToken": token })).await,
        "InvalidNextToken"
    );
    let mut damaged: Vec<String> = ["", "AAAA", "not base64!", "c"].map(str::to_owned).to_vec();
    for at in 0..token.len() {
        let mut bytes = token.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        damaged.push(String::from_utf8(bytes).unwrap());
        damaged.push(token[..at].to_owned());
    }
    for token in damaged {
        let input = json!({ "nextToken": token });
        assert_eq!(client.refused("ListApplications", input).await, "InvalidNextToken", "{token:?}");
    }
    client.done("ListApplications", json!({ "nextToken": token })).await;
}

#[tokio::test]
async fn a_page_has_a_hundred_items() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    for number in 0..101 {
        application(&client, &format!("application-{number}")).await;
    }
    let pages = pages(&client, "ListApplications", &json!({}), "applications").await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [100, 1]);
}
