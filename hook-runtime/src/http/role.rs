//! The two addresses of a deployment that a plugin may be granted by role.

use std::{fmt, net::IpAddr};

use super::{
    error::GrantError,
    target::{Host, Scheme, parse_base_url},
};

/// Which listener of the deployment a grant means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The test listener: the new release. Written `{test}`.
    Test,
    /// The production listener: what users see. Written `{production}`.
    Production,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Test => "{test}",
            Self::Production => "{production}",
        })
    }
}

/// What the roles stand for in one run, filled in by the application that hosts the runtime.
///
/// A role that is filled with a **literal** loopback or private address is reachable at exactly that address
/// and port: this is how the local engine lets a plugin speak to its own listeners. A role that is filled
/// with a name is judged by what the name resolves to, like any other grant.
///
/// ```
/// use greenlight_hook_runtime::http::Roles;
///
/// let roles = Roles::new().with_test("http://127.0.0.1:9002")?.with_production("https://shop.example.com")?;
/// # Ok::<_, greenlight_hook_runtime::http::GrantError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles {
    test: Option<RoleTarget>,
    production: Option<RoleTarget>,
}

impl Roles {
    /// No role is filled: a grant of `{test}` or `{production}` then covers nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { test: None, production: None }
    }

    /// Fills `{test}` with the base URL of the test listener. A path after the port is ignored, since a grant
    /// covers the whole server.
    ///
    /// # Errors
    ///
    /// [`GrantError`] when the text is not an `http` or `https` URL with a host, or carries a user name.
    pub fn with_test(mut self, base_url: &str) -> Result<Self, GrantError> {
        self.test = Some(RoleTarget::parse(base_url)?);
        Ok(self)
    }

    /// Fills `{production}` with the base URL of the production listener.
    ///
    /// # Errors
    ///
    /// As [`with_test`](Self::with_test).
    pub fn with_production(mut self, base_url: &str) -> Result<Self, GrantError> {
        self.production = Some(RoleTarget::parse(base_url)?);
        Ok(self)
    }

    pub(super) fn target(&self, role: Role) -> Option<&RoleTarget> {
        match role {
            Role::Test => self.test.as_ref(),
            Role::Production => self.production.as_ref(),
        }
    }
}

/// One filled role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RoleTarget {
    pub(super) scheme: Scheme,
    pub(super) host: Host,
    pub(super) port: u16,
}

impl RoleTarget {
    fn parse(base_url: &str) -> Result<Self, GrantError> {
        let (scheme, host, port) = parse_base_url(base_url, base_url)?;
        Ok(Self { scheme, host, port })
    }

    /// The one address that the host application vouches for, if it gave an address and not a name.
    pub(super) fn literal(&self) -> Option<IpAddr> {
        match self.host {
            Host::Ip(ip) => Some(ip),
            Host::Name(_) => None,
        }
    }
}
