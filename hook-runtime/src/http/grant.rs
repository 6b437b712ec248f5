//! One permission to reach a server.

use std::{fmt, net::IpAddr, str::FromStr};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::{
    error::GrantError,
    grant_syntax,
    role::{Role, Roles},
    target::{Host, Scheme, Target, origin},
};

/// Permission to reach one server, by scheme, host and port, as it is written in a manifest.
///
/// | written | covers |
/// |---|---|
/// | `https://api.example.com` | that host on port 443 |
/// | `http://api.example.com:8080` | that host on port 8080 |
/// | `https://*.example.com` | every name below `example.com`, at any depth, but not `example.com` itself |
/// | `http://10.1.2.3:8080` | that private address |
/// | `http://internal.example.com via 10.0.0.0/8` | that name, also when it resolves into the given private ranges |
/// | `{test}` | the test listener of the deployment in progress |
/// | `{production} via 10.0.0.0/8, fd12::/16` | the production listener, also when it resolves into these ranges |
///
/// A grant never covers a path: whoever may speak to a server may ask it anything. Without `via` a name
/// is only reachable at public addresses. A `*` cannot stand for a whole host, and cannot be joined with `via`,
/// so that no wildcard ever opens a private network. Loopback, link-local and metadata addresses cannot be
/// granted at all; see [`Roles`] for the one exception, the listeners of the local engine.
///
/// ```
/// use greenlight_hook_runtime::http::HttpGrant;
///
/// let grant: HttpGrant = "HTTPS://API.example.com:443".parse()?;
/// assert_eq!(grant.to_string(), "https://api.example.com");
/// assert!("https://api.example.com/v1".parse::<HttpGrant>().is_err());
/// # Ok::<_, greenlight_hook_runtime::http::GrantError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HttpGrant {
    pub(super) subject: Subject,
    /// Private ranges that the name may resolve into.
    pub(super) via: Vec<IpNet>,
}

/// What a grant is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Subject {
    Role(Role),
    Server { scheme: Scheme, host: HostPattern, port: u16 },
}

/// The hosts that a grant names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum HostPattern {
    Exact(Host),
    /// The part after `*.`.
    Below(String),
}

/// What a matching grant allows beyond public addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Permit {
    pub(super) via: Vec<IpNet>,
    /// The address that the grant itself spells out.
    pub(super) literal: Option<IpAddr>,
    /// The role whose target the host application filled in; its literal may be loopback.
    pub(super) role: Option<Role>,
}

impl HttpGrant {
    /// The role that this grant means, if it means one.
    #[must_use]
    pub const fn role(&self) -> Option<Role> {
        match self.subject {
            Subject::Role(role) => Some(role),
            Subject::Server { .. } => None,
        }
    }

    /// What this grant allows for `target`, or nothing when it does not cover it.
    pub(super) fn permit(&self, target: &Target, roles: &Roles) -> Option<Permit> {
        let (covers, literal) = match &self.subject {
            Subject::Role(role) => {
                let filled = roles.target(*role)?;
                let same =
                    (filled.scheme, &filled.host, filled.port) == (target.scheme, &target.host, target.port);
                (same, filled.literal())
            }
            Subject::Server { scheme, host, port } => (
                (*scheme, *port) == (target.scheme, target.port) && host.covers(&target.host),
                host.literal(),
            ),
        };
        covers.then(|| Permit { via: self.via.clone(), literal, role: self.role() })
    }
}

impl HostPattern {
    fn covers(&self, host: &Host) -> bool {
        match (self, host) {
            (Self::Exact(granted), host) => granted == host,
            (Self::Below(parent), Host::Name(name)) => name
                .strip_suffix(parent.as_str())
                .and_then(|rest| rest.strip_suffix('.'))
                .is_some_and(|r| !r.is_empty()),
            (Self::Below(_), Host::Ip(_)) => false,
        }
    }

    const fn literal(&self) -> Option<IpAddr> {
        match self {
            Self::Exact(Host::Ip(ip)) => Some(*ip),
            Self::Exact(Host::Name(_)) | Self::Below(_) => None,
        }
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(host) => host.fmt(f),
            Self::Below(parent) => write!(f, "*.{parent}"),
        }
    }
}

impl fmt::Display for HttpGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.subject {
            Subject::Role(role) => role.fmt(f)?,
            Subject::Server { scheme, host, port } => f.write_str(&origin(*scheme, host, *port))?,
        }
        for (i, net) in self.via.iter().enumerate() {
            write!(f, "{}{net}", if i == 0 { " via " } else { ", " })?;
        }
        Ok(())
    }
}

impl FromStr for HttpGrant {
    type Err = GrantError;

    fn from_str(text: &str) -> Result<Self, GrantError> {
        grant_syntax::parse(text)
    }
}

impl TryFrom<String> for HttpGrant {
    type Error = GrantError;

    fn try_from(text: String) -> Result<Self, GrantError> {
        text.parse()
    }
}

impl From<HttpGrant> for String {
    fn from(grant: HttpGrant) -> Self {
        grant.to_string()
    }
}
