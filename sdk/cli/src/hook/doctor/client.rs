//! Asks a function by Lambda's Invoke API, as the AWS conventions say.

use std::error::Error;
use std::time::Duration;

use aws_sdk_lambda::config::retry::RetryConfig;
use aws_sdk_lambda::config::timeout::TimeoutConfig;
use aws_sdk_lambda::config::{BehaviorVersion, Credentials, Region, SharedHttpClient};
use aws_sdk_lambda::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_lambda::operation::invoke::InvokeError;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::LogType;
use aws_sdk_lambda::{Client, Config};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use serde_json::json;

use super::Args;
use super::answer::{Answered, VERSION};
use super::finding::{Finding, Outcome};
use crate::hook::Fault;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The function answers within 15 s; before that it may have to start, or to finish another call.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(120);

/// Variables that say where Lambda answers, the stronger one first.
const ENDPOINTS: [&str; 2] = ["AWS_ENDPOINT_URL_LAMBDA", "AWS_ENDPOINT_URL"];

/// A connection to Lambda.
pub(super) struct Lambda {
    client: Client,
    pub(super) region: String,
    pub(super) endpoint: Option<String>,
}

impl Lambda {
    /// Makes it by the arguments and the variables that all AWS clients read. Nothing is sent yet.
    pub(super) fn connect(args: &Args, variable: impl Fn(&str) -> Option<String>) -> Result<Self, Fault> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let endpoint = args.endpoint_url.clone().or_else(|| ENDPOINTS.iter().find_map(|name| set(name)));
        // What answers without TLS is no AWS, and wants neither.
        let plain = endpoint.as_deref().is_some_and(|url| url.starts_with("http:"));
        let region = args.region.clone().or_else(|| set("AWS_REGION")).or_else(|| set("AWS_DEFAULT_REGION"));
        let region = region.or_else(|| plain.then(|| "us-east-1".to_owned())).ok_or(Fault::NoRegion)?;
        let credentials = match (set("AWS_ACCESS_KEY_ID"), set("AWS_SECRET_ACCESS_KEY")) {
            (Some(id), Some(secret)) => {
                Credentials::new(id, secret, set("AWS_SESSION_TOKEN"), None, "environment")
            }
            _ if plain => Credentials::new("local", "local", None, None, "greenlight"),
            _ => return Err(Fault::NoCredentials),
        };
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT);
        let mut config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(http_client(plain))
            .region(Region::new(region.clone()))
            .credentials_provider(credentials)
            .retry_config(RetryConfig::standard())
            .timeout_config(timeouts.build());
        config.set_endpoint_url(endpoint.clone());
        Ok(Self { client: Client::from_conf(config.build()), region, endpoint })
    }

    /// Asks, and says what came of it.
    pub(super) async fn ask(&self, function: &str, deployment: Option<&str>) -> Answered {
        let mut question = json!({ "doctor": VERSION });
        if let (Some(id), Some(members)) = (deployment, question.as_object_mut()) {
            members.insert("deploymentId".to_owned(), id.into());
        }
        let event = json!({ "greenlight": question });
        let call = self.client.invoke().function_name(function).log_type(LogType::Tail);
        match call.payload(Blob::new(event.to_string())).send().await {
            Ok(output) => {
                let payload = output.payload().map(Blob::as_ref).unwrap_or_default();
                let log = output.log_result().map(decoded).unwrap_or_default();
                Answered::read(function, payload, output.function_error().is_some(), &log)
            }
            Err(error) => Answered::not_asked(self.refused(function, &error)),
        }
    }

    fn refused(&self, function: &str, error: &SdkError<InvokeError>) -> Finding {
        let finding = |outcome, sentence: String| Finding::of_call(outcome, function, sentence);
        let place = self.endpoint.as_deref().unwrap_or(&self.region);
        let Some(service) = error.as_service_error() else {
            let told = innermost(error);
            return finding(Outcome::Failed, format!("Lambda at {place} cannot be asked: {told}"))
                .with_fix("check the network, the region and the endpoint");
        };
        let (code, message) = (service.code().unwrap_or_default(), service.message().unwrap_or_default());
        let message = message.trim_end_matches('.');
        match code {
            "ResourceNotFoundException" => {
                finding(Outcome::Failed, format!("there is no such function at {place}: {message}"))
                    .with_fix("correct its name, region or endpoint, or deploy it")
            }
            "AccessDeniedException" => {
                let mut finding = finding(Outcome::Missing, format!("you may not invoke it: {message}"));
                let resource =
                    message.split_once(" on resource: ").and_then(|(_, rest)| rest.split_whitespace().next());
                finding.permission = Some("lambda:InvokeFunction".to_owned());
                finding.resource = Some(resource.unwrap_or(function).to_owned());
                finding.denied_by = message.contains("explicit deny").then(|| "an explicit deny".to_owned());
                let fix = match &finding.denied_by {
                    None => {
                        "allow lambda:InvokeFunction on it for whom you call as; the function itself was not asked"
                    }
                    Some(_) => {
                        "take the deny out, whatever else allows it; the function itself was not asked"
                    }
                };
                finding.with_fix(fix)
            }
            _ => finding(Outcome::Failed, format!("Lambda at {place} refuses: {code}: {message}")),
        }
    }
}

/// Without TLS where none is asked for: there may be no root certificates to read.
fn http_client(plain: bool) -> SharedHttpClient {
    if plain {
        Builder::new().build_http()
    } else {
        Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https()
    }
}

/// The error at the bottom: those above it say only that there is one.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// The log, which Lambda gives in base64.
fn decoded(text: &str) -> String {
    let bytes = aws_smithy_types::base64::decode(text).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}
