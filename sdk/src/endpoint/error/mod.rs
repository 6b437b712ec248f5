//! The errors that the service answers with, by name and in its words.
//!
//! One constructor for each; those that belong to one family of operations are in a file of that family. The
//! names are those of the service's model, where every modelled error has HTTP status 400.

mod application;
mod deployment_config;
mod deployment_group;
mod protocol;
mod tag;

use std::fmt;

use http::StatusCode;

/// What an operation answers when it does not do what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServiceError {
    name: &'static str,
    message: String,
    status: StatusCode,
}

impl ServiceError {
    /// A modelled error by its whole name, such as `ApplicationDoesNotExistException`.
    pub(crate) fn modelled(name: &'static str, message: impl Into<String>) -> Self {
        Self { name, message: message.into(), status: StatusCode::BAD_REQUEST }
    }

    /// The name on the wire.
    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    /// The sentence for people.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// The HTTP status that it is answered with.
    pub(crate) const fn status(&self) -> StatusCode {
        self.status
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.message)
    }
}

impl std::error::Error for ServiceError {}
