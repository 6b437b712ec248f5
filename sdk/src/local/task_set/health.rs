//! Asks a service whether it is healthy.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, Uri, header};
use http_body_util::Empty;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::error::seconds;

/// How long one answer may take. Default of an Application Load Balancer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// Pauses between checks: short while a service usually starts, longer afterwards.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LATER_PAUSE: Duration = Duration::from_millis(250);
const FIRST_PERIOD: Duration = Duration::from_secs(3);

/// What a health check met instead of a 2xx answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unhealthy {
    /// What was asked, such as `http://127.0.0.1:41231/health`.
    pub url: String,
    /// The status of the answer, if there was one.
    pub status: Option<StatusCode>,
    /// The sentence for people: `answered 503 Service Unavailable`.
    what: String,
}

/// Formats as `GET http://127.0.0.1:41231/health answered 503 Service Unavailable`.
impl fmt::Display for Unhealthy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GET {} {}", self.url, self.what)
    }
}

/// A health check of one service.
#[derive(Debug)]
pub(super) struct HealthCheck {
    address: SocketAddr,
    path: Uri,
}

impl HealthCheck {
    /// Checks the path, or says what is wrong with it.
    pub(super) fn new(address: SocketAddr, path: &str) -> Result<Self, String> {
        let uri: Option<Uri> = path.starts_with('/').then(|| path.parse().ok()).flatten();
        uri.map(|path| Self { address, path }).ok_or_else(|| {
            format!(
                "its health path {path:?} is not a path; write one that starts with a slash, such as /health"
            )
        })
    }

    /// Asks until the answer is 2xx, or until the time is up: then gives the last answer.
    pub(super) async fn wait_until_healthy(&self, grace: Duration) -> Result<(), Unhealthy> {
        let start = Instant::now();
        loop {
            let rest = grace.saturating_sub(start.elapsed());
            let unhealthy = match self.ask(rest.clamp(FIRST_PAUSE, ANSWER_TIMEOUT)).await {
                Ok(()) => return Ok(()),
                Err(unhealthy) => unhealthy,
            };
            let pause = if start.elapsed() < FIRST_PERIOD { FIRST_PAUSE } else { LATER_PAUSE };
            if start.elapsed() + pause >= grace {
                return Err(unhealthy);
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// Asks once.
    pub(super) async fn check(&self) -> Result<(), Unhealthy> {
        self.ask(ANSWER_TIMEOUT).await
    }

    async fn ask(&self, timeout: Duration) -> Result<(), Unhealthy> {
        let (status, what) = match tokio::time::timeout(timeout, self.get()).await {
            Ok(Ok(status)) if status.is_success() => return Ok(()),
            Ok(Ok(status)) => (Some(status), format!("answered {status}")),
            Ok(Err(what)) => (None, what),
            Err(_) => (None, format!("did not answer within {}", seconds(timeout))),
        };
        Err(Unhealthy { url: format!("http://{}{}", self.address, self.path), status, what })
    }

    /// On a connection of its own each time: a kept one would not notice that the listener is gone.
    async fn get(&self) -> Result<StatusCode, String> {
        let stream = TcpStream::connect(self.address)
            .await
            .map_err(|error| format!("could not be connected to ({error})"))?;
        let not_http = |error: hyper::Error| format!("did not answer in HTTP ({error})");
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(not_http)?;
        let mut request = Request::new(Empty::<Bytes>::new());
        *request.uri_mut() = self.path.clone();
        let host = HeaderValue::try_from(self.address.to_string()).map_err(|error| error.to_string())?;
        request.headers_mut().insert(header::HOST, host);
        request.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        request.headers_mut().insert(header::USER_AGENT, HeaderValue::from_static("greenlight-health-check"));
        tokio::pin!(connection);
        let response = sender.send_request(request);
        tokio::pin!(response);
        tokio::select! {
            response = &mut response => response.map(|response| response.status()).map_err(not_http),
            _ = connection => response.await.map(|response| response.status()).map_err(not_http),
        }
    }
}
