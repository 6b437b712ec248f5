//! Who is answered at all.

use std::net::IpAddr;

use http::header::{HOST, ORIGIN};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, StatusCode, Version};

use super::error::ServiceError;

/// Keeps web pages out.
///
/// A page in a browser of this machine can send requests to it. Browsers say so with an `Origin`; and a page that
/// points a host name of its own at this machine, to be of the same origin, sends that name as `Host`.
#[derive(Debug)]
pub(super) struct Guard {
    names: Vec<String>,
}

impl Guard {
    /// Lets requests for these names pass, beside addresses and `localhost`.
    pub(super) fn new(names: Vec<String>) -> Self {
        Self { names }
    }

    /// Whether a request may be looked into.
    pub(super) fn admit(&self, head: &Parts) -> Result<(), ServiceError> {
        let refused = |message: String| {
            Err(ServiceError::fault(StatusCode::FORBIDDEN, "AccessDeniedException", message))
        };
        if head.headers.contains_key(ORIGIN) {
            return refused("Requests of web pages are not answered.".to_owned());
        }
        let host = match named_host(&head.headers) {
            Ok(Some(host)) => host,
            Ok(None) if head.version < Version::HTTP_11 => return Ok(()),
            Ok(None) | Err(()) => {
                let message = "The request has no valid Host header.";
                return Err(ServiceError::fault(StatusCode::BAD_REQUEST, "InvalidRequestException", message));
            }
        };
        let in_uri = head.uri.host().is_none_or(|host| self.knows(host));
        if in_uri && self.knows(host.host()) {
            return Ok(());
        }
        refused(format!("The host {:?} is not one of this endpoint.", host.host()))
    }

    fn knows(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.');
        let address = host.trim_start_matches('[').trim_end_matches(']');
        address.parse::<IpAddr>().is_ok()
            || host.eq_ignore_ascii_case("localhost")
            || host.to_ascii_lowercase().ends_with(".localhost")
            || self.names.iter().any(|name| name.eq_ignore_ascii_case(host))
    }
}

fn named_host(headers: &HeaderMap) -> Result<Option<Authority>, ()> {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) => Ok(None),
        (Some(host), None) => Authority::try_from(host.as_bytes()).map(Some).map_err(|_| ()),
        (Some(_), Some(_)) => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn admit(host: Option<&str>, more: &[(&str, &str)]) -> u16 {
        let mut request = Request::builder().uri("/");
        for (name, value) in host.map(|host| ("host", host)).iter().chain(more) {
            request = request.header(*name, *value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        Guard::new(vec!["codedeploy.test".to_owned()])
            .admit(&head)
            .map_or_else(|error| error.status().as_u16(), |()| 200)
    }

    #[test]
    fn addresses_localhost_and_known_names_are_answered() {
        for host in
            ["127.0.0.1:8080", "[::1]:8080", "10.0.0.7", "localhost:1", "api.localhost", "CodeDeploy.Test:80"]
        {
            assert_eq!(admit(Some(host), &[]), 200, "{host}");
        }
    }

    #[test]
    fn names_that_anybody_can_point_here_are_refused() {
        for host in ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "notlocalhost"] {
            assert_eq!(admit(Some(host), &[]), 403, "{host}");
        }
        for host in ["", "a b", "x@y/"] {
            assert_eq!(admit(Some(host), &[]), 400, "{host}");
        }
        assert_eq!(admit(None, &[]), 400);
        assert_eq!(admit(Some("127.0.0.1"), &[("host", "127.0.0.1")]), 400, "two hosts");
    }

    #[test]
    fn web_pages_are_refused() {
        for origin in ["https://evil.example", "null", "http://127.0.0.1:8080", ""] {
            assert_eq!(admit(Some("127.0.0.1:8080"), &[("origin", origin)]), 403, "{origin}");
        }
    }
}
