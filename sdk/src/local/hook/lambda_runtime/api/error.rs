//! What the Runtime API answers when it refuses.

use bytes::Bytes;
use http::{Response, StatusCode, header};
use http_body_util::Full;

use super::MAX_ANSWER_BYTES;

/// A refusal, with the status and the error type that runtimes know from Lambda.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ApiError {
    #[error("Invalid request ID")]
    InvalidRequestId,
    #[error("Exceeded maximum allowed payload size ({MAX_ANSWER_BYTES} bytes).")]
    TooLarge,
    #[error("The previous invocation has no response yet")]
    StillRunning,
    #[error("The request body ended early")]
    BrokenBody,
    #[error("There is no such resource in this version of the API")]
    NoSuchPath,
    #[error("This resource has another method")]
    NoSuchMethod,
}

impl ApiError {
    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::InvalidRequestId | Self::BrokenBody => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::StillRunning => StatusCode::FORBIDDEN,
            Self::NoSuchPath => StatusCode::NOT_FOUND,
            Self::NoSuchMethod => StatusCode::METHOD_NOT_ALLOWED,
        }
    }

    const fn error_type(self) -> &'static str {
        match self {
            Self::InvalidRequestId => "InvalidRequestID",
            Self::TooLarge => "RequestEntityTooLarge",
            Self::StillRunning => "InvalidStateTransition",
            Self::BrokenBody => "InvalidRequestBody",
            Self::NoSuchPath => "NoSuchResource",
            Self::NoSuchMethod => "MethodNotAllowed",
        }
    }
}

impl From<ApiError> for Response<Full<Bytes>> {
    fn from(error: ApiError) -> Self {
        let body = serde_json::json!({ "errorMessage": error.to_string(), "errorType": error.error_type() });
        let mut response = Self::new(Full::new(body.to_string().into()));
        *response.status_mut() = error.status();
        let json = header::HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        response
    }
}
