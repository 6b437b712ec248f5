//! Virtual time: it passes while somebody waits for it, and only then.

use std::{
    fmt,
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use bytes::Bytes;
use greenlight::{
    core::{Clock, Timestamp},
    local::LocalClock,
};
use http_body_util::{BodyExt, Full};
use hyper::{
    Request, StatusCode,
    client::conn::http1::{SendRequest, handshake},
    header::HOST,
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, sync::Mutex};

/// What happens at an endpoint's time happens at most so much later.
const STEP: Duration = Duration::from_millis(250);

/// The clock of an endpoint, moved on by the one who waits.
pub struct DrivenClock {
    clock: LocalClock,
    endpoint: SocketAddr,
    connection: Mutex<SendRequest<Full<Bytes>>>,
    /// Milliseconds that passed without the endpoint, which did not answer: whoever waits must not wait for ever.
    alone: AtomicU64,
}

impl DrivenClock {
    /// `clock` is a manual one, and that of the endpoint at this address.
    ///
    /// # Errors
    ///
    /// When the endpoint cannot be reached.
    pub async fn new(clock: LocalClock, endpoint: SocketAddr) -> Result<Self, Box<dyn std::error::Error>> {
        let (sender, connection) = handshake(TokioIo::new(TcpStream::connect(endpoint).await?)).await?;
        tokio::spawn(connection);
        Ok(Self { clock, endpoint, connection: Mutex::new(sender), alone: AtomicU64::new(0) })
    }

    async fn advance(&self, by: Duration) -> Result<bool, Box<dyn std::error::Error + Send + Sync>> {
        let body = format!("{{\"advance\":\"{}ms\"}}", by.as_millis());
        let request = Request::post("/greenlight/clock").header(HOST, self.endpoint.to_string());
        let mut connection = self.connection.lock().await;
        connection.ready().await?;
        let answer = connection.send_request(request.body(Full::new(body.into()))?).await?;
        let status = answer.status();
        answer.into_body().collect().await?;
        Ok(status == StatusCode::OK)
    }
}

#[async_trait::async_trait]
impl Clock for DrivenClock {
    fn now(&self) -> Timestamp {
        self.clock.now() + Duration::from_millis(self.alone.load(Ordering::Relaxed))
    }

    async fn sleep_until(&self, deadline: Timestamp) {
        loop {
            let left = deadline.since(self.now());
            if left.is_zero() {
                return;
            }
            let step = left.min(STEP);
            if !self.advance(step).await.unwrap_or(false) {
                let millis = u64::try_from(step.as_millis()).unwrap_or(1);
                self.alone.fetch_add(millis, Ordering::Relaxed);
            }
        }
    }
}

impl fmt::Debug for DrivenClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DrivenClock").field("clock", &self.clock).finish_non_exhaustive()
    }
}
