//! The way of one request: choose a group, find a connection, send, and hand the response back.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, request};
use http_body::Body as _;
use hyper::body::Incoming;

use super::client::Client;
use super::config::RouterConfig;
use super::exchange::Exchange;
use super::headers;
use super::pool::Pool;
use super::refusal::Refusal;
use super::request_body::{RequestBody, Upload};
use super::response_body::ResponseBody;
use super::routing_table::Targets;
use super::tunnel;
use super::upstream::{SendError, SendErrorCause, Upstream};

/// A request that must not be sent twice goes into an old connection only if that was used a moment ago: the longer
/// it lay idle, the more likely the target is about to close it.
const UNREPEATABLE_MAX_IDLE: Duration = Duration::from_millis(500);

/// Answers one request of a client, by a target if there is one.
pub(super) async fn serve(client: Arc<Client>, request: Request<Incoming>) -> Response<ResponseBody> {
    let active = client.begin();
    let listener = client.listener();
    let (mut head, body) = request.into_parts();
    let upgrade = match headers::forward_request(&mut head, &client) {
        Ok(upgrade) => upgrade,
        Err(refusal) => {
            listener.counters.unrouted();
            return refusal.into_response(None);
        }
    };
    let Some(choice) = listener.routing.choose(listener.role) else {
        listener.counters.unrouted();
        return Refusal::NoGroup.into_response(None);
    };
    let exchange = Exchange::new(active, choice.group, choice.guard);
    if choice.targets.is_empty() {
        listener.counters.unrouted();
        return Refusal::NoTargets(choice.group).into_response(Some(exchange));
    }
    listener.counters.routed(choice.group);
    let forward = Forward { targets: &choice.targets, config: &listener.config, exchange };
    match upgrade {
        Some(protocol) => forward.upgrade(head, protocol, &client).await,
        None => forward.exchange(head, body).await,
    }
}

/// A request that has a group and is on its way to one of its targets.
struct Forward<'a> {
    targets: &'a Targets,
    config: &'a RouterConfig,
    exchange: Exchange,
}

