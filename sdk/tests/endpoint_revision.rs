//! Revisions: registered, found by digest, listed, and read from a directory that stands for S3, over a real socket.

use std::fs;

use greenlight::core::appspec::sha256;
use serde_json::{Value, json};

use crate::endpoint_deployment_support::{
    appspec, deploy, lambda_appspec, revision, set_up, shop, until_status, with,
};
use crate::endpoint_support::{Client, application, endpoint, endpoint_with};

fn by_digest(text: &str) -> Value {
    json!({ "revisionType": "AppSpecContent", "appSpecContent": { "sha256": sha256(text) } })
}

fn object(key: &str) -> Value {
    json!({ "revisionType": "S3", "s3Location": { "bucket": "releases", "key": key, "bundleType": "YAML" } })
}

async fn register(client: &Client, revision: Value) {
    let input = json!({ "applicationName": "shop", "revision": revision, "description": "by hand" });
    client.done("RegisterApplicationRevision", input).await;
}

async fn listed(client: &Client, choice: Value) -> Vec<Value> {
    let input = with(json!({ "applicationName": "shop" }), choice);
    client.done("ListApplicationRevisions", input).await["revisions"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_text_is_found_by_its_digest_and_only_there() {
    let (endpoint, client) = shop(json!({})).await;
    let text = appspec(1, &[]);
    register(&client, revision(&text)).await;
    let input = json!({ "applicationName": "shop", "revision": by_digest(&text) });
    let got = client.done("GetApplicationRevision", input.clone()).await;
    assert_eq!(got["revision"]["appSpecContent"], json!({ "content": text, "sha256": sha256(&text) }));
    let told = &got["revisionInfo"];
    assert_eq!((&told["description"], &told["deploymentGroups"]), (&json!("by hand"), &json!([])));
    assert!(told["registerTime"].is_number() && told["firstUsedTime"].is_null());

    let id = deploy(&client, &text).await;
    until_status(&client, &id, "Succeeded").await;
    let told = &client.done("GetApplicationRevision", input).await["revisionInfo"];
    assert_eq!(told["deploymentGroups"], json!(["web"]));
    assert_eq!(told["description"], "by hand");
    assert!(told["firstUsedTime"].is_number() && told["lastUsedTime"].is_number());

    // A digest alone is enough to deploy it again.
    let again =
        json!({ "applicationName": "shop", "deploymentGroupName": "web", "revision": by_digest(&text) });
    let id = client.done("CreateDeployment", again).await["deploymentId"].take();
    until_status(&client, id.as_str().unwrap(), "Succeeded").await;
    endpoint.shutdown().await;
}

#[tokio::test]
async fn lists_are_sorted_and_filtered_and_cut_into_pages() {
    let endpoint = endpoint_with(|builder| builder.with_page_size(2)).await;
    let client = Client::new(&endpoint);
    set_up(&client, json!({})).await;
    let used = appspec(1, &[]);
    let id = deploy(&client, &used).await;
    until_status(&client, &id, "Succeeded").await;
    for key in ["web/1.yaml", "web/2.yaml", "api/1.yaml"] {
        register(&client, object(key)).await;
    }
    let mut all = Vec::new();
    let mut token = Value::Null;
    loop {
        let input = json!({ "applicationName": "shop", "sortBy": "registerTime", "sortOrder": "ascending", "nextToken": token });
        let page = client.done("ListApplicationRevisions", input).await;
        all.extend(page["revisions"].as_array().unwrap().clone());
        token = page["nextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(all.len(), 4);
    assert!(all.contains(&by_digest(&used)) && all.contains(&object("web/2.yaml")), "{all:?}");
    assert_eq!(listed(&client, json!({ "deployed": "include" })).await, [by_digest(&used)]);
    let web = json!({ "s3Bucket": "releases", "s3KeyPrefix": "web/", "sortOrder": "ascending" });
    assert_eq!(listed(&client, web).await, [object("web/1.yaml"), object("web/2.yaml")]);
    let undeployed = listed(&client, json!({ "deployed": "exclude", "s3Bucket": "releases" })).await;
    assert_eq!(undeployed.len(), 2, "the first page of three");
    assert_eq!(listed(&client, json!({ "sortBy": "lastUsedTime" })).await[0], by_digest(&used));
    assert_eq!(listed(&client, json!({ "s3Bucket": "elsewhere" })).await, [Value::Null; 0]);
    endpoint.shutdown().await;
}

#[tokio::test]
async fn several_are_described_at_once() {
    let (endpoint, client) = shop(json!({})).await;
    let text = appspec(1, &[]);
    register(&client, revision(&text)).await;
    let input = json!({ "applicationName": "shop", "revisions": [object("nowhere.yaml"), by_digest(&text)] });
    let answer = client.done("BatchGetApplicationRevisions", input).await;
    let found = answer["revisions"].as_array().unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["revisionLocation"]["appSpecContent"]["content"], text);
    assert!(answer["errorMessage"].as_str().unwrap().contains("nowhere.yaml"), "{answer}");
    endpoint.shutdown().await;
}

#[tokio::test]
async fn an_object_is_read_from_the_directory_of_its_bucket() {
    let root = tempfile::tempdir().unwrap();
    let bucket = root.path().join("releases");
    fs::create_dir_all(bucket.join("web")).unwrap();
    fs::write(bucket.join("web/1.yaml"), appspec(1, &[])).unwrap();
    fs::write(bucket.join("binary.yaml"), [0xff, 0xfe]).unwrap();
    fs::write(root.path().join("secret.yaml"), appspec(2, &[])).unwrap();
    let endpoint = endpoint_with(|builder| builder.with_s3_root(root.path())).await;
    let client = Client::new(&endpoint);
    set_up(&client, json!({})).await;
    let request = |revision: Value| json!({ "applicationName": "shop", "deploymentGroupName": "web", "revision": revision });
    let id = client.done("CreateDeployment", request(object("web/1.yaml"))).await["deploymentId"].take();
    let ended = until_status(&client, id.as_str().unwrap(), "Succeeded").await;
    assert_eq!(ended["revision"], object("web/1.yaml"));
    let zip = json!({ "revisionType": "S3", "s3Location": { "bucket": "releases", "key": "a.zip", "bundleType": "zip" } });
    for (revision, error) in [
        (object("web/2.yaml"), "RevisionDoesNotExist"),
        (object("web"), "RevisionDoesNotExist"),
        (object("../secret.yaml"), "InvalidRevision"),
        (object("binary.yaml"), "InvalidRevision"),
        (zip, "InvalidRevision"),
    ] {
        assert_eq!(client.refused("CreateDeployment", request(revision.clone())).await, error, "{revision}");
    }
    endpoint.shutdown().await;
}

#[tokio::test]
async fn without_a_directory_for_buckets_an_object_is_known_but_not_deployed() {
    let (endpoint, client) = shop(json!({})).await;
    register(&client, object("web/1.yaml")).await;
    let input =
        json!({ "applicationName": "shop", "deploymentGroupName": "web", "revision": object("web/1.yaml") });
    let refused = client.call("CreateDeployment", input).await.unwrap_err();
    assert_eq!(refused.name, "InvalidRevisionException");
    assert!(refused.message.contains("no directory for buckets"), "{refused:?}");
    endpoint.shutdown().await;
}

#[tokio::test]
async fn an_application_for_lambda_takes_the_older_form_too() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    client.done("CreateApplication", json!({ "applicationName": "shop", "computePlatform": "Lambda" })).await;
    let text = lambda_appspec();
    register(&client, json!({ "revisionType": "String", "string": { "content": text } })).await;
    let asked = json!({ "revisionType": "String", "string": { "sha256": sha256(&text) } });
    let got =
        client.done("GetApplicationRevision", json!({ "applicationName": "shop", "revision": asked })).await;
    assert_eq!(got["revision"]["string"]["content"], text);
    endpoint.shutdown().await;
}

#[tokio::test]
async fn what_is_no_revision_is_refused() {
    let endpoint = endpoint().await;
    let client = Client::new(&endpoint);
    application(&client, "shop").await;
    let text = appspec(1, &[]);
    let no_bucket = json!({ "revisionType": "S3", "s3Location": { "key": "a" } });
    for operation in ["RegisterApplicationRevision", "GetApplicationRevision", "BatchGetApplicationRevisions"]
    {
        for (change, error) in [
            (json!({ "applicationName": null }), "ApplicationNameRequired"),
            (json!({ "applicationName": "a b" }), "InvalidApplicationName"),
            (json!({ "applicationName": "nobody" }), "ApplicationDoesNotExist"),
            (json!({ "revision": null, "revisions": null }), "RevisionRequired"),
            (json!({ "revision": no_bucket, "revisions": [no_bucket] }), "InvalidRevision"),
        ] {
            let input = json!({ "applicationName": "shop", "revision": revision(&text), "revisions": [revision(&text)] });
            assert_eq!(
                client.refused(operation, with(input, change.clone())).await,
                error,
                "{operation} {change}"
            );
        }
    }
    let unknown = json!({ "applicationName": "shop", "revision": by_digest(&text) });
    for operation in ["RegisterApplicationRevision", "GetApplicationRevision"] {
        assert_eq!(client.refused(operation, unknown.clone()).await, "RevisionDoesNotExist");
    }
    let long = with(unknown, json!({ "revision": revision(&text), "description": "x".repeat(257) }));
    assert_eq!(client.refused("RegisterApplicationRevision", long).await, "DescriptionTooLong");
    let many = json!({ "applicationName": "shop", "revisions": vec![revision(&text); 26] });
    assert_eq!(client.refused("BatchGetApplicationRevisions", many).await, "BatchLimitExceeded");
    for (choice, error) in [
        (json!({ "applicationName": null }), "ApplicationNameRequired"),
        (json!({ "applicationName": "a b" }), "InvalidApplicationName"),
        (json!({ "applicationName": "nobody" }), "ApplicationDoesNotExist"),
        (json!({ "sortBy": "colour" }), "InvalidSortBy"),
        (json!({ "sortOrder": "sideways" }), "InvalidSortOrder"),
        (json!({ "s3Bucket": "a/b" }), "InvalidBucketNameFilter"),
        (json!({ "s3Bucket": "a", "s3KeyPrefix": "" }), "InvalidKeyPrefixFilter"),
        (json!({ "s3KeyPrefix": "a" }), "BucketNameFilterRequired"),
        (json!({ "deployed": "perhaps" }), "InvalidDeployedStateFilter"),
        (json!({ "nextToken": "x" }), "InvalidNextToken"),
    ] {
        let input = with(json!({ "applicationName": "shop" }), choice.clone());
        assert_eq!(client.refused("ListApplicationRevisions", input).await, error, "{choice}");
    }
    endpoint.shutdown().await;
}
