//! Where a request goes: scheme, host and port, in one normal form for grants and requests alike.

use std::{fmt, net::IpAddr};

use url::Url;

use super::{
    error::{GrantError, HttpError},
    excerpt::quoted,
};

/// The longest URL that is sent, in bytes. Servers take 8 to 16 KiB; what a plugin writes beyond that would only fill
/// the host's memory, and reading it its time.
const MAX_URL_BYTES: usize = 64 << 10;

/// The longest name of a host, in bytes, as in DNS (RFC 1035, section 2.3.4).
const MAX_NAME_BYTES: usize = 253;

/// `http` or `https`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Scheme {
    Http,
    Https,
}

impl Scheme {
    pub(super) const fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        match text {
            "http" => Some(Self::Http),
            "https" => Some(Self::Https),
            _ => None,
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http => "http",
            Self::Https => "https",
        })
    }
}

/// A host name in lower case without a final dot, or an address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Host {
    Name(String),
    Ip(IpAddr),
}

impl Host {
    /// The URL standard reads `0x7f.1`, `2130706433` and `127.1` as addresses, as system resolvers do.
    fn of(url: &Url) -> Option<Self> {
        match url.host()? {
            url::Host::Domain(name) => {
                let name = name.strip_suffix('.').unwrap_or(name);
                (!name.is_empty()).then(|| Self::Name(name.to_owned()))
            }
            url::Host::Ipv4(ip) => Some(Self::Ip(ip.into())),
            url::Host::Ipv6(ip) => Some(Self::Ip(ip.into())),
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Ip(IpAddr::V4(ip)) => write!(f, "{ip}"),
            Self::Ip(IpAddr::V6(ip)) => write!(f, "[{ip}]"),
        }
    }
}

/// Where one request goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) scheme: Scheme,
    pub(super) host: Host,
    pub(super) port: u16,
    /// Path and query, as sent on the request line.
    pub(super) path: String,
}

impl Target {
    /// Reads the absolute URL of a request.
    pub(super) fn parse(text: &str) -> Result<Self, HttpError> {
        if text.len() > MAX_URL_BYTES {
            return Err(too_long(text.len()));
        }
        let shown = quoted(&without_userinfo(text));
        let url = Url::parse(text).map_err(|e| {
            HttpError::Invalid(format!("{shown} is not an absolute URL: {e}; write it as http://host/path"))
        })?;
        let Some(scheme) = Scheme::parse(url.scheme()) else {
            return Err(HttpError::Invalid(format!(
                "the scheme of {shown} is not supported; use http or https"
            )));
        };
        if has_userinfo(text, &url) {
            return Err(HttpError::Invalid(
                "the URL carries a user name or password; send them in an authorization header".to_owned(),
            ));
        }
        let host = Host::of(&url).ok_or_else(|| HttpError::Invalid(format!("{shown} names no host")))?;
        if matches!(&host, Host::Name(name) if name.len() > MAX_NAME_BYTES) {
            return Err(HttpError::Invalid(format!(
                "the host in {shown} is longer than {MAX_NAME_BYTES} bytes, the most that a name may have"
            )));
        }
        let port = url.port().unwrap_or(scheme.default_port());
        if port == 0 {
            return Err(HttpError::Invalid(format!("{shown} names port 0; use a port from 1 to 65535")));
        }
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        Ok(Self { scheme, host, port, path })
    }

    /// Reads the URI of a `wasi:http` request. Path and query stay as the plugin wrote them.
    pub(super) fn from_uri(uri: &http::Uri) -> Result<Self, HttpError> {
        let authority = uri.authority().map_or("", http::uri::Authority::as_str);
        let base = format!("{}://{authority}/", uri.scheme_str().unwrap_or("https"));
        let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        if path.len() > MAX_URL_BYTES {
            return Err(too_long(path.len()));
        }
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Ok(Self { path, ..Self::parse(&base)? })
    }

    /// `scheme://host`, with the port unless it is the scheme's own: what a grant for it looks like.
    pub(super) fn origin(&self) -> String {
        origin(self.scheme, &self.host, self.port)
    }

    /// The value of the `host` header.
    pub(super) fn authority(&self) -> String {
        if self.port == self.scheme.default_port() {
            self.host.to_string()
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin(), self.path)
    }
}

pub(super) fn origin(scheme: Scheme, host: &impl fmt::Display, port: u16) -> String {
    if port == scheme.default_port() {
        format!("{scheme}://{host}")
    } else {
        format!("{scheme}://{host}:{port}")
    }
}

/// Reads `scheme://host[:port]`, for the roles, where a path may follow. `grant` is the text for the error.
pub(super) fn parse_base_url(text: &str, grant: &str) -> Result<(Scheme, Host, u16), GrantError> {
    let syntax = |problem: String| GrantError::Syntax { grant: without_userinfo(grant), problem };
    let url =
        Url::parse(text).map_err(|e| syntax(format!("{e}; write it as https://host or http://host:port")))?;
    let scheme = Scheme::parse(url.scheme())
        .ok_or_else(|| syntax(format!("scheme {:?} is not supported; use http or https", url.scheme())))?;
    if has_userinfo(text, &url) {
        return Err(syntax("it carries a user name or password; leave them out".to_owned()));
    }
    let host = Host::of(&url).ok_or_else(|| syntax("it names no host".to_owned()))?;
    let port = url.port().unwrap_or(scheme.default_port());
    if port == 0 {
        return Err(syntax("port 0 is no port; use one from 1 to 65535".to_owned()));
    }
    Ok((scheme, host, port))
}

/// `url` without a user name and password, for texts that people and logs see.
pub(super) fn without_userinfo(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("//") else { return url.to_owned() };
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
    match authority.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}//…@{host}{tail}"),
        None => url.to_owned(),
    }
}

fn too_long(bytes: usize) -> HttpError {
    HttpError::Invalid(format!("the URL has {bytes} bytes, more than {MAX_URL_BYTES}, the most that is sent"))
}

/// An empty user name before an `@` leaves no trace in the parsed URL, so the text is looked at as well.
fn has_userinfo(text: &str, url: &Url) -> bool {
    let authority = text.split_once("//").map_or("", |(_, rest)| rest);
    let authority = authority.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    authority.contains('@') || !url.username().is_empty() || url.password().is_some()
}
