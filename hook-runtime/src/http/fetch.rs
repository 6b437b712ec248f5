//! The contract's own `http` interface: one exchange in one call.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use http_body_util::{BodyExt, Full};
use wasmtime_wasi_http::DEFAULT_FORBIDDEN_HEADERS;

use super::{
    broker::Outgoing,
    egress::Egress,
    error::HttpError,
    excerpt::{quoted, shortened},
    target::Target,
    timers::Wishes,
};

/// One request, as the `request` record of `wit/v0.1.0/http.wit`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchRequest {
    /// The method in upper case.
    pub method: String,
    /// An absolute `http` or `https` URL.
    pub url: String,
    /// Headers by name and value. `host`, `content-length` and the headers of the connection itself are set by
    /// the host and refused here.
    pub headers: Vec<(String, String)>,
    /// The whole body; empty for none.
    pub body: Bytes,
    /// The longest that the whole exchange may take; absent: what the limits and the run leave.
    pub timeout: Option<Duration>,
}

impl FetchRequest {
    /// A GET of `url` without headers.
    #[must_use]
    pub fn get(url: impl Into<String>) -> Self {
        Self { method: "GET".into(), url: url.into(), headers: Vec::new(), body: Bytes::new(), timeout: None }
    }
}

/// A whole response of any status, as the `response` record of `wit/v0.1.0/http.wit`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FetchResponse {
    /// The status code.
    pub status: u16,
    /// Names in lower case. Bytes of a value that are no UTF-8 are replaced.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Bytes,
    /// From the start of the call to the last byte.
    pub elapsed: Duration,
}

impl Egress {
    /// Sends `request` and reads the whole response. Redirects are not followed. See [`Egress`] for an example.
    ///
    /// # Errors
    ///
    /// [`HttpError`], which is also in the request's record.
    pub async fn fetch(&self, request: FetchRequest) -> Result<FetchResponse, HttpError> {
        let begun = tokio::time::Instant::now();
        let parsed = parse(&request);
        let (method, headers, problem) = match parsed {
            Ok((method, headers)) => (method, headers, None),
            Err(e) => (Method::GET, HeaderMap::new(), Some(e)),
        };
        let target = match problem {
            Some(problem) => Err(problem),
            None => Target::parse(&request.url),
        };
        let outgoing = Outgoing {
            method,
            target,
            url: request.url,
            headers,
            body: Full::new(request.body).map_err(|never| match never {}).boxed_unsync(),
            wishes: Wishes { total: request.timeout, ..Wishes::default() },
        };
        let (head, body) = self.broker.send(outgoing).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        let headers = head
            .headers
            .iter()
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        Ok(FetchResponse { status: head.status.as_u16(), headers, body, elapsed: begun.elapsed() })
    }
}

fn parse(request: &FetchRequest) -> Result<(Method, HeaderMap), HttpError> {
    let method = Method::from_bytes(request.method.as_bytes()).map_err(|_| {
        HttpError::Invalid(format!("{} is no HTTP method; write it as GET", quoted(&request.method)))
    })?;
    let mut headers = HeaderMap::new();
    for (name, value) in &request.headers {
        let parsed = HeaderName::try_from(name).map_err(|_| {
            HttpError::Invalid(format!("{} is no header name; use letters, digits and hyphens", quoted(name)))
        })?;
        if parsed == header::CONTENT_LENGTH || DEFAULT_FORBIDDEN_HEADERS.contains(&parsed) {
            return Err(HttpError::Invalid(format!(
                "header {} is set by the host; leave it out",
                shortened(parsed.as_str())
            )));
        }
        let value = HeaderValue::try_from(value).map_err(|_| {
            HttpError::Invalid(format!(
                "the value of header {} holds characters that no header may",
                shortened(parsed.as_str())
            ))
        })?;
        headers.try_append(parsed, value).map_err(|_| {
            HttpError::Invalid(format!(
                "{} headers are more than one request can hold; send fewer",
                request.headers.len()
            ))
        })?;
    }
    Ok((method, headers))
}
