//! Counts what AWS clients send, by operation.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
        SharedHttpConnector,
    },
    orchestrator::HttpRequest,
    runtime_components::RuntimeComponents,
};

/// An HTTP client of the SDK that counts.
#[derive(Clone, Debug)]
pub struct CountedCalls {
    client: SharedHttpClient,
    seen: Arc<Mutex<BTreeMap<String, usize>>>,
}

#[derive(Debug)]
struct Connector {
    connector: SharedHttpConnector,
    seen: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl CountedCalls {
    /// Counts what goes through `client`.
    #[must_use]
    pub fn of(client: SharedHttpClient) -> Self {
        Self { client, seen: Arc::default() }
    }

    /// Attempts since the last time, by operation.
    #[must_use]
    pub fn take(&self) -> BTreeMap<String, usize> {
        std::mem::take(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl HttpClient for CountedCalls {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let connector = self.client.http_connector(settings, components);
        SharedHttpConnector::new(Connector { connector, seen: Arc::clone(&self.seen) })
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner).entry(operation).or_default() += 1;
        self.connector.call(request)
    }
}
