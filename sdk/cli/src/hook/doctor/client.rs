//! Asks a function by Lambda's Invoke API.

use std::error::Error;
use std::time::Duration;

use aws_sdk_lambda::Client;
use aws_sdk_lambda::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_lambda::operation::invoke::InvokeError;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::LogType;
use serde_json::json;

use super::answer::{Answered, VERSION};
use super::finding::{Finding, Outcome};
use crate::aws::connect::{ConnectArgs, NotConnected};

/// The function answers within 15 s; before that it may have to start, or to finish another call.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(120);

const SERVICE: &str = "Lambda";

/// A connection to Lambda.
pub(super) struct Lambda {
    client: Client,
    pub(super) region: String,
    pub(super) endpoint: Option<String>,
}

impl Lambda {
    /// Makes it as every command does. Lambda is sent nothing yet.
    pub(super) async fn connect(args: &ConnectArgs) -> Result<Self, NotConnected> {
        let connection = args.connect_to(SERVICE, ATTEMPT_TIMEOUT).await?;
        Ok(Self {
            client: Client::new(connection.config()),
            region: connection.region().to_owned(),
            endpoint: connection.service_endpoint_url(SERVICE),
        })
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
