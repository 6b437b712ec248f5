//! Errors of every operation: the request itself is not one that can be worked on.

use std::fmt;

use http::StatusCode;

use super::ServiceError;
use crate::local::persist::NotWritten;

impl ServiceError {
    /// The request names no operation of this service.
    pub(crate) fn unknown_operation(message: impl Into<String>) -> Self {
        Self::modelled("UnknownOperationException", message)
    }

    /// The body is malformed, or a member has another type than it must have.
    pub(crate) fn serialization(cause: impl fmt::Display) -> Self {
        Self::modelled("SerializationException", format!("The request cannot be read: {cause}."))
    }

    /// The operation is one of EC2/on-premises deployments, or of what only AWS has.
    pub(crate) fn unsupported(operation: impl fmt::Display, reason: &str) -> Self {
        Self::modelled(
            "OperationNotSupportedException",
            format!("{operation} is not supported by this endpoint: {reason}."),
        )
    }

    /// A page token that this list did not give out.
    pub(crate) fn invalid_next_token() -> Self {
        Self::modelled("InvalidNextTokenException", "The next token is not one that this list gave out.")
    }

    /// A batch call names too many things.
    pub(crate) fn batch_limit_exceeded(limit: usize, given: usize) -> Self {
        Self::modelled(
            "BatchLimitExceededException",
            format!("A request can name at most {limit} items, and this one names {given}."),
        )
    }

    /// The state cannot be kept any more, so nothing is acknowledged.
    pub(crate) fn not_written(cause: &NotWritten) -> Self {
        tracing::error!(%cause, "a request was not acknowledged");
        Self::internal(cause)
    }

    /// A fault of the endpoint itself.
    pub(crate) fn internal(cause: impl fmt::Display) -> Self {
        Self::fault(StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure", cause)
    }

    /// The request was not looked into, for a reason of HTTP.
    pub(crate) fn fault(status: StatusCode, name: &'static str, message: impl fmt::Display) -> Self {
        Self::with_status(status, name, message.to_string())
    }
}
