//! The host under Lambda's runtime.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use lambda_runtime::{Diagnostic, LambdaEvent};
use serde_json::Value;
use tower::Service;

use crate::{Host, Invocation, Unreported};

/// A [`Host`] as the [`tower::Service`] that [`lambda_runtime::run`] serves.
#[derive(Clone, Debug)]
pub struct HookService(Host);

impl HookService {
    /// Serves this host.
    #[must_use]
    pub const fn new(host: Host) -> Self {
        Self(host)
    }
}

impl Service<LambdaEvent<Value>> for HookService {
    type Response = Value;
    type Error = Unreported;
    type Future = Pin<Box<dyn Future<Output = Result<Value, Unreported>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Unreported>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, event: LambdaEvent<Value>) -> Self::Future {
        let host = self.0.clone();
        Box::pin(async move {
            let invocation = Invocation::from(&event.context);
            host.handle(event.payload, &invocation).await
        })
    }
}

/// What Lambda shows of a failed call.
impl From<Unreported> for Diagnostic {
    fn from(error: Unreported) -> Self {
        Self { error_type: "Greenlight.Unreported".to_owned(), error_message: error.to_string() }
    }
}