impl Forward<'_> {
    async fn exchange(self, head: request::Parts, body: Incoming) -> Response<ResponseBody> {
        let (body, upload) = RequestBody::new(body);
        let repeatable = matches!(body, RequestBody::Empty) && is_idempotent(&head.method);
        match self.send(Request::from_parts(head, body), &upload, repeatable).await {
            Ok((response, upstream, pool)) => self.respond(response, upstream, pool, &upload).await,
            Err(refusal) => self.refuse(refusal),
        }
    }

    /// Finds a connection and sends. A connection that turns out to be closed is replaced by another one as long
    /// as nothing of the request was sent, or sending it twice does no harm.
    async fn send(
        &self,
        mut request: Request<RequestBody>,
        upload: &Upload,
        repeatable: bool,
    ) -> Result<(Response<Incoming>, Box<Upstream>, Arc<Pool>), Refusal> {
        let max_idle = if repeatable { self.config.pool_idle_timeout } else { UNREPEATABLE_MAX_IDLE };
        let mut refusal = Refusal::NoTargets(self.exchange.group());
        for pool in self.targets.in_turn() {
            while let Some(mut upstream) = pool.take(max_idle) {
                let spare = repeatable.then(|| Spare::of(&request));
                match upstream.send(request, upload).await {
                    Ok(response) => return Ok((response, upstream, Arc::clone(pool))),
                    Err(SendError { unsent: Some(unsent), .. }) => request = *unsent,
                    Err(SendError { cause, .. }) => match (spare, &cause) {
                        (Some(spare), SendErrorCause::Connection(_)) => request = spare.into_request(),
                        _ => return Err(self.send_refusal(pool, cause)),
                    },
                }
            }
            match Upstream::connect(pool.address(), self.config.connect_timeout, self.config.idle_timeout)
                .await
            {
                Ok(mut upstream) => {
                    return match upstream.send(request, upload).await {
                        Ok(response) => Ok((response, upstream, Arc::clone(pool))),
                        Err(error) => Err(self.send_refusal(pool, error.cause)),
                    };
                }
                // Nothing was sent, so that the next target of the group may still answer.
                Err(error) => refusal = self.connect_refusal(pool, error),
            }
        }
        Err(refusal)
    }

    async fn respond(
        self,
        response: Response<Incoming>,
        mut upstream: Box<Upstream>,
        pool: Arc<Pool>,
        upload: &Upload,
    ) -> Response<ResponseBody> {
        let (mut head, incoming) = response.into_parts();
        headers::forward_response(&mut head);
        let body = if !upload.ended() || !upstream.flushed() {
            upstream.detach();
            ResponseBody::detached(incoming, self.exchange)
        } else if incoming.is_end_stream() {
            if poll_fn(|cx| Poll::Ready(upstream.poll_reusable(cx))).await {
                upstream.heard();
                pool.put(upstream);
            }
            ResponseBody::empty(Some(self.exchange))
        } else {
            ResponseBody::attached(incoming, upstream, pool, self.exchange)
        };
        Response::from_parts(head, body)
    }

    /// As [`exchange`](Self::exchange), for a request to change the protocol: on a connection of its own, which
    /// becomes a tunnel if the target agrees.
    async fn upgrade(
        self,
        mut head: request::Parts,
        protocol: HeaderValue,
        client: &Arc<Client>,
    ) -> Response<ResponseBody> {
        let from_client = head.extensions.remove::<hyper::upgrade::OnUpgrade>();
        let mut refusal = Refusal::NoTargets(self.exchange.group());
        for pool in self.targets.in_turn() {
            let opened = tunnel::open(pool.address(), self.config.connect_timeout).await;
            let mut sender = match opened {
                Ok(sender) => sender,
                Err(error) => {
                    refusal = self.connect_refusal(pool, error);
                    continue;
                }
            };
            let request = Request::from_parts(head, RequestBody::Empty);
            let sent = tokio::time::timeout(self.config.idle_timeout, sender.send_request(request)).await;
            let response = match sent {
                Ok(Ok(response)) => response,
                Ok(Err(error)) => {
                    let refusal = self.send_refusal(pool, SendErrorCause::Connection(error));
                    return self.refuse(refusal);
                }
                Err(_) => {
                    let refusal = self.send_refusal(pool, SendErrorCause::Silent);
                    return self.refuse(refusal);
                }
            };
            if response.status() != StatusCode::SWITCHING_PROTOCOLS {
                let (mut head, incoming) = response.into_parts();
                headers::forward_response(&mut head);
                return Response::from_parts(head, ResponseBody::detached(incoming, self.exchange));
            }
            let Some(from_client) = from_client else { return self.refuse(Refusal::Upgrade) };
            tracing::debug!(group = %self.exchange.group(), target = %pool.address(), ?protocol, "tunnel opened");
            return tunnel::start(response, from_client, self.exchange, client);
        }
        self.refuse(refusal)
    }

    fn refuse(self, refusal: Refusal) -> Response<ResponseBody> {
        if refusal.is_failure_of_target() {
            self.exchange.failed(&refusal);
        }
        refusal.into_response(Some(self.exchange))
    }

    fn send_refusal(&self, pool: &Pool, cause: SendErrorCause) -> Refusal {
        let (group, address) = (self.exchange.group(), pool.address());
        match cause {
            SendErrorCause::Silent => Refusal::Silent { group, address, after: self.config.idle_timeout },
            // The only thing of ours that can fail inside hyper is the body, and that is the client's.
            SendErrorCause::Connection(error) if error.is_user() => Refusal::ClientBody { error },
            SendErrorCause::Connection(error) => Refusal::Broken { group, address, error },
        }
    }

    fn connect_refusal(&self, pool: &Pool, error: io::Error) -> Refusal {
        let (group, address) = (self.exchange.group(), pool.address());
        if error.kind() == io::ErrorKind::TimedOut {
            Refusal::ConnectTimeout { group, address, after: self.config.connect_timeout }
        } else {
            Refusal::Unreachable { group, address, error }
        }
    }
}

/// What it takes to send a request without a body once more.
struct Spare {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
}

impl Spare {
    fn of(request: &Request<RequestBody>) -> Self {
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers: request.headers().clone(),
        }
    }

    fn into_request(self) -> Request<RequestBody> {
        let mut request = Request::new(RequestBody::Empty);
        *request.method_mut() = self.method;
        *request.uri_mut() = self.uri;
        *request.headers_mut() = self.headers;
        request
    }
}

/// RFC 9110, section 9.2.2.
fn is_idempotent(method: &Method) -> bool {
    [Method::GET, Method::HEAD, Method::PUT, Method::DELETE, Method::OPTIONS, Method::TRACE].contains(method)
}
