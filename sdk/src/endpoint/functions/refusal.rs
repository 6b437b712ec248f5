//! Why a function is not called, in the words of Lambda's API.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Response, StatusCode};
use http_body_util::Full;
use serde_json::json;

use super::json_of;
use crate::endpoint::error::ServiceError;
use crate::local::DirectError;

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// Why a function is not called.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error("Function not found: {0}")]
    NotFound(String),
    #[error(
        "{method} {path} is not supported by this endpoint: it invokes functions, and does no more with them."
    )]
    NoOperation { method: Method, path: String },
    #[error("{0:?} is not the name of a function.")]
    Name(String),
    #[error("{0:?} is not an invocation type: use RequestResponse, Event or DryRun.")]
    Kind(String),
    #[error("Could not parse request body into json: {0}")]
    NoJson(String),
    #[error("{bytes} byte payload is too large for this invocation type (limit {most} bytes)")]
    TooLarge { bytes: usize, most: usize },
    #[error("{}", .0.message())]
    Body(ServiceError),
    #[error("{0}")]
    NotCallable(DirectError),
}

impl Refused {
    fn answer(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NotFound(_) => (StatusCode::NOT_FOUND, "ResourceNotFoundException"),
            Self::NoOperation { .. } => (StatusCode::NOT_FOUND, "UnknownOperationException"),
            Self::Name(_) | Self::Kind(_) => (StatusCode::BAD_REQUEST, "InvalidParameterValueException"),
            Self::NoJson(_) => (StatusCode::BAD_REQUEST, "InvalidRequestContentException"),
            Self::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLargeException"),
            Self::Body(error) => (error.status(), error.name()),
            Self::NotCallable(DirectError::NotStarted { .. }) => {
                (StatusCode::BAD_GATEWAY, "InvalidRuntimeException")
            }
            Self::NotCallable(DirectError::ShutDown { .. }) => {
                (StatusCode::SERVICE_UNAVAILABLE, "ServiceException")
            }
            Self::NotCallable(_) => (StatusCode::CONFLICT, "ResourceConflictException"),
        }
    }
}

impl From<Refused> for Response<Full<Bytes>> {
    fn from(refused: Refused) -> Self {
        let (status, name) = refused.answer();
        tracing::debug!(error = %refused, name, "refused");
        let whose = if status.is_server_error() { "Service" } else { "User" };
        let body = json!({ "Type": whose, "Message": refused.to_string() });
        let mut response = json_of(status, body.to_string().into());
        response.headers_mut().insert(ERROR_TYPE, HeaderValue::from_static(name));
        response
    }
}
