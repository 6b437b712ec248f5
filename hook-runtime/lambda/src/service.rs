//! The host under Lambda's runtime.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use lambda_runtime::{Diagnostic, LambdaEvent};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use tower::Service;

use crate::{HookError, Host, Invocation};

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

impl Service<LambdaEvent<Payload>> for HookService {
    type Response = Value;
    type Error = HookError;
    type Future = Pin<Box<dyn Future<Output = Result<Value, HookError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), HookError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, event: LambdaEvent<Payload>) -> Self::Future {
        let host = self.0.clone();
        Box::pin(async move {
            let invocation = Invocation::from(&event.context);
            host.handle(event.payload.0, &invocation).await
        })
    }
}

/// What the function was invoked with. What is no JSON is read as a text, so that the host says what it expects and not
/// Lambda's runtime where it stopped to read.
#[derive(Clone, Debug, PartialEq)]
pub struct Payload(pub Value);

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(payload: D) -> Result<Self, D::Error> {
        Ok(Self(Value::deserialize(payload).unwrap_or_else(|error| error.to_string().into())))
    }
}

/// What Lambda shows of a failed call.
impl From<HookError> for Diagnostic {
    fn from(error: HookError) -> Self {
        let error_type = match error {
            HookError::Unreported(_) => "Greenlight.Unreported",
            HookError::Event(_) => "Greenlight.Event",
        };
        Self { error_type: error_type.to_owned(), error_message: error.to_string() }
    }
}
