//! A client that keeps a number of connections busy, one request at a time on each.

use std::{
    io,
    net::SocketAddr,
    ops::Range,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    Request, StatusCode,
    client::conn::http1::{SendRequest, handshake},
    header::{HOST, HeaderValue},
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, runtime::Runtime, task::JoinSet};

use crate::{http_service::BODY, in_turns::quantile};

/// A request that was not answered as it should be. One is enough to end a benchmark.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The connection or the exchange on it.
    #[error("the exchange with {address} failed")]
    Exchange {
        /// Who was asked.
        address: SocketAddr,
        /// What went wrong.
        source: hyper::Error,
    },
    /// Another answer than the service's.
    #[error("{address} answered {status}, which is not the right answer: {}", beginning(.body))]
    Answer {
        /// Who was asked.
        address: SocketAddr,
        /// What it answered.
        status: StatusCode,
        /// What it answered.
        body: Bytes,
    },
    /// Sockets and executors.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// What is asked, and what is the right answer.
pub trait Exchange: Send + Sync {
    /// A request, but for its `Host`. `number` counts those of a turn, over all connections.
    fn request(&self, number: usize) -> Request<Full<Bytes>>;

    /// Whether this answers that request as it should be.
    fn is_right(&self, number: usize, status: StatusCode, body: &Bytes) -> bool;
}

/// The exchange with [the service](crate::http_service) of this package.
#[derive(Clone, Copy, Debug)]
pub struct WithService;

/// Open connections to one address.
#[derive(Debug)]
pub struct HttpLoad {
    executor: Runtime,
    address: SocketAddr,
    host: HeaderValue,
    connections: Vec<SendRequest<Full<Bytes>>>,
}

/// What came of one turn.
#[derive(Clone, Debug)]
pub struct Load {
    /// From the first request to the last answer.
    pub elapsed: Duration,
    /// The time of every exchange in microseconds, upwards.
    pub latencies: Vec<f64>,
}

impl HttpLoad {
    /// Opens the connections. They are kept for all turns.
    ///
    /// # Errors
    ///
    /// When one cannot be opened.
    pub fn open(address: SocketAddr, connections: usize) -> Result<Self, LoadError> {
        let executor = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let host = address.to_string().parse().map_err(io::Error::other)?;
        let connections = executor.block_on(async {
            let mut open = Vec::with_capacity(connections);
            for _ in 0..connections {
                let stream = TcpStream::connect(address).await?;
                stream.set_nodelay(true)?;
                let (sender, connection) = handshake(TokioIo::new(stream))
                    .await
                    .map_err(|source| LoadError::Exchange { address, source })?;
                // What breaks here breaks the exchange, too.
                tokio::spawn(connection);
                open.push(sender);
            }
            Ok::<_, LoadError>(open)
        })?;
        Ok(Self { executor, address, host, connections })
    }

    /// Asks [the service](WithService) `requests` times on every connection; see [`turn_of`](Self::turn_of).
    ///
    /// # Errors
    ///
    /// As [`turn_of`](Self::turn_of).
    pub fn turn(&mut self, requests: usize) -> Result<Load, LoadError> {
        self.turn_of(requests, &Arc::new(WithService))
    }

