//! Connections that changed their protocol, such as WebSockets: bytes both ways, unread.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use http::Response;
use hyper::body::Incoming;
use hyper::client::conn::http1::SendRequest;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::client::Client;
use super::exchange::Exchange;
use super::headers;
use super::phase::Phase;
use super::request_body::RequestBody;
use super::response_body::ResponseBody;
use super::upstream;
use super::upstream_io::UpstreamIo;

/// Connects to a target in a way that allows it to change the protocol.
pub(super) async fn open(address: SocketAddr, timeout: Duration) -> io::Result<SendRequest<RequestBody>> {
    let (sender, connection) = upstream::handshake(UpstreamIo::connect(address, timeout).await?).await?;
    tokio::spawn(async move {
        // An error reaches whoever waits for the response as well.
        let _ = connection.with_upgrades().await;
    });
    Ok(sender)
}

/// Passes the target's agreement on and carries bytes from then on. The exchange lasts until either side closes,
/// nothing was sent for the idle time-out, or the router is closed.
pub(super) fn start(
    mut response: Response<Incoming>,
    from_client: OnUpgrade,
    exchange: Exchange,
    client: &Arc<Client>,
) -> Response<ResponseBody> {
    let from_target = hyper::upgrade::on(&mut response);
    let idle_timeout = client.listener().config.idle_timeout;
    let mut phase = client.listener().phases.receiver();
    tokio::spawn(async move {
        let carried = async {
            let (client, target) = tokio::try_join!(from_client, from_target).map_err(io::Error::other)?;
            let traffic = AtomicU64::new(0);
            let mut client = Counted { io: TokioIo::new(client), traffic: &traffic };
            let mut target = TokioIo::new(target);
            tokio::select! {
                copied = tokio::io::copy_bidirectional(&mut client, &mut target) => copied.map(drop),
                () = unchanged_for(&traffic, idle_timeout) => Ok(()),
            }
        };
        let ended = tokio::select! {
            ended = carried => ended,
            () = phase.reached(Phase::Closed) => Ok(()),
        };
        if let Err(error) = ended {
            tracing::debug!(group = %exchange.group(), %error, "tunnel broke");
        }
        drop(exchange);
    });
    let (mut head, _) = response.into_parts();
    headers::forward_upgrade(&mut head);
    Response::from_parts(head, ResponseBody::empty(None))
}

async fn unchanged_for(traffic: &AtomicU64, timeout: Duration) {
    let mut seen = traffic.load(Ordering::Relaxed);
    loop {
        tokio::time::sleep(timeout).await;
        let now = traffic.load(Ordering::Relaxed);
        if now == seen {
            return;
        }
        seen = now;
    }
}

/// Counts what passes, in either direction.
struct Counted<'a, T> {
    io: T,
    traffic: &'a AtomicU64,
}

impl<T: AsyncRead + Unpin> AsyncRead for Counted<'_, T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.io).poll_read(cx, buffer);
        if polled.is_ready() {
            self.traffic.fetch_add(1, Ordering::Relaxed);
        }
        polled
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Counted<'_, T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.io).poll_write(cx, bytes);
        if polled.is_ready() {
            self.traffic.fetch_add(1, Ordering::Relaxed);
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
