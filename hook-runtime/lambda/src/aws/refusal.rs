//! What a failed call of an AWS service means for whoever made it.

use std::error::Error;
use std::fmt;

use aws_sdk_codedeploy::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

/// Why one attempt of a call failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The role lacks a permission.
    Denied(String),
    /// The service says no, and would again.
    Refused { code: String, message: String },
    /// The service is busy or broken, or cannot be reached: it may be otherwise soon. Whether the call was carried out
    /// is then unknown.
    Passing(String),
}

impl Refusal {
    /// The service's name for it, such as `LifecycleEventAlreadyCompletedException`.
    pub(crate) fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. } => Some(code),
            Self::Denied(_) | Self::Passing(_) => None,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied(what) | Self::Passing(what) => f.write_str(what),
            Self::Refused { code, message } if message.is_empty() => f.write_str(code),
            Self::Refused { code, message } => write!(f, "{code}: {message}"),
        }
    }
}

/// Reads an error of the SDK.
pub(crate) fn refusal<E>(error: &SdkError<E, HttpResponse>) -> Refusal
where
    E: Error + ProvideErrorMetadata + 'static,
{
    match error {
        SdkError::ServiceError(refused) => {
            let status = refused.raw().status().as_u16();
            let message = sentence(refused.err().message().unwrap_or_default());
            of_service(status, refused.err().code().unwrap_or_default(), message)
        }
        SdkError::TimeoutError(_) => Refusal::Passing("no answer in time".to_owned()),
        SdkError::ResponseError(odd) => Refusal::Passing(format!(
            "an answer with status {} that cannot be read",
            odd.raw().status().as_u16()
        )),
        SdkError::DispatchFailure(_) => Refusal::Passing(innermost(error)),
        // A request that cannot be made, such as one to an address that is none.
        other => Refusal::Refused { code: "the call cannot be made".to_owned(), message: innermost(other) },
    }
}

fn of_service(status: u16, code: &str, message: String) -> Refusal {
    let told = || match (code, message.as_str()) {
        ("", "") => format!("HTTP status {status}"),
        ("", message) => format!("HTTP status {status}: {message}"),
        (code, "") => code.to_owned(),
        (code, message) => format!("{code}: {message}"),
    };
    let denied = matches!(code, "AccessDeniedException" | "AccessDenied" | "NotAuthorized");
    let busy =
        code.contains("Throttl") || matches!(code, "TooManyRequestsException" | "RequestLimitExceeded");
    if denied || (code.is_empty() && status == 403) {
        Refusal::Denied(told())
    } else if status >= 500 || status == 429 || busy || code.is_empty() {
        Refusal::Passing(told())
    } else {
        Refusal::Refused { code: code.to_owned(), message }
    }
}

/// The error at the bottom: those above it say only that there is one.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    sentence(&innermost.to_string())
}

fn sentence(text: &str) -> String {
    text.trim().trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_or_broken_service_is_asked_again_and_others_are_not() {
        let passing = [
            (400, "ThrottlingException"),
            (400, "RequestLimitExceeded"),
            (429, "TooManyRequestsException"),
            (500, "InternalFailure"),
            (503, ""),
            (400, ""),
        ];
        for (status, code) in passing {
            let refusal = of_service(status, code, String::new());
            assert!(matches!(refusal, Refusal::Passing(_)), "{status} {code}: {refusal:?}");
        }
        for (status, code) in [(400, "AccessDeniedException"), (403, "AccessDenied"), (403, "")] {
            let refusal = of_service(status, code, String::new());
            assert!(matches!(refusal, Refusal::Denied(_)), "{status} {code}: {refusal:?}");
        }
        let refusal = of_service(400, "DeploymentDoesNotExistException", "no such".to_owned());
        assert_eq!(refusal.code(), Some("DeploymentDoesNotExistException"));
        assert_eq!(refusal.to_string(), "DeploymentDoesNotExistException: no such");
    }
}
