//! The answers that the router gives by itself.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};

use super::exchange::Exchange;
use super::response_body::ResponseBody;
use super::target_group::TargetGroup;

/// Names the reason of an answer that no target gave; see [the module](super#answers-of-the-routers-own).
pub(super) const ERROR_HEADER: HeaderName = HeaderName::from_static("x-greenlight-error");

/// Why a request was not answered by a target.
#[derive(Debug)]
pub(super) enum Refusal {
    BadHost,
    ConnectMethod,
    NoGroup,
    NoTargets(TargetGroup),
    Unreachable { group: TargetGroup, address: SocketAddr, error: io::Error },
    ConnectTimeout { group: TargetGroup, address: SocketAddr, after: Duration },
    Silent { group: TargetGroup, address: SocketAddr, after: Duration },
    Broken { group: TargetGroup, address: SocketAddr, error: hyper::Error },
    ClientBody { error: hyper::Error },
    Upgrade,
}

impl Refusal {
    pub(super) const fn status(&self) -> StatusCode {
        match self {
            Self::BadHost | Self::ClientBody { .. } => StatusCode::BAD_REQUEST,
            Self::ConnectMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unreachable { .. } | Self::Broken { .. } | Self::Upgrade => StatusCode::BAD_GATEWAY,
            Self::NoGroup | Self::NoTargets(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::ConnectTimeout { .. } | Self::Silent { .. } => StatusCode::GATEWAY_TIMEOUT,
        }
    }

    /// Whether the target is to blame, rather than the client or the routing table.
    pub(super) const fn is_failure_of_target(&self) -> bool {
        matches!(
            self,
            Self::Unreachable { .. }
                | Self::ConnectTimeout { .. }
                | Self::Silent { .. }
                | Self::Broken { .. }
                | Self::Upgrade
        )
    }

    const fn code(&self) -> &'static str {
        match self {
            Self::BadHost => "bad-host",
            Self::ConnectMethod => "connect-method",
            Self::NoGroup => "no-target-group",
            Self::NoTargets(_) => "no-targets",
            Self::Unreachable { .. } => "target-unreachable",
            Self::ConnectTimeout { .. } => "target-connect-timeout",
            Self::Silent { .. } => "target-silent",
            Self::Broken { .. } => "target-broken",
            Self::ClientBody { .. } => "client-body",
            Self::Upgrade => "upgrade",
        }
    }

    /// The answer. It holds on to `exchange` until it has been sent.
    pub(super) fn into_response(self, exchange: Option<Exchange>) -> Response<ResponseBody> {
        let text = Bytes::from(format!("greenlight router: {self}\n"));
        let mut response = Response::new(ResponseBody::text(text, exchange));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        headers.insert(ERROR_HEADER, HeaderValue::from_static(self.code()));
        response
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadHost => f.write_str("the request must have exactly one Host header"),
            Self::ConnectMethod => f.write_str("this is no forward proxy, so CONNECT is not allowed"),
            Self::NoGroup => f.write_str("this listener forwards to no target group at the moment"),
            Self::NoTargets(group) => write!(f, "the {group} target group has no targets"),
            Self::Unreachable { group, address, error } => write!(
                f,
                "the {group} target {address} cannot be connected to ({error}); is its process still running?"
            ),
            Self::ConnectTimeout { group, address, after } => {
                write!(f, "the {group} target {address} did not accept a connection within {after:?}")
            }
            Self::Silent { group, address, after } => {
                write!(f, "the {group} target {address} did not answer within {after:?}")
            }
            Self::Broken { group, address, error } => {
                write!(f, "the {group} target {address} did not send a valid response ({})", Chain(error))
            }
            Self::ClientBody { error } => write!(f, "the request body could not be read ({})", Chain(error)),
            Self::Upgrade => f.write_str("the target agreed to a protocol change that could not be made"),
        }
    }
}

/// An error with all its sources: hyper's own text alone often says little.
struct Chain<'a>(&'a hyper::Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = std::error::Error::source(self.0);
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}
