//! A validation test as one would write it in Rust without Greenlight: it asks the new release once, and reports what it
//! found to CodeDeploy.
//!
//! The AWS client is what `aws_config::defaults` makes, with the trust store that it has by default: the machine's own
//! certificates. Only its TLS library is named, for this workspace has one, and the SDK's default is another.

use std::error::Error;

use aws_config::BehaviorVersion;
use aws_sdk_codedeploy::Client as CodeDeploy;
use aws_sdk_codedeploy::types::LifecycleEventStatus;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper_util::client::legacy::Client as Http;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use lambda_runtime::{LambdaEvent, service_fn};
use serde::Deserialize;

type Failure = Box<dyn Error + Send + Sync>;

/// The event of CodeDeploy.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Hook {
    deployment_id: String,
    lifecycle_event_hook_execution_id: String,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let http =
        aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let config = aws_config::defaults(BehaviorVersion::latest()).http_client(http).load().await;
    let codedeploy = CodeDeploy::new(&config);
    let client = Http::builder(TokioExecutor::new()).build_http();
    let release = std::env::var("TEST_ENDPOINT")?;
    let (codedeploy, client, release) = (&codedeploy, &client, release.as_str());
    lambda_runtime::run(service_fn(|event: LambdaEvent<Hook>| async move {
        validate(event.payload, codedeploy, client, release).await
    }))
    .await
}

async fn validate(
    hook: Hook,
    codedeploy: &CodeDeploy,
    client: &Http<HttpConnector, Empty<Bytes>>,
    release: &str,
) -> Result<(), Failure> {
    println!("entering the hook");
    let status = match ask(client, release).await {
        Ok(()) => LifecycleEventStatus::Succeeded,
        Err(error) => {
            println!("the new release does not answer as it should: {error}");
            LifecycleEventStatus::Failed
        }
    };
    codedeploy
        .put_lifecycle_event_hook_execution_status()
        .deployment_id(hook.deployment_id)
        .lifecycle_event_hook_execution_id(hook.lifecycle_event_hook_execution_id)
        .status(status)
        .send()
        .await?;
    Ok(())
}

async fn ask(client: &Http<HttpConnector, Empty<Bytes>>, release: &str) -> Result<(), Failure> {
    let response = client.get(release.parse()?).await?;
    let status = response.status();
    response.into_body().collect().await?;
    if status.is_success() { Ok(()) } else { Err(format!("{release} answered {status}").into()) }
}
