//! Tags, over a real socket.

use serde_json::{Value, json};

use crate::endpoint_deployment_support::shop;
use crate::endpoint_support::{Client, application, endpoint, endpoint_with};

const SHOP: &str = "arn:aws:codedeploy:us-east-1:123456789012:application:shop";

fn tags(tags: &[(&str, &str)]) -> Value {
    tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
}

async fn tags_of(client: &Client, arn: &str) -> Value {
    client.done("ListTagsForResource", json!({ "ResourceArn": arn })).await["Tags"].clone()
}

#[tokio::test]
async fn an_application_has_the_tags_that_it_was_given() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    let input =
        json!({ "applicationName": "shop", "computePlatform": "ECS", "tags": tags(&[("team", "web")]) });
    client.done("CreateApplication", input).await;
    let more = json!({ "ResourceArn": SHOP, "Tags": tags(&[("team", "shop"), ("a", "")]) });
    assert_eq!(client.done("TagResource", more).await, json!({}));
    assert_eq!(tags_of(&client, SHOP).await, tags(&[("a", ""), ("team", "shop")]));
    let fewer = json!({ "ResourceArn": SHOP, "TagKeys": ["a", "not there"] });
    assert_eq!(client.done("UntagResource", fewer).await, json!({}));
    assert_eq!(tags_of(&client, SHOP).await, tags(&[("team", "shop")]));

    client
        .done("UpdateApplication", json!({ "applicationName": "shop", "newApplicationName": "store" }))
        .await;
    assert_eq!(tags_of(&client, &SHOP.replace("shop", "store")).await, tags(&[("team", "shop")]));
}

#[tokio::test]
async fn tags_that_the_service_would_not_take_are_refused() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    application(&client, "shop").await;
    let long = |length: usize| "x".repeat(length);
    let fifty: Vec<(String, String)> =
        (0..50).map(|number| (format!("key-{number}"), String::new())).collect();
    let fifty: Vec<(&str, &str)> = fifty.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    for bad in [
        json!([{ "Value": "no key" }]),
        tags(&[("", "no key")]),
        tags(&[(&long(129), "")]),
        tags(&[("key", &long(257))]),
        tags(&[("aws:mine", "")]),
        tags(&[("AWS:mine", "")]),
        tags(&[("twice", "1"), ("twice", "2")]),
        tags(&[fifty.as_slice(), &[("one more", "")]].concat()),
    ] {
        let input = json!({ "ResourceArn": SHOP, "Tags": bad });
        assert_eq!(client.refused("TagResource", input).await, "InvalidTagsToAdd", "{bad}");
        let input = json!({ "applicationName": "new", "computePlatform": "ECS", "tags": bad });
        assert_eq!(client.refused("CreateApplication", input).await, "InvalidTagsToAdd", "{bad}");
    }
    assert_eq!(tags_of(&client, SHOP).await, json!([]));
    client.done("TagResource", json!({ "ResourceArn": SHOP, "Tags": tags(&fifty) })).await;
    let one_more = json!({ "ResourceArn": SHOP, "Tags": tags(&[("one more", "")]) });
    assert_eq!(client.refused("TagResource", one_more).await, "InvalidTagsToAdd");
    let new_value = json!({ "ResourceArn": SHOP, "Tags": tags(&[("key-1", "new")]) });
    client.done("TagResource", new_value).await;
    for (operation, member) in [("TagResource", "Tags"), ("UntagResource", "TagKeys")] {
        for nothing in [json!(null), json!([])] {
            let mut input = json!({ "ResourceArn": SHOP });
            input[member] = nothing;
            assert_eq!(client.refused(operation, input).await, "TagRequired");
        }
    }
}

#[tokio::test]
async fn what_is_not_there_or_has_no_tags_is_refused() {
    let endpoint =
        endpoint_with(|builder| builder.with_region("eu-west-1").with_account("000000000001")).await;
    let client = Client::new(&endpoint);
    application(&client, "shop").await;
    let arn = |resource: &str| format!("arn:aws:codedeploy:eu-west-1:000000000001:{resource}");
    assert_eq!(tags_of(&client, &arn("application:shop")).await, json!([]));
    for (arn, error) in [
        (String::new(), "ResourceArnRequired"),
        ("shop".to_owned(), "InvalidArn"),
        (SHOP.to_owned(), "InvalidArn"),
        (arn("application:"), "InvalidArn"),
        (arn("deploymentconfig:CodeDeployDefault.ECSAllAtOnce"), "ArnNotSupported"),
        (arn("instance:i-1"), "ArnNotSupported"),
        ("arn:aws:ecs:eu-west-1:000000000001:service/a/b".to_owned(), "ArnNotSupported"),
        (arn("application:nobody"), "ApplicationDoesNotExist"),
        (arn("deploymentgroup:nobody/g"), "ApplicationDoesNotExist"),
        (arn("deploymentgroup:shop/nobody"), "DeploymentGroupDoesNotExist"),
    ] {
        for operation in ["TagResource", "UntagResource", "ListTagsForResource"] {
            let input = json!({ "ResourceArn": arn, "Tags": tags(&[("k", "v")]), "TagKeys": ["k"] });
            assert_eq!(client.refused(operation, input).await, error, "{operation} {arn}");
        }
    }
}

#[tokio::test]
async fn a_deployment_group_has_tags_of_its_own_which_follow_its_applications_name() {
    let (endpoint, client) = shop(json!({ "tags": tags(&[("team", "web")]) })).await;
    let group = SHOP.replace("application:shop", "deploymentgroup:shop/web");
    assert_eq!(tags_of(&client, &group).await, tags(&[("team", "web")]));
    client.done("TagResource", json!({ "ResourceArn": group, "Tags": tags(&[("tier", "1")]) })).await;
    client.done("UntagResource", json!({ "ResourceArn": group, "TagKeys": ["team"] })).await;
    assert_eq!(tags_of(&client, SHOP).await, json!([]), "those of the application are its own");
    client
        .done("UpdateApplication", json!({ "applicationName": "shop", "newApplicationName": "store" }))
        .await;
    let renamed = group.replace("shop/", "store/");
    assert_eq!(tags_of(&client, &renamed).await, tags(&[("tier", "1")]));
    let gone = json!({ "ResourceArn": group });
    assert_eq!(client.refused("ListTagsForResource", gone).await, "ApplicationDoesNotExist");
    endpoint.shutdown().await;
}
