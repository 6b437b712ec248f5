//! One HTTP/1.1 connection to a judged address, with or without TLS.

use std::{
    fmt, io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
};

use hyper::{
    body::Incoming,
    client::conn::http1::{Builder, SendRequest},
};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::Instant,
};
use wasmtime_wasi::runtime::{AbortOnDropJoinHandle, spawn};

use super::{
    dial::dial_any,
    error::HttpError,
    network::Network,
    outcome::ConnectionFault,
    sent_body::SentBody,
    target::{Scheme, Target},
    tls::{is_certificate_error, server_name},
};

/// The longest response head that is accepted, in bytes.
const MAX_HEAD_BYTES: usize = 128 * 1024;

/// A connection, together with the task that moves its bytes.
///
/// The task lives exactly as long as this value. Whoever still has something to read from the connection owns it:
/// a response's body until its last byte, the pool afterwards. So no order in which a plugin drops its handles
/// can stop the task while bytes are on their way.
pub(super) struct Connection {
    sender: SendRequest<SentBody>,
    address: SocketAddr,
    _task: AbortOnDropJoinHandle<()>,
}

impl Connection {
    /// Connects to one of `addresses`, all of which the policy has admitted.
    pub(super) async fn open(
        network: &Network,
        target: &Target,
        addresses: &[SocketAddr],
        deadline: Instant,
    ) -> Result<Self, HttpError> {
        let (tcp, address) = dial_any(network.dial.as_ref(), addresses, deadline).await.map_err(|e| {
            let tried: Vec<_> = addresses.iter().map(ToString::to_string).collect();
            refused(
                ConnectionFault::Refused,
                format!("cannot connect to {} ({}): {e}", target.origin(), tried.join(", ")),
            )
        })?;
        match target.scheme {
            Scheme::Http => Self::handshake(tcp, address, target).await,
            Scheme::Https => {
                let name = server_name(&target.host).ok_or_else(|| {
                    HttpError::Invalid(format!(
                        "{} cannot be the name on a certificate; use a DNS name",
                        target.host
                    ))
                })?;
                let tls =
                    network.tls.connector().connect(name, tcp).await.map_err(|e| tls_error(target, &e))?;
                Self::handshake(tls, address, target).await
            }
        }
    }

    async fn handshake<S>(stream: S, address: SocketAddr, target: &Target) -> Result<Self, HttpError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (sender, driver) = Builder::new()
            .max_buf_size(MAX_HEAD_BYTES)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|e| {
                refused(ConnectionFault::Broken, format!("the connection to {} failed: {e}", target.origin()))
            })?;
        // Whatever ends the driver early also ends the request, which reports it.
        let task = spawn(async move { drop(driver.await) });
        Ok(Self { sender, address, _task: task })
    }

    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether another request could be sent right now.
    pub(super) fn is_ready(&mut self) -> bool {
        let mut context = Context::from_waker(std::task::Waker::noop());
        matches!(self.sender.poll_ready(&mut context), Poll::Ready(Ok(())))
    }

    pub(super) fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    pub(super) fn send(
        &mut self,
        request: http::Request<SentBody>,
    ) -> Pin<Box<dyn Future<Output = hyper::Result<http::Response<Incoming>>> + Send>> {
        Box::pin(self.sender.send_request(request))
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("address", &self.address).finish_non_exhaustive()
    }
}

fn tls_error(target: &Target, error: &io::Error) -> HttpError {
    let fault = if is_certificate_error(error) { ConnectionFault::Certificate } else { ConnectionFault::Tls };
    let what = match fault {
        ConnectionFault::Certificate => "the certificate is not accepted",
        _ => "the TLS handshake failed",
    };
    refused(fault, format!("{what} at {}: {error}", target.origin()))
}

const fn refused(fault: ConnectionFault, sentence: String) -> HttpError {
    HttpError::Connection { fault, sentence }
}
