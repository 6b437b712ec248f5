//! Credentials that were had to see whether there are any.

use std::sync::{Arc, Mutex, PoisonError};

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};

/// Gives out what was had already once, before it asks again: a credential process may ask a person each time.
#[derive(Debug)]
pub(super) struct FirstUse {
    had: Arc<Mutex<Option<Credentials>>>,
    provider: SharedCredentialsProvider,
}

impl FirstUse {
    pub(super) fn new(had: Credentials, provider: SharedCredentialsProvider) -> Self {
        Self { had: Arc::new(Mutex::new(Some(had))), provider }
    }
}

impl ProvideCredentials for FirstUse {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        match self.had.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(credentials) => future::ProvideCredentials::ready(Ok(credentials)),
            None => self.provider.provide_credentials(),
        }
    }

    fn fallback_on_interrupt(&self) -> Option<Credentials> {
        self.provider.fallback_on_interrupt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(id: &str) -> Credentials {
        Credentials::new(id, "secret", None, None, "test")
    }

    #[tokio::test]
    async fn what_was_had_is_given_out_once() {
        let provider = FirstUse::new(named("FIRST"), SharedCredentialsProvider::new(named("LATER")));
        let mut ids = Vec::new();
        for _ in 0..3 {
            ids.push(provider.provide_credentials().await.unwrap().access_key_id().to_owned());
        }
        assert_eq!(ids, ["FIRST", "LATER", "LATER"]);
    }
}
