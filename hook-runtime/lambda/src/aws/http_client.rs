//! The HTTP client under the AWS clients.
//!
//! The SDK's own reads the machine's root certificates at every start.

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::ErrorKind;
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::RootCertStore;

use super::connect::Connect;
use super::stream::CONNECT_TIMEOUT;

/// How long a connection that nobody uses is kept. Servers close theirs sooner or later, unseen by a frozen function.
const IDLE: std::time::Duration = std::time::Duration::from_secs(15);

/// A client with a pool of its own, which trusts these roots.
pub(super) fn http_client(roots: RootCertStore) -> Result<SharedHttpClient, rustls::Error> {
    let client = legacy::Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE)
        .build(Connect::new(roots)?);
    let connector = SharedHttpConnector::new(Pooled(client));
    Ok(http_client_fn(move |_, _| connector.clone()))
}

#[derive(Clone, Debug)]
struct Pooled(legacy::Client<Connect, SdkBody>);

impl HttpConnector for Pooled {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(error) => return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into()))),
        };
        let answer = self.0.request(request);
        HttpConnectorFuture::new(async move {
            let response = answer.await.map_err(connector_error)?;
            HttpResponse::try_from(response.map(SdkBody::from_body_1_x))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// Whatever became of the request, the next one may fare better.
fn connector_error(error: legacy::Error) -> ConnectorError {
    if error.is_connect() {
        ConnectorError::io(error.into()).never_connected()
    } else {
        ConnectorError::other(error.into(), Some(ErrorKind::TransientError))
    }
}

const _: () = assert!(CONNECT_TIMEOUT.as_secs() < super::ATTEMPT_TIMEOUT.as_secs());
