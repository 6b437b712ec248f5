//! A client that keeps a number of connections busy, one request at a time on each.

use std::{
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::{
    Request, StatusCode,
    client::conn::http1::{SendRequest, handshake},
    header::HOST,
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
    #[error("{address} answered {status} with {bytes} bytes, not what the service answers")]
    Answer {
        /// Who was asked.
        address: SocketAddr,
        /// What it answered.
        status: StatusCode,
        /// The length of what it answered.
        bytes: usize,
    },
    /// Sockets and executors.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Open connections to one address.
#[derive(Debug)]
pub struct HttpLoad {
    executor: Runtime,
    address: SocketAddr,
    connections: Vec<SendRequest<Empty<Bytes>>>,
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
        Ok(Self { executor, address, connections })
    }

    /// Sends `requests` on every connection, each after the answer to the one before, and checks every answer.
    ///
    /// # Errors
    ///
    /// The first exchange that fails or is not answered as the service answers.
    pub fn turn(&mut self, requests: usize) -> Result<Load, LoadError> {
        let Self { executor, address, connections } = self;
        let begun = Instant::now();
        let mut latencies = Vec::with_capacity(requests * connections.len());
        executor.block_on(async {
            let mut running: JoinSet<_> =
                connections.drain(..).map(|connection| exchange(*address, connection, requests)).collect();
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

async fn exchange(
    address: SocketAddr,
    mut connection: SendRequest<Empty<Bytes>>,
    requests: usize,
) -> Result<(SendRequest<Empty<Bytes>>, Vec<f64>), LoadError> {
    let broken = |source| LoadError::Exchange { address, source };
    let host = address.to_string();
    let mut times = Vec::with_capacity(requests);
    for _ in 0..requests {
        let mut request = Request::new(Empty::new());
        let name = host.parse().map_err(io::Error::other)?;
        request.headers_mut().insert(HOST, name);
        let begun = Instant::now();
        connection.ready().await.map_err(broken)?;
        let response = connection.send_request(request).await.map_err(broken)?;
        let status = response.status();
        let body = response.into_body().collect().await.map_err(broken)?.to_bytes();
        times.push(begun.elapsed().as_secs_f64() * 1e6);
        if status != StatusCode::OK || body != BODY {
            return Err(LoadError::Answer { address, status, bytes: body.len() });
        }
    }
    Ok((connection, times))
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
