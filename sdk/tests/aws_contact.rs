//! Whoever waits for a service that does not answer is told so, and why.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use greenlight::aws::{CodeDeploy, Contact, SilenceCause};
use greenlight::local::LocalClock;
use greenlight_core::error::QueryError;
use greenlight_core::{DeploymentPipeline as _, Rollback};
use serde_json::json;

use crate::aws_support::{Driven, Proxy, Shop, Weather, follow, request, start};
use crate::endpoint_deployment_support::waits;
use crate::router_support::soon;

const THROTTLED: Weather = Weather { throttled: 2.0, dropped: 0.0, delay: Duration::ZERO };
const DROPPED: Weather = Weather { throttled: 0.0, dropped: 2.0, delay: Duration::ZERO };

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_says_when_the_service_does_not_answer_and_when_it_does_again() {
    let group = json!({ "blueGreenDeploymentConfiguration": waits(60, 0) });
    let shop = Shop::at(LocalClock::scaled(60), group, |builder| builder).await;
    let proxy = Proxy::start(shop.endpoint.addr(), Weather::default()).await;
    let pipeline = Arc::new(shop.at_url(&proxy.url()).await);
    let id = start(&pipeline, &request(1, &[])).await;
    let mut contact = pipeline.contact();
    let watch = tokio::spawn({
        let (pipeline, id) = (Arc::clone(&pipeline), id.clone());
        async move { follow(&pipeline, &id).await.0 }
    });
    proxy.set_weather(THROTTLED);
    let silent = soon("the service is silent", contact.next()).await;
    assert!(matches!(&silent, Contact::Silent { cause: SilenceCause::Throttled, .. }), "{silent}");
    proxy.set_weather(DROPPED);
    let silent = soon("it is silent for another reason", contact.next()).await;
    let Contact::Silent { cause: SilenceCause::Unreachable(why), .. } = &silent else { panic!("{silent}") };
    assert!(why.contains("connection closed"), "{why}");
    proxy.set_weather(Weather::default());
    assert_eq!(soon("the service answers", contact.next()).await, Contact::Answers);
    pipeline.stop(&id, Rollback::Never).await.unwrap();
    let events = watch.await.unwrap();
    let (told, _) = follow(&shop.at_url(&shop.endpoint.url()).await, &id).await;
    assert_eq!(events, told, "the silence has changed what is told of the deployment");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_reached_is_told_with_the_innermost_cause() {
    let shop = Shop::new(json!({})).await;
    // Nobody listens on a port that was free a moment ago; nobody speaks TLS at the endpoint; nobody has such a name.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let cases = [
        (format!("http://{free}"), "Connection refused"),
        (format!("https://{}", shop.endpoint.addr()), "received corrupt message"),
        ("http://nowhere.invalid".to_owned(), "failed to lookup address information"),
    ];
    for (url, expected) in cases {
        let driven = Driven::new(shop.clock.clone(), shop.client.clone());
        let pipeline = CodeDeploy::builder(&config(&url)).with_clock(driven).without_logs().build();
        let unreachable = pipeline.describe(&"d-1NNWZG91L".parse().unwrap()).await.unwrap_err();
        assert!(matches!(unreachable, QueryError::Unavailable { .. }), "{unreachable}");
        let cause = unreachable.source().unwrap().to_string();
        assert!(cause.starts_with(expected), "{url}: {cause}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_without_an_http_client_is_given_one() {
    let shop = Shop::at(LocalClock::scaled(60), json!({}), |builder| builder).await;
    let config = config(&shop.endpoint.url());
    assert!(config.http_client().is_none());
    let pipeline = CodeDeploy::builder(&config).with_clock(shop.clock.clone()).without_logs().build();
    let id = start(&pipeline, &request(1, &[])).await;
    assert!(!follow(&pipeline, &id).await.0.is_empty());
}

/// What `aws_config` makes where no HTTP client is given.
fn config(url: &str) -> SdkConfig {
    let credentials = Credentials::new("test", "test", None, None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(url)
        .build()
}
