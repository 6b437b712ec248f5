//! The one path that every request of a plugin takes, whichever interface it came in by.
//!
//! Order, none of which may be left out or moved: count; read the target (scheme, no user name); find a grant on
//! scheme, host and port; resolve once; judge every address; connect to nothing but the addresses that passed; TLS
//! with the name; send. Redirects are not followed: a response of status 3xx goes to the plugin, and the next
//! request starts at the top again.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, header};
use http_body::Body;
use http_body_util::{BodyExt, Empty};
use tokio::time::{Instant, timeout_at};
use wasmtime_wasi_http::WasiBody;

use super::{
    budget::{Budget, Slot},
    connection::Connection,
    error::HttpError,
    excerpt::quoted,
    grants::HttpGrants,
    limits::HttpLimits,
    network::Network,
    outcome::{ConnectionFault, LimitKind, TimeoutKind},
    policy::{authorize, judge},
    pool::Pool,
    received_body::{Exchange, ReceivedBody},
    record::{MAX_METHOD_CHARS, RecordHandle, RecordLog},
    role::Roles,
    sent_body::{SendProgress, SentBody},
    target::{Host, Target},
    timers::{Timers, Wishes},
};

/// What one run may do, has done, and has open.
#[derive(Debug)]
pub(super) struct Broker {
    pub(super) network: Network,
    pub(super) grants: HttpGrants,
    pub(super) roles: Roles,
    pub(super) limits: HttpLimits,
    pub(super) deadline: Instant,
    pub(super) budget: Arc<Budget>,
    pub(super) pool: Pool,
    pub(super) log: RecordLog,
}

/// A request before anything was checked.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) method: Method,
    /// As the plugin wrote it, for the record.
    pub(super) url: String,
    pub(super) target: Result<Target, HttpError>,
    pub(super) headers: HeaderMap,
    pub(super) body: WasiBody,
    pub(super) wishes: Wishes,
}

/// A request that may be sent, but for its body.
struct Admitted {
    method: Method,
    target: Target,
    headers: HeaderMap,
    timers: Timers,
    record: RecordHandle,
}

impl Broker {
    /// Sends one request and returns its response's head, with the body to be read.
    pub(super) async fn send(
        self: &Arc<Self>,
        request: Outgoing,
    ) -> Result<Response<ReceivedBody>, HttpError> {
        let number = self.budget.count_request();
        if number > self.limits.max_requests {
            let error = self.too_many();
            // One record says that it happened. More would let a plugin fill the host's memory.
            if number == self.limits.max_requests.saturating_add(1) {
                self.log.begin(&request.method, &request.url).fail(&error);
            }
            return Err(error);
        }
        let record = self.log.begin(&request.method, &request.url);
        let _touch = record.touch_on_drop();
        // From here on no path drops the plugin's body under it.
        let body = SentBody::new(request.body, self.limits.max_request_bytes, record.clone());
        let timers = Timers::new(&self.limits, request.wishes, record.begun(), self.deadline);
        let admitted = request.target.map(|target| Admitted {
            method: request.method,
            target,
            headers: request.headers,
            timers,
            record: record.clone(),
        });
        let result = match admitted {
            Ok(admitted) => self.admit_and_exchange(admitted, body).await,
            Err(e) => Err(e),
        };
        if let Err(e) = &result {
            record.fail(e);
        }
        result
    }

    async fn admit_and_exchange(
        self: &Arc<Self>,
        request: Admitted,
        body: SentBody,
    ) -> Result<Response<ReceivedBody>, HttpError> {
        if request.method.as_str().len() > MAX_METHOD_CHARS {
            return Err(HttpError::Invalid(format!(
                "{} is longer than {MAX_METHOD_CHARS} characters, the most that a method may have",
                quoted(request.method.as_str())
            )));
        }
        if request.method == Method::CONNECT {
            return Err(HttpError::Invalid(
                "CONNECT opens a tunnel that no policy sees; send the request itself".into(),
            ));
        }
        let permits = authorize(&self.grants, &self.roles, &request.method, &request.target)?;
        let slot = Arc::new(self.budget.take_slot(&self.limits)?);
        let connect_end = request.timers.step_end(request.timers.connect);
        let addresses = async {
            let resolved = self.resolve(&request.target, &slot).await?;
            judge(&permits, &self.network.runtime_apis, &request.method, &request.target, &resolved)
        };
        let addresses = request
            .timers
            .limit(&request.target, TimeoutKind::Connect, request.timers.connect, connect_end, addresses)
            .await?;

        let body = without_implied_body(&request, body);
        let progress = body.progress();
        let (connection, response) =
            self.exchange(&request, body, &progress, &addresses, connect_end).await?;
        request.record.touch();
        request.record.update(|r| r.status = Some(response.status().as_u16()));
        let Admitted { target, timers, record, .. } = request;
        let exchange = Exchange { broker: Arc::clone(self), target, timers, record, progress, _slot: slot };
        let (head, incoming) = response.into_parts();
        Ok(Response::from_parts(head, ReceivedBody::new(incoming, connection, exchange)?))
    }

