//! The errors that the service answers with, by name and in its words.
//!
//! One constructor for each; those that belong to one family of operations are in a file of that family. The
//! names are those of the service's model, where every modelled error has HTTP status 400.

mod application;
mod deployment;
mod deployment_config;
mod deployment_group;
mod protocol;
mod revision;
mod tag;
mod target;

use std::fmt;

use http::StatusCode;

/// Where a message is cut.
const MAX_MESSAGE_CHARACTERS: usize = 1000;

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
        Self::with_status(StatusCode::BAD_REQUEST, name, message.into())
    }

    fn with_status(status: StatusCode, name: &'static str, mut message: String) -> Self {
        // What a client sent is told back to it, but not all of ten megabytes.
        if let Some((end, _)) = message.char_indices().nth(MAX_MESSAGE_CHARACTERS) {
            message.truncate(end);
            message.push('…');
        }
        Self { name, message, status }
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
