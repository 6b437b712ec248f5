//! What can go wrong, told apart by what the caller does next.

use super::outcome::{ConnectionFault, DenialKind, LimitKind, TimeoutKind};

/// A grant that cannot be used as it is written. The text names the grant and says what to write.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GrantError {
    /// The text is not a grant: correct it.
    #[error("grant {grant:?} cannot be read: {problem}")]
    Syntax {
        /// The grant as written.
        grant: String,
        /// What is wrong with it, and what to write instead.
        problem: String,
    },
    /// The text is a grant, but of something that no plugin may ever reach: leave it out.
    #[error("grant {grant:?} is refused: {problem}")]
    Forbidden {
        /// The grant as written.
        grant: String,
        /// Why it is never granted, and what to do instead.
        problem: String,
    },
}

/// Why a plugin's request brought no complete response. Each text is a sentence for people, and names the
/// request's host.
///
/// The variants are those of the `error` type of the `http` interface in `wit/v0.1.0/http.wit`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// Policy forbids it: add the grant that the sentence names, or give the request up.
    #[error("{sentence}")]
    Denied {
        /// Whether a grant was missing or the address is one that it does not cover.
        kind: DenialKind,
        /// The reason and the fix.
        sentence: String,
    },
    /// The request cannot be sent as it is: correct it.
    #[error("{0}")]
    Invalid(String),
    /// The name could not be resolved.
    #[error("{0}")]
    Dns(String),
    /// No connection, or it broke: the server may answer another time.
    #[error("{sentence}")]
    Connection {
        /// At which point it failed.
        fault: ConnectionFault,
        /// What happened.
        sentence: String,
    },
    /// It took too long.
    #[error("{sentence}")]
    Timeout {
        /// Which timer ran out.
        kind: TimeoutKind,
        /// What was waited for, and for how long.
        sentence: String,
    },
    /// A limit of the host was reached: raise it, or ask for less.
    #[error("{sentence}")]
    Limit {
        /// Which one.
        kind: LimitKind,
        /// The limit's value and what reached it.
        sentence: String,
    },
    /// The server did not keep to HTTP, or any other failure of the exchange.
    #[error("{0}")]
    Other(String),
}

impl HttpError {
    /// A short stable name of the variant for reports: `denied`, `invalid`, `dns`, `connection`, `timeout`,
    /// `limit` or `other`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Denied { .. } => "denied",
            Self::Invalid(_) => "invalid",
            Self::Dns(_) => "dns",
            Self::Connection { .. } => "connection",
            Self::Timeout { .. } => "timeout",
            Self::Limit { .. } => "limit",
            Self::Other(_) => "other",
        }
    }

    /// Whether policy forbade the request, as opposed to the network failing it.
    #[must_use]
    pub const fn is_denied(&self) -> bool {
        matches!(self, Self::Denied { .. })
    }
}
