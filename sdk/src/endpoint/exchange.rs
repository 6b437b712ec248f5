//! One request and its answer.

use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CONNECTION, CONTENT_TYPE, HOST, ORIGIN};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Version};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};

use super::context::Context;
use super::dispatch::dispatch;
use super::error::ServiceError;
use super::wire::{AwsJson, Codec};

/// The largest body of a request.
pub(super) const MAX_BODY_BYTES: usize = 10 * 1024 * 1024;

/// The header with the id that an answer has, whatever it says.
const REQUEST_ID: &str = "x-amzn-requestid";

/// Answers a request.
pub(super) async fn answer(
    context: Arc<Context>,
    guard: &Guard,
    body_timeout: Duration,
    request: Request<Incoming>,
) -> Response<Full<Bytes>> {
    let request_id = context.ids.uuid();
    let (head, body) = request.into_parts();
    let span = tracing::debug_span!("request", id = %request_id);
    let mut response = match guard.admit(&head) {
        Err(error) => refuse(&AwsJson, &error, true),
        Ok(()) => {
            let body = Reader { body, timeout: body_timeout };
            exchange(&AwsJson, &context, &head, body).await
        }
    };
    tracing::debug!(parent: &span, status = response.status().as_u16(), "answered");
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// Answers by one protocol.
async fn exchange<C: Codec>(
    codec: &C,
    context: &Context,
    head: &Parts,
    body: Reader,
) -> Response<Full<Bytes>> {
    if head.uri.path() != "/" {
        let message = format!("There is nothing at {}. Send requests to /.", head.uri.path());
        return refuse(
            codec,
            &ServiceError::fault(StatusCode::NOT_FOUND, "UnknownOperationException", message),
            true,
        );
    }
    if head.method != Method::POST {
        let message = format!("{} is not a method of this service. Use POST.", head.method);
        let error = ServiceError::fault(StatusCode::METHOD_NOT_ALLOWED, "UnknownOperationException", message);
        let mut response = refuse(codec, &error, true);
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
        return response;
    }
    let body = match body.read().await {
        Ok(body) => body,
        Err(error) => return refuse(codec, &error, true),
    };
    let done = codec.operation(head).and_then(|operation| {
        // A fault of one operation is one failed request, and the catalogue takes back what it had begun.
        catch_unwind(AssertUnwindSafe(|| dispatch(codec, context, operation, &body))).unwrap_or_else(|_| {
            tracing::error!(%operation, "an operation panicked");
            Err(ServiceError::internal("The operation failed by a fault of the endpoint."))
        })
    });
    // What is told, an error too, may depend on what was changed a moment ago: nobody is told what a crash could
    // take back.
    if let Err(error) = context.catalogue.written().await {
        return refuse(codec, &ServiceError::not_written(&error), false);
    }
    match done {
        Ok(body) => respond::<C>(StatusCode::OK, body),
        Err(error) => refuse(codec, &error, false),
    }
}

fn refuse<C: Codec>(codec: &C, error: &ServiceError, close: bool) -> Response<Full<Bytes>> {
    tracing::debug!(%error, "refused");
    let mut response = respond::<C>(error.status(), codec.encode_error(error));
    if close {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

fn respond<C: Codec>(status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, C::CONTENT_TYPE);
    response
}

/// A body that has a size and a time.
struct Reader {
    body: Incoming,
    timeout: Duration,
}

impl Reader {
    async fn read(self) -> Result<Bytes, ServiceError> {
        let too_large = || {
            let message = format!("The body has more than {MAX_BODY_BYTES} bytes.");
            ServiceError::fault(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLargeException", message)
        };
        // Told before anything of it is read, if the client says how much it is.
        if self.body.size_hint().lower() > MAX_BODY_BYTES as u64 {
            return Err(too_large());
        }
        let read = Limited::new(self.body, MAX_BODY_BYTES).collect();
        match tokio::time::timeout(self.timeout, read).await {
            Ok(Ok(body)) => Ok(body.to_bytes()),
            Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
            Ok(Err(error)) => Err(ServiceError::serialization(error)),
            Err(_) => {
                let message = format!("The body was not sent within {:?}.", self.timeout);
                Err(ServiceError::fault(StatusCode::REQUEST_TIMEOUT, "RequestTimeoutException", message))
            }
        }
    }
}

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
