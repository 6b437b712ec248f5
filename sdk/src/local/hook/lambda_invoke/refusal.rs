//! Why a function could not be invoked, in a sentence.

use aws_sdk_lambda::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_lambda::operation::invoke::InvokeError;
use greenlight_core::FunctionName;

use crate::cause::innermost;

/// What went wrong, where, and what to do.
pub(super) fn sentence<R>(function: &FunctionName, url: &str, error: &SdkError<InvokeError, R>) -> String
where
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let begins = format!("the function {function} could not be invoked at {url}");
    let what = match error {
        SdkError::ServiceError(refused) => {
            let refused = refused.err();
            let code = refused.code().unwrap_or("an error without a code");
            let message = refused.message().unwrap_or_default().trim().trim_end_matches('.');
            let what = if message.is_empty() { code.to_owned() } else { format!("{code}: {message}") };
            match advice(code) {
                Some(advice) => format!("{what}; {advice}"),
                None => what,
            }
        }
        SdkError::TimeoutError(_) => "it took too long to answer".to_owned(),
        SdkError::DispatchFailure(_) => {
            format!(
                "{}; start what serves there, or correct the address",
                innermost(error).trim_end_matches('.')
            )
        }
        SdkError::ResponseError(_) => {
            format!("{}; something else than Lambda answers there", innermost(error).trim_end_matches('.'))
        }
        // A name or an address that makes no request.
        _ => innermost(error).trim_end_matches('.').to_owned(),
    };
    format!("{begins}: {what}")
}

fn advice(code: &str) -> Option<&'static str> {
    Some(match code {
        "ResourceNotFoundException" => {
            "create it there, correct its name in the AppSpec, or bind it to a plugin or a process"
        }
        "AccessDeniedException" | "AccessDenied" => "allow lambda:InvokeFunction for these credentials",
        "UnrecognizedClientException" | "InvalidClientTokenId" | "InvalidSignatureException" => {
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to credentials that are known there"
        }
        _ => return None,
    })
}
