//! A pending hook goes on in a new invocation of its function.
//!
//! CodeDeploy has no way to ask again later, and a function ends after 15 minutes at most. So the function invokes itself,
//! asynchronously, with the event that it was given and how far it has come.
//!
//! AWS Lambda stops a chain of about 16 invocations that invoke each other as a
//! [recursive loop](https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html). A hook is therefore handed over
//! at most [`MAX_HAND_OVERS`] times: with a timeout of five minutes that is more than CodeDeploy's hour. Who allows
//! recursive loops for the function may raise it by `GREENLIGHT_MAX_HAND_OVERS`. An invocation whose plugins want to wait for
//! longer than it lasts stays until its end before it hands over.

use aws_sdk_lambda::Client;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout_at};

use crate::aws::{Refusal, refusal};
use crate::backoff::Backoff;
use crate::log::Log;

/// How often a hook invokes its function anew, unless the operator says otherwise.
pub const MAX_HAND_OVERS: u32 = 14;

/// A hook that cannot go on in a new invocation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum HandOverError {
    #[error(
        "the function may not invoke itself to ask its plugins again: {what}; allow lambda:InvokeFunction on {function} for \
         this function's role"
    )]
    Denied { what: String, function: String },
    #[error("the function could not invoke itself to ask its plugins again: {0}")]
    Refused(String),
    #[error(
        "the function could not invoke itself to ask its plugins again, at last: {0}; check that it reaches the Lambda API"
    )]
    OutOfTime(String),
}

/// The function as it was invoked: the same version or alias goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) qualifier: Option<String>,
}

impl Function {
    /// Of the ARN that was invoked, `arn:aws:lambda:<region>:<account>:function:<name>[:<qualifier>]`, or else by name.
    pub(crate) fn invoked(arn: &str, name: &str) -> Self {
        let mut parts = arn.split(':').skip(6);
        let of_arn = parts.next().filter(|part| !part.is_empty());
        Self {
            name: of_arn.unwrap_or(name).to_owned(),
            qualifier: parts.next().filter(|part| !part.is_empty()).map(str::to_owned),
        }
    }
}

/// Invokes the function with this event, until Lambda has taken it.
pub(crate) async fn hand_over(
    client: &Client,
    function: &Function,
    event: &Value,
    until: Instant,
    log: &Log,
) -> Result<(), HandOverError> {
    let mut backoff = Backoff::new();
    loop {
        let last = match timeout_at(until, invoke(client, function, event)).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(Refusal::Denied(what))) => {
                return Err(HandOverError::Denied { what, function: function.name.clone() });
            }
            Ok(Err(refused @ Refusal::Refused { .. })) => {
                return Err(HandOverError::Refused(refused.to_string()));
            }
            Ok(Err(Refusal::Passing(what))) => what,
            Err(_) => "no answer in time".to_owned(),
        };
        let pause = backoff.pause();
        if Instant::now() + pause >= until {
            return Err(HandOverError::OutOfTime(last));
        }
        log.warn(format_args!(
            "Lambda did not take the next invocation: {last}; it is tried again in {pause:.1?}"
        ));
        sleep(pause).await;
    }
}

async fn invoke(client: &Client, function: &Function, event: &Value) -> Result<(), Refusal> {
    let call = client
        .invoke()
        .function_name(&function.name)
        .set_qualifier(function.qualifier.clone())
        .invocation_type(InvocationType::Event)
        .payload(Blob::new(event.to_string()));
    call.send().await.map(drop).map_err(|error| refusal(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_or_alias_that_was_invoked_goes_on() {
        let function = |name: &str, qualifier: Option<&str>| Function {
            name: name.to_owned(),
            qualifier: qualifier.map(str::to_owned),
        };
        let arn = "arn:aws:lambda:eu-west-1:123456789012:function:validate";
        assert_eq!(Function::invoked(arn, "x"), function("validate", None));
        assert_eq!(Function::invoked(&format!("{arn}:live"), "x"), function("validate", Some("live")));
        assert_eq!(Function::invoked("", "validate"), function("validate", None));
    }
}
