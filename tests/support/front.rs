//! One address for all of AWS: CodeDeploy at one server, everything else at another, with a record of what is changed and troubles on
//! the way.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::HeaderMap;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use crate::weather::{Fate, Forecast, Weather};

/// An answer instead of the server's: its status and its body. It is given the name of a call, and how often that was made before.
type Trouble = dyn Fn(&str, usize) -> Option<(u16, Bytes)> + Send + Sync;

/// A proxy in front of AWS's services.
pub struct Front {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

struct Shared {
    codedeploy: String,
    others: String,
    state: Mutex<State>,
    client: Client<HttpConnector, Full<Bytes>>,
}

#[derive(Default)]
struct State {
    calls: Vec<String>,
    changes: Vec<String>,
    /// After so many changes the client hears nothing any more.
    silent_after: Option<usize>,
    trouble: Option<Box<Trouble>>,
    weather: Option<Forecast>,
}

impl Front {
    /// Starts it on a free port, in front of CodeDeploy and the others by their URLs.
    ///
    /// # Panics
    ///
    /// When there is no port.
    pub async fn start(codedeploy: &str, others: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            codedeploy: codedeploy.trim_end_matches('/').to_owned(),
            others: others.trim_end_matches('/').to_owned(),
            state: Mutex::default(),
            client: Client::builder(TokioExecutor::new()).build_http(),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self { address, shared, accepting }
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The calls that change something and reached a server, since the last time that this was asked: `CreateRole`, or method and path where
    /// the protocol has no name.
    ///
    /// # Panics
    ///
    /// Never but after a panic.
    #[must_use]
    pub fn changes(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.state.lock().unwrap().changes)
    }

    /// From now on: lets so many changes happen, loses the answer of the last one, and is silent then, as if the client had been killed
    /// there. With 0 nothing happens at all.
    ///
    /// # Panics
    ///
    /// Never but after a panic.
    pub fn fall_silent_after(&self, changes: usize) {
        let mut state = self.shared.state.lock().unwrap();
        state.changes.clear();
        state.silent_after = Some(changes);
    }

    /// Answers calls itself: `trouble` is given the name of a call, and how often it was made before, and gives status and body.
    ///
    /// # Panics
    ///
    /// Never but after a panic.
    pub fn disturb<B: Into<Bytes>>(
        &self,
        trouble: impl Fn(&str, usize) -> Option<(u16, B)> + Send + Sync + 'static,
    ) {
        let mut state = self.shared.state.lock().unwrap();
        state.calls.clear();
        state.trouble = Some(Box::new(move |name, before| {
            trouble(name, before).map(|(status, body)| (status, body.into()))
        }));
    }

    /// Sends all calls through bad weather.
    ///
    /// # Panics
    ///
    /// Never but after a panic.
    pub fn set_weather(&self, weather: Weather) {
        let mut state = self.shared.state.lock().unwrap();
        state.calls.clear();
        state.weather = Some(Forecast::new(weather));
    }

    /// The calls so far since the last trouble or weather was set, those without an answer included.
    ///
    /// # Panics
    ///
    /// Never but after a panic.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        self.shared.state.lock().unwrap().calls.clone()
    }

    /// Ends all troubles.
    ///
    /// # Panics
    ///
    /// Never but after a panic.
    pub fn mend(&self) {
        let mut state = self.shared.state.lock().unwrap();
        *state = State::default();
    }
}

impl fmt::Debug for Front {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "front at {}", self.url())
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let shared = Arc::clone(&shared);
        let service = service_fn(move |request: Request<Incoming>| {
            let shared = Arc::clone(&shared);
            async move { answer(request, &shared).await }
        });
        // An answer that is lost is a connection that is closed.
        connections.spawn(async move {
            drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
        });
    }
}

async fn answer(request: Request<Incoming>, shared: &Shared) -> Result<Response<Full<Bytes>>, Silence> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Silence)?.to_bytes();
    let name = name(&head.method, &head.uri, &head.headers, &body);
    let changes = is_change(&head.method, &name);
    let (is_last, fate) = {
        let mut state = shared.state.lock().unwrap();
        let before = state.calls.iter().filter(|call| **call == name).count();
        state.calls.push(name.clone());
        if let Some((status, body)) = state.trouble.as_ref().and_then(|trouble| trouble(&name, before)) {
            return Ok(Response::builder().status(status).body(Full::new(body)).unwrap());
        }
        if state.silent_after.is_some_and(|most| state.changes.len() >= most) {
            return Err(Silence);
        }
        let fate = state.weather.as_mut().map(|forecast| forecast.next(!changes));
        match fate {
            Some(Fate::Throttled) => {
                let body = r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#;
                return Ok(Response::builder().status(400).body(Full::from(body)).unwrap());
            }
            Some(Fate::Lost) => return Err(Silence),
            _ => {}
        }
        if changes {
            state.changes.push(name.clone());
        }
        (state.silent_after.is_some_and(|most| state.changes.len() >= most), fate)
    };
    if let Some(Fate::Delayed(by)) = fate {
        tokio::time::sleep(by).await;
    }
    let server =
        if target(&head.headers).starts_with("CodeDeploy_") { &shared.codedeploy } else { &shared.others };
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let uri: Uri = format!("{server}{path}").parse().unwrap();
    let mut head = head;
    head.uri = uri;
    let response =
        shared.client.request(Request::from_parts(head, Full::new(body))).await.map_err(|_| Silence)?;
    let (head, body) = response.into_parts();
    let body = body.collect().await.map_err(|_| Silence)?.to_bytes();
    if is_last || fate == Some(Fate::AnswerLost) {
        Err(Silence)
    } else {
        Ok(Response::from_parts(head, Full::new(body)))
    }
}

/// The operation, wherever the protocol has it.
fn name(method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> String {
    if let Some((_, operation)) = target(headers).rsplit_once('.') {
        return operation.to_owned();
    }
    if let Some((_, operation)) = uri.path().rsplit_once("/operation/") {
        return operation.to_owned();
    }
    let body = String::from_utf8_lossy(body.get(..body.len().min(200)).unwrap_or_default());
    if let Some(rest) = body.strip_prefix("Action=") {
        return rest.split('&').next().unwrap_or_default().to_owned();
    }
    format!("{method} {}", uri.path())
}

fn is_change(method: &Method, name: &str) -> bool {
    let reads = ["Describe", "Get", "List", "BatchGet"];
    !matches!(*method, Method::GET | Method::HEAD) && !reads.iter().any(|word| name.starts_with(word))
}

fn target(headers: &HeaderMap) -> &str {
    headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default()
}

/// The client hears nothing.
#[derive(Debug)]
struct Silence;

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is closed")
    }
}

impl std::error::Error for Silence {}