    /// Looks a name up in a task of its own, which keeps the request's place. The system's resolver works on a thread
    /// that nobody can stop: a plugin that gives its requests up at once must not be able to start one such
    /// thread after another.
    pub(super) async fn resolve(&self, target: &Target, slot: &Arc<Slot>) -> Result<Vec<IpAddr>, HttpError> {
        let name = match &target.host {
            Host::Ip(ip) => return Ok(vec![*ip]),
            Host::Name(name) => name,
        };
        let (resolver, asked, slot) = (Arc::clone(&self.network.resolver), name.clone(), Arc::clone(slot));
        let run_ends = self.deadline;
        let found = tokio::spawn(async move {
            let found = timeout_at(run_ends, resolver.resolve(&asked)).await;
            drop(slot);
            found.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
        });
        let found =
            found.await.unwrap_or_else(|e| Err(io::Error::other(format!("the look-up ended early: {e}"))));
        match found {
            Ok(addresses) if addresses.is_empty() => Err(HttpError::Dns(format!("{name} has no address"))),
            Ok(addresses) => Ok(addresses),
            Err(e) => Err(HttpError::Dns(format!("{name} cannot be resolved: {e}"))),
        }
    }

    /// One request on the wire. A connection from the pool may have been closed by the server just now, which shows
    /// only after sending; so it is used only for requests that may be sent again, and then they are.
    async fn exchange(
        &self,
        request: &Admitted,
        body: SentBody,
        progress: &SendProgress,
        addresses: &[SocketAddr],
        connect_end: Instant,
    ) -> Result<(Connection, Response<hyper::body::Incoming>), HttpError> {
        let Admitted { method, target, timers, record, .. } = request;
        let repeatable = method.is_idempotent() && body.is_end_stream();
        if repeatable && let Some(mut connection) = self.pool.take(&target.origin(), addresses) {
            note_connection(record, &connection, true);
            let again = SentBody::new(no_body(), 0, record.clone());
            match self.send_on(&mut connection, request, again, progress).await {
                Err(HttpError::Connection { fault: ConnectionFault::Broken, .. }) => {}
                result => return result.map(|response| (connection, response)),
            }
        }
        let connect = Connection::open(&self.network, target, addresses, connect_end.max(Instant::now()));
        let mut connection =
            timers.limit(target, TimeoutKind::Connect, timers.connect, connect_end, connect).await?;
        note_connection(record, &connection, false);
        let response = self.send_on(&mut connection, request, body, progress).await?;
        Ok((connection, response))
    }

    async fn send_on(
        &self,
        connection: &mut Connection,
        request: &Admitted,
        body: SentBody,
        progress: &SendProgress,
    ) -> Result<Response<hyper::body::Incoming>, HttpError> {
        let Admitted { method, target, headers, timers, .. } = request;
        let mut wire = Request::new(body);
        *wire.method_mut() = method.clone();
        *wire.headers_mut() = headers.clone();
        *wire.uri_mut() = target.path.parse().map_err(|e| {
            HttpError::Invalid(format!("the path {} cannot be sent: {e}", quoted(&target.path)))
        })?;
        let host = HeaderValue::try_from(target.authority())
            .map_err(|e| HttpError::Invalid(format!("the host {} cannot be sent: {e}", target.host)))?;
        wire.headers_mut().insert(header::HOST, host);
        let sent = connection.send(wire);
        let answer = async { sent.await.map_err(|e| self.failed(target, progress, &e)) };
        timers
            .limit(
                target,
                TimeoutKind::FirstByte,
                timers.first_byte,
                timers.step_end(timers.first_byte),
                answer,
            )
            .await
    }

    fn failed(&self, target: &Target, progress: &SendProgress, error: &hyper::Error) -> HttpError {
        let origin = target.origin();
        if progress.is_over_limit() {
            return HttpError::Limit {
                kind: LimitKind::RequestBody,
                sentence: format!(
                    "the request to {origin} is longer than {} bytes, the limit max_request_bytes",
                    self.limits.max_request_bytes
                ),
            };
        }
        if error.is_user() {
            return HttpError::Invalid(format!(
                "the request to {origin} was given up before its body was finished"
            ));
        }
        if error.is_parse() {
            return HttpError::Other(format!("{origin} does not answer in HTTP/1.1: {}", chain(error)));
        }
        HttpError::Connection {
            fault: ConnectionFault::Broken,
            sentence: format!("{origin} closed the connection before it answered: {}", chain(error)),
        }
    }

    fn too_many(&self) -> HttpError {
        HttpError::Limit {
            kind: LimitKind::Requests,
            sentence: format!(
                "this run has sent {} requests, the limit max_requests; ask for less or raise it",
                self.limits.max_requests
            ),
        }
    }
}

/// hyper sends no body with a GET or HEAD whose length nobody gave. Decided here instead, such a request is seen to
/// be repeatable, and the plugin goes on writing into nothing, in peace.
fn without_implied_body(request: &Admitted, body: SentBody) -> SentBody {
    let implied = matches!(request.method, Method::GET | Method::HEAD)
        && body.size_hint().exact().is_none()
        && !request.headers.contains_key(header::CONTENT_LENGTH);
    if implied { SentBody::new(no_body(), 0, request.record.clone()) } else { body }
}

fn note_connection(record: &RecordHandle, connection: &Connection, reused: bool) {
    let address = connection.address();
    record.update(|r| {
        r.address = Some(address);
        r.reused_connection = reused;
    });
}

fn no_body() -> WasiBody {
    Empty::<Bytes>::new().map_err(|never| match never {}).boxed_unsync()
}

/// The error with its causes: hyper's own text alone says little.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
