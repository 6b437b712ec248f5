//! Real servers on loopback.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A server on a free loopback port. It ends with the runtime that started it.
#[derive(Debug, Clone)]
pub struct Server {
    pub address: SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
}

impl Server {
    /// Answers every request by `answer`, over HTTP/1.1 with keep-alive.
    pub async fn http<F>(answer: F) -> Self
    where
        F: Fn(Request<Bytes>) -> Response<Full<Bytes>> + Send + Sync + 'static,
    {
        let answer = Arc::new(answer);
        Self::each(move |tcp, requests| serve(tcp, Arc::clone(&answer), requests)).await
    }

    /// Gives every connection to `serve`, with the counter of requests.
    pub async fn each<F, Fut>(serve: F) -> Self
    where
        F: Fn(TcpStream, Arc<AtomicUsize>) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            connections: Arc::default(),
            requests: Arc::default(),
        };
        let counting = server.clone();
        tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                counting.connections.fetch_add(1, SeqCst);
                tokio::spawn(serve(tcp, Arc::clone(&counting.requests)));
            }
        });
        server
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn connections(&self) -> usize {
        self.connections.load(SeqCst)
    }

    pub fn requests(&self) -> usize {
        self.requests.load(SeqCst)
    }
}

/// Serves HTTP/1.1 on one connection, plain or TLS.
pub async fn serve<S, F>(stream: S, answer: Arc<F>, requests: Arc<AtomicUsize>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    F: Fn(Request<Bytes>) -> Response<Full<Bytes>> + Send + Sync + 'static,
{
    let service = service_fn(move |request: Request<Incoming>| {
        requests.fetch_add(1, SeqCst);
        let answer = Arc::clone(&answer);
        async move {
            let (parts, body) = request.into_parts();
            // A request that breaks off has no answer to be waited for.
            let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
            Ok::<_, Infallible>(answer(Request::from_parts(parts, body)))
        }
    });
    // How a connection ends is the client's business, which the tests look at from there.
    drop(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
}

/// A response of status 200 with this body.
pub fn ok(body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    Response::new(Full::new(body.into()))
}

/// A server that reads one request's head, writes `answer` as it is, and closes.
pub async fn raw(answer: &'static [u8]) -> Server {
    Server::each(move |mut tcp, requests| async move {
        read_head(&mut tcp).await;
        requests.fetch_add(1, SeqCst);
        tcp.write_all(answer).await.unwrap();
    })
    .await
}

/// Reads to the end of a request's head, or of the connection.
pub async fn read_head(tcp: &mut TcpStream) {
    let mut seen = Vec::new();
    while !seen.ends_with(b"\r\n\r\n") {
        match tcp.read_u8().await {
            Ok(byte) => seen.push(byte),
            Err(_) => return,
        }
    }
}
