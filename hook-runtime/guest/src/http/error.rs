//! Why there is no answer, or none of use.

/// Why a request came to nothing. Each text is a sentence that names the request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No grant covers this address; the text names the grant to add.
    #[error("{0}")]
    Denied(String),
    /// The request cannot be sent as it is: a bad URL, method, header or body.
    #[error("{0}")]
    Invalid(String),
    /// The name could not be resolved.
    #[error("{0}")]
    Dns(String),
    /// No connection, or it broke.
    #[error("{0}")]
    Connection(String),
    /// It took too long.
    #[error("{0}")]
    Timeout(String),
    /// A limit of the host was reached: response size, number of requests.
    #[error("{0}")]
    Limit(String),
    /// Any other failure of the exchange.
    #[error("{0}")]
    Other(String),
    /// An answer came, but its body is not what was asked for.
    #[error("{0}")]
    Body(String),
}

impl Error {
    /// Whether the service could not be reached or was too slow: the same request may succeed later.
    ///
    /// ```
    /// use greenlight_hook::http::Error;
    ///
    /// assert!(Error::Connection("GET http://orders.internal/: connection refused".into()).is_transient());
    /// assert!(!Error::Denied("no grant covers GET http://orders.internal/".into()).is_transient());
    /// ```
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Dns(_) | Self::Connection(_) | Self::Timeout(_))
    }

    /// Puts the request before the text, unless the host named it already.
    pub(crate) fn about(mut self, method: &str, url: &str) -> Self {
        let (Self::Denied(text)
        | Self::Invalid(text)
        | Self::Dns(text)
        | Self::Connection(text)
        | Self::Timeout(text)
        | Self::Limit(text)
        | Self::Other(text)
        | Self::Body(text)) = &mut self;
        if !text.contains(url) {
            *text = format!("{method} {url}: {text}");
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_is_named_once() {
        let url = "http://orders.internal/health";
        let error = Error::Timeout("no answer within 2 s".to_owned()).about("GET", url);
        assert_eq!(error.to_string(), "GET http://orders.internal/health: no answer within 2 s");
        let error = Error::Denied(format!("no grant covers GET {url}")).about("GET", url);
        assert_eq!(error.to_string(), "no grant covers GET http://orders.internal/health");
    }
}
