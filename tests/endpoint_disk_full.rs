//! What the endpoint cannot write it does not acknowledge; what it acknowledged is there when it can write again.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use aws_sdk_codedeploy::error::ProvideErrorMetadata as _;
use aws_sdk_codedeploy::types::ComputePlatform;
use greenlight_tests::Endpoint;
use greenlight_tests::codedeploy::{codedeploy, content};

/// As much as fits into an AppSpec, so that a few of them are more than a file has to spare.
const PADDING: usize = 40_000;
/// More than enough of them to fill what the database had to spare.
const MOST: usize = 1_000;

#[tokio::test]
async fn on_a_full_disk_nothing_is_acknowledged_and_nothing_acknowledged_is_lost() {
    let mut endpoint = Endpoint::started("real").await;
    let client = codedeploy(endpoint.url());
    let platform = ComputePlatform::Ecs;
    client
        .create_application()
        .application_name("shop")
        .compute_platform(platform.clone())
        .send()
        .await
        .unwrap();
    endpoint.fill_disk();

    let mut acknowledged = Vec::new();
    let refused = loop {
        let number = acknowledged.len();
        assert!(number < MOST, "its disk is full, and it acknowledged {number} revisions");
        let revision = content(&appspec(number));
        let register = client.register_application_revision().application_name("shop");
        match register.revision(revision.clone()).send().await {
            Ok(_) => acknowledged.push(revision),
            Err(error) => break error,
        }
    };
    assert_eq!(refused.raw_response().unwrap().status().as_u16(), 500);
    assert_eq!(refused.code(), Some("InternalFailure"));
    let message = refused.message().unwrap();
    assert!(message.starts_with("the state cannot be written any more: "), "{message}");
    assert!(endpoint.stderr().contains("the state cannot be written any more"), "{endpoint:?}");
    // What is seen could be what a crash takes back, so not even that is told.
    let read = client.get_application().application_name("shop").send().await.unwrap_err();
    assert_eq!(read.code(), Some("InternalFailure"));

    endpoint.kill().await;
    endpoint.start().await;
    for revision in acknowledged {
        let found =
            client.get_application_revision().application_name("shop").revision(revision).send().await;
        found.unwrap();
    }
    client.create_application().application_name("again").compute_platform(platform).send().await.unwrap();
}

/// A large AppSpec that is like no other.
fn appspec(number: usize) -> String {
    let padding = "x".repeat(PADDING);
    format!(
        "version: 0.0\n# {number} {padding}\nResources:\n  - TargetService:\n      Type: AWS::ECS::Service\n      \
         Properties:\n        TaskDefinition: web:1\n        LoadBalancerInfo:\n          ContainerName: web\n          \
         ContainerPort: 80\n"
    )
}
