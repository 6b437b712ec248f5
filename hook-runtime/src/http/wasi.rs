//! `wasi:http/outgoing-handler` over the broker.

use std::future::Future;

use http_body_util::BodyExt;
use wasmtime_wasi_http::{Error as WasiError, RequestOptions, WasiBody, WasiHttpHooks};

use super::{
    broker::Outgoing,
    egress::Egress,
    error::HttpError,
    outcome::{ConnectionFault, DenialKind, LimitKind, TimeoutKind},
    target::Target,
    timers::Wishes,
};

/// Bytes of a request's body that one write may have. Two such pieces wait on the host, outside of the plugin's
/// memory, for each body that a plugin has open, sent or not; the default of 1 MiB would make that 2 GiB.
const BODY_CHUNK_BYTES: usize = 64 << 10;

type Io = Box<dyn Future<Output = Result<(), WasiError>> + Send>;
type Sent = Box<dyn Future<Output = Result<(http::Response<WasiBody>, Io), WasiError>> + Send>;

impl WasiHttpHooks for Egress {
    fn p2_outgoing_body_chunk_size(&mut self) -> usize {
        BODY_CHUNK_BYTES
    }

    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
        // Tells how the plugin's reading of the response ended, which nobody here waits for.
        _: Io,
    ) -> Sent {
        let broker = std::sync::Arc::clone(&self.broker);
        let options = options.unwrap_or_default();
        let (parts, body) = request.into_parts();
        let outgoing = Outgoing {
            url: parts.uri.to_string(),
            target: Target::from_uri(&parts.uri),
            method: parts.method,
            headers: parts.headers,
            body,
            wishes: Wishes {
                connect: options.connect_timeout,
                first_byte: options.first_byte_timeout,
                between_bytes: options.between_bytes_timeout,
                total: None,
            },
        };
        Box::new(async move {
            let response = broker.send(outgoing).await.map_err(WasiError::from)?;
            // The response's body keeps its connection going, so nothing is left to do beside it.
            let io: Io = Box::new(std::future::ready(Ok(())));
            Ok((response.map(|body| body.map_err(WasiError::from).boxed_unsync()), io))
        })
    }
}

impl From<HttpError> for WasiError {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::Denied { kind: DenialKind::NoGrant, .. } => Self::HttpRequestDenied,
            HttpError::Denied { kind: DenialKind::Address, .. } => Self::DestinationIpProhibited,
            HttpError::Invalid(sentence) => Self::InternalError(Some(sentence)),
            HttpError::Dns(sentence) => Self::DnsError { rcode: Some(sentence), info_code: None },
            HttpError::Connection { fault, .. } => match fault {
                ConnectionFault::Refused => Self::ConnectionRefused,
                ConnectionFault::Broken => Self::HttpResponseIncomplete,
                ConnectionFault::Certificate => Self::TlsCertificateError,
                ConnectionFault::Tls => Self::TlsProtocolError,
            },
            HttpError::Timeout { kind, .. } => match kind {
                TimeoutKind::Connect => Self::ConnectionTimeout,
                TimeoutKind::FirstByte | TimeoutKind::BetweenBytes => Self::ConnectionReadTimeout,
                TimeoutKind::Whole => Self::HttpResponseTimeout,
            },
            HttpError::Limit { kind, .. } => match kind {
                LimitKind::Requests | LimitKind::Concurrent => Self::ConnectionLimitReached,
                LimitKind::RequestBody => Self::HttpRequestBodySize(None),
                LimitKind::ResponseBody | LimitKind::TotalResponseBodies => Self::HttpResponseBodySize(None),
            },
            HttpError::Other(_) => Self::HttpProtocolError,
        }
    }
}
