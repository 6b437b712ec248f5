//! The socket of a connection to a target.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A socket that remembers whether it could take all that was written.
#[derive(Debug)]
pub(super) struct UpstreamIo {
    stream: TcpStream,
    backlog: Backlog,
}

/// Whether bytes of a request wait for the target to read.
///
/// hyper writes all it has whenever it is polled, so that they do if and only if the last write was refused. hyper itself
/// does not tell.
#[derive(Clone, Debug, Default)]
pub(super) struct Backlog(Arc<AtomicBool>);

impl UpstreamIo {
    /// Connects. A time-out has the kind [`io::ErrorKind::TimedOut`].
    pub(super) async fn connect(address: SocketAddr, timeout: Duration) -> io::Result<Self> {
        let stream = tokio::time::timeout(timeout, TcpStream::connect(address)).await??;
        stream.set_nodelay(true)?;
        Ok(Self { stream, backlog: Backlog::default() })
    }

    pub(super) fn backlog(&self) -> Backlog {
        self.backlog.clone()
    }

    fn note<T>(&self, written: Poll<T>) -> Poll<T> {
        self.backlog.0.store(written.is_pending(), Ordering::Relaxed);
        written
    }
}

impl Backlog {
    pub(super) fn exists(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl AsyncRead for UpstreamIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for UpstreamIo {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.note(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        self.note(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
