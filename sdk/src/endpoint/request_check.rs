//! Reading a request without an endpoint.

use std::fmt;

use http::Request;

use super::dispatch;
use super::error::ServiceError;
use super::wire::{AwsJson, Codec};

/// Reads a request as an endpoint does, and does nothing: for tests of what writes requests, and for fuzzing what
/// reads them. `target` is the value of `X-Amz-Target`.
///
/// A request that can be read may still be refused by what the operation checks.
///
/// ```
/// use greenlight::endpoint::check_request;
///
/// check_request(b"CodeDeploy_20141006.GetApplication", br#"{"applicationName":"shop"}"#)?;
/// let wrong = check_request(b"CodeDeploy_20141006.GetApplication", br#"{"applicationName":5}"#).unwrap_err();
/// assert_eq!(wrong.name(), "SerializationException");
/// # Ok::<(), greenlight::endpoint::InvalidRequest>(())
/// ```
///
/// # Errors
///
/// [`InvalidRequest`] with the name and the sentence that an endpoint answers.
pub fn check_request(target: &[u8], body: &[u8]) -> Result<(), InvalidRequest> {
    let request = Request::post("/").header("x-amz-target", target).body(());
    let (head, ()) =
        request.map_err(|error| ServiceError::unknown_operation(error.to_string()))?.into_parts();
    let operation = AwsJson.operation(&head)?;
    Ok(dispatch::check(&AwsJson, operation, body)?)
}

/// A request that no operation takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidRequest(ServiceError);

impl InvalidRequest {
    /// The name of the error on the wire, such as `SerializationException`.
    #[must_use]
    pub const fn name(&self) -> &str {
        self.0.name()
    }

    /// The sentence for people.
    #[must_use]
    pub fn message(&self) -> &str {
        self.0.message()
    }
}

impl From<ServiceError> for InvalidRequest {
    fn from(error: ServiceError) -> Self {
        Self(error)
    }
}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for InvalidRequest {}
