//! What a plugin may reach outside of its sandbox.

use crate::http::HttpGrants;

/// Everything that a plugin is allowed beyond computing. By default nothing.
///
/// Whatever is granted here, a plugin has no environment, no arguments, no files and no sockets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Grants {
    /// Servers that it may send HTTP requests to.
    pub http: HttpGrants,
}

impl Grants {
    /// Nothing at all.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Sets the servers that it may send HTTP requests to.
    #[must_use]
    pub fn with_http(mut self, http: HttpGrants) -> Self {
        self.http = http;
        self
    }
}
