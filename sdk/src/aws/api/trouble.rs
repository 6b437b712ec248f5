//! What a call can come to other than its answer.

use std::error::Error;

use aws_sdk_codedeploy::config::http::HttpResponse;
use aws_sdk_codedeploy::error::{ProvideErrorMetadata, SdkError};

use crate::cause::innermost;

/// Names by which services say that they are asked too often, as all AWS SDKs know them.
const THROTTLED: [&str; 8] = [
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "SlowDown",
];

/// Names by which a service says that the fault is its own.
const OWN_FAULT: [&str; 6] = [
    "InternalError",
    "InternalFailure",
    "InternalServerError",
    "InternalServerException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
];

/// Why a call has no answer.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub(in crate::aws) struct Trouble {
    pub(in crate::aws) kind: Kind,
    /// The service's name for it; empty when the service said nothing.
    pub(in crate::aws) code: String,
    /// The service's sentence, or that of whatever was in the way.
    pub(in crate::aws) message: String,
}

/// What to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::aws) enum Kind {
    /// Ask again later, and less: the service is asked too often.
    Throttled,
    /// Ask again: the connection was lost, or the service had a fault. The request may have had its effect.
    Unreachable,
    /// Nothing was sent: no credentials were to be had, for one.
    NotSent,
    /// The service said no.
    Refused,
}

impl Trouble {
    /// What an error of the SDK comes to.
    pub(in crate::aws) fn of<E>(error: SdkError<E, HttpResponse>) -> Self
    where
        E: Error + ProvideErrorMetadata + Send + Sync + 'static,
    {
        let code = error.code().unwrap_or_default().to_owned();
        let kind = match &error {
            SdkError::ConstructionFailure(_) => Kind::NotSent,
            SdkError::DispatchFailure(failure) if failure.is_user() => Kind::NotSent,
            SdkError::ServiceError(refusal) => match refusal.raw().status().as_u16() {
                429 => Kind::Throttled,
                _ if THROTTLED.contains(&code.as_str()) => Kind::Throttled,
                500.. => Kind::Unreachable,
                _ if OWN_FAULT.contains(&code.as_str()) => Kind::Unreachable,
                _ => Kind::Refused,
            },
            _ => Kind::Unreachable,
        };
        if let SdkError::ServiceError(refusal) = &error {
            let told = error.message().unwrap_or_default().trim_end_matches('.');
            let message = match (code.as_str(), told) {
                ("", "") => format!("the answer has the status {}", refusal.raw().status().as_u16()),
                ("", told) => told.to_owned(),
                (code, "") => code.to_owned(),
                (code, told) => format!("{code}: {told}"),
            };
            return Self { kind, code, message };
        }
        Self { kind, code, message: innermost(&error) }
    }

    /// Something that the answer should have had is not in it.
    pub(in crate::aws) fn incomplete(what: &str) -> Self {
        let message = format!("the answer has no {what}");
        Self { kind: Kind::Unreachable, code: String::new(), message }
    }

    /// Nobody was answered for too long.
    pub(in crate::aws) fn no_answer() -> Self {
        let message = "there is no answer".to_owned();
        Self { kind: Kind::Unreachable, code: String::new(), message }
    }

    /// Whether the service called it by this name, `Exception` left out.
    pub(in crate::aws) fn is(&self, name: &str) -> bool {
        self.code.strip_suffix("Exception").unwrap_or(&self.code) == name
    }

    /// Whether the caller lacks a permission.
    pub(in crate::aws) fn is_denied(&self) -> bool {
        self.is("AccessDenied") || self.is("UnauthorizedOperation")
    }
}
