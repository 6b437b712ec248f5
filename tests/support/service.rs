//! A service that remembers who asked it for what.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

/// A service of this version that runs in the test itself and keeps the paths that it was asked for, in order. For a
/// task set with an `address`.
#[derive(Debug)]
pub struct RecordingService {
    address: SocketAddr,
    paths: Arc<Mutex<Vec<String>>>,
    accepting: JoinHandle<()>,
}

impl RecordingService {
    /// Starts it on a free port.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub async fn start(version: &'static str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let paths = Arc::new(Mutex::new(Vec::new()));
        let accepting = tokio::spawn(accept(listener, version, Arc::clone(&paths)));
        Self { address, paths, accepting }
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The paths that it was asked for, with their queries, in the order of the requests.
    ///
    /// # Panics
    ///
    /// When the service has panicked.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        self.paths.lock().unwrap().clone()
    }
}

impl Drop for RecordingService {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, version: &'static str, paths: Arc<Mutex<Vec<String>>>) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let paths = Arc::clone(&paths);
        let service = service_fn(move |request: Request<Incoming>| {
            paths.lock().unwrap().push(request.uri().to_string());
            let body = json!({ "version": version, "service": "recording" }).to_string();
            async move { Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(body)))) }
        });
        // A client that breaks off is no matter of ours.
        connections.spawn(async move {
            drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await)
        });
    }
}