    /// Sends `requests` on every connection, each after the answer to the one before, and checks every answer.
    ///
    /// # Errors
    ///
    /// The first exchange that fails or is not answered as it should be.
    pub fn turn_of<E: Exchange + 'static>(
        &mut self,
        requests: usize,
        exchange: &Arc<E>,
    ) -> Result<Load, LoadError> {
        let Self { executor, address, host, connections } = self;
        let begun = Instant::now();
        let mut latencies = Vec::with_capacity(requests * connections.len());
        executor.block_on(async {
            let mut running = JoinSet::new();
            for (index, connection) in connections.drain(..).enumerate() {
                let (exchange, host) = (Arc::clone(exchange), host.clone());
                let numbers = index * requests..(index + 1) * requests;
                running.spawn(converse(*address, host, connection, exchange, numbers));
            }
            while let Some(done) = running.join_next().await {
                let (connection, times) = done.map_err(io::Error::other)??;
                connections.push(connection);
                latencies.extend(times);
            }
            Ok::<_, LoadError>(())
        })?;
        let elapsed = begun.elapsed();
        latencies.sort_by(f64::total_cmp);
        Ok(Load { elapsed, latencies })
    }

    /// Sends one request on the first connection, and gives whatever is answered with the time that it took.
    ///
    /// # Errors
    ///
    /// [`LoadError::Exchange`].
    pub fn ask(
        &mut self,
        mut request: Request<Full<Bytes>>,
    ) -> Result<(StatusCode, Bytes, Duration), LoadError> {
        let Some(connection) = self.connections.first_mut() else {
            return Err(io::Error::other("a load without connections was asked to send").into());
        };
        request.headers_mut().insert(HOST, self.host.clone());
        self.executor.block_on(send(self.address, connection, request))
    }

    /// Who is asked.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Exchange for WithService {
    fn request(&self, _: usize) -> Request<Full<Bytes>> {
        Request::new(Full::default())
    }

    fn is_right(&self, _: usize, status: StatusCode, body: &Bytes) -> bool {
        status == StatusCode::OK && body == BODY
    }
}

impl Load {
    /// Requests per second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// The latency, in microseconds, below which a part of all exchanges stayed.
    #[must_use]
    pub fn latency(&self, part: f64) -> f64 {
        quantile(&self.latencies, part)
    }
}

/// Sends the requests of one connection, one after the other.
async fn converse<E: Exchange>(
    address: SocketAddr,
    host: HeaderValue,
    mut connection: SendRequest<Full<Bytes>>,
    exchange: Arc<E>,
    numbers: Range<usize>,
) -> Result<(SendRequest<Full<Bytes>>, Vec<f64>), LoadError> {
    let mut times = Vec::with_capacity(numbers.len());
    for number in numbers {
        let mut request = exchange.request(number);
        request.headers_mut().insert(HOST, host.clone());
        let (status, body, took) = send(address, &mut connection, request).await?;
        times.push(took.as_secs_f64() * 1e6);
        if !exchange.is_right(number, status, &body) {
            return Err(LoadError::Answer { address, status, body });
        }
    }
    Ok((connection, times))
}

async fn send(
    address: SocketAddr,
    connection: &mut SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
) -> Result<(StatusCode, Bytes, Duration), LoadError> {
    let broken = |source| LoadError::Exchange { address, source };
    let begun = Instant::now();
    connection.ready().await.map_err(broken)?;
    let response = connection.send_request(request).await.map_err(broken)?;
    let status = response.status();
    let body = response.into_body().collect().await.map_err(broken)?.to_bytes();
    Ok((status, body, begun.elapsed()))
}

/// Enough of a body to see what went wrong.
fn beginning(body: &Bytes) -> String {
    String::from_utf8_lossy(body.get(..200).unwrap_or(body)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{http_service, own_thread::OwnThread};

    #[test]
    fn every_request_on_every_connection_is_timed() {
        let server = OwnThread::start("service").unwrap();
        let address = server.run(http_service::serve()).unwrap().unwrap();
        let mut load = HttpLoad::open(address, 3).unwrap();
        assert_eq!(load.turn(5).unwrap().latencies.len(), 15);
        let again = load.turn(2).unwrap();
        assert_eq!(again.latencies.len(), 6);
        assert!(again.latency(0.5) > 0.0 && again.latency(0.5) <= again.latency(0.99));
    }

    #[test]
    fn another_answer_is_an_error() {
        let server = OwnThread::start("router").unwrap();
        // A router without targets answers 503.
        let config = greenlight::local::router::RouterConfig::new(([127, 0, 0, 1], 0).into());
        let router = server.run(greenlight::local::router::Router::bind(config)).unwrap().unwrap();
        let error = HttpLoad::open(router.production_addr(), 1).unwrap().turn(1).unwrap_err();
        assert!(
            matches!(error, LoadError::Answer { status: StatusCode::SERVICE_UNAVAILABLE, .. }),
            "{error}"
        );
    }
}
