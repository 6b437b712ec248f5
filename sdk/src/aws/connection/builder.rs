//! What is set before a connection is made.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::identity::IdentityCache;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use aws_smithy_http_client::tls::TlsContext;

use super::first_use::FirstUse;
use super::http_client::http_client;
use super::{Connection, ConnectionError, trust};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// For one attempt. Answers take milliseconds; an attempt that hangs must not keep a watch from trying again.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);

/// The region of whatever answers without TLS, where nobody names one.
const LOCAL_REGION: &str = "us-east-1";

/// Variables that say where CodeDeploy answers.
const ENDPOINTS: [&str; 2] = ["AWS_ENDPOINT_URL_CODEDEPLOY", "AWS_ENDPOINT_URL"];

/// What to set before a [`Connection`] is made; made by [`Connection::builder`], where an example is.
#[derive(Debug, Default)]
#[must_use]
pub struct ConnectionBuilder {
    region: Option<String>,
    profile: Option<String>,
    endpoint_url: Option<String>,
    attempt_timeout: Option<Duration>,
}

impl ConnectionBuilder {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// The region. By default that of `AWS_REGION`, the profile, or the instance.
    pub fn with_region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The profile in `~/.aws`. By default that of `AWS_PROFILE`, or `default`.
    pub fn with_profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// Where every service answers, such as `http://127.0.0.1:4650`. By default what `AWS_ENDPOINT_URL` and, for one
    /// service, `AWS_ENDPOINT_URL_CODEDEPLOY` and its like say, or AWS. What answers without TLS is no AWS: it is
    /// asked with the region `us-east-1` and made-up credentials, where no others are set.
    pub fn with_endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.endpoint_url = Some(url.into());
        self
    }

    /// How long one attempt of a call may take. By default 30 seconds.
    pub const fn with_attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// Finds all that is not set, and makes sure that there are a region and credentials. No service of a deployment is
    /// asked anything.
    ///
    /// # Errors
    ///
    /// [`ConnectionError`], when something is not to be found or cannot be used.
    pub async fn connect(self) -> Result<Connection, ConnectionError> {
        let tls = match set("AWS_CA_BUNDLE") {
            Some(path) => trust::bundle(&PathBuf::from(path))?,
            None => TlsContext::default(),
        };
        let config = self.load(tls).await;
        if config.region().is_none_or(|region| region.as_ref().is_empty()) {
            return Err(ConnectionError::NoRegion);
        }
        let provider = config.credentials_provider().ok_or(ConnectionError::NoCredentials)?;
        let had = provider.provide_credentials().await.map_err(refused)?;
        let provider = SharedCredentialsProvider::new(FirstUse::new(had, provider));
        Ok(Connection { config: config.into_builder().credentials_provider(provider).build() })
    }

    async fn load(self, tls: TlsContext) -> SdkConfig {
        let plain = self.is_plain();
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_attempt_timeout(self.attempt_timeout.unwrap_or(ATTEMPT_TIMEOUT));
        let mut loader: ConfigLoader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http_client(tls))
            // One for all clients, so that nobody has to log in for each.
            .identity_cache(IdentityCache::lazy().build())
            .timeout_config(timeouts.build());
        let own_credentials = self.profile.is_some() || set("AWS_PROFILE").is_some();
        if plain && !own_credentials && set("AWS_ACCESS_KEY_ID").is_none() {
            // Not found by the chain, which ends by asking the machine's metadata for seconds.
            loader =
                loader.credentials_provider(Credentials::new("local", "local", None, None, "greenlight"));
        }
        if let Some(region) = self.region {
            loader = loader.region(Region::new(region));
        } else if plain {
            let mut profile = ProfileFileRegionProvider::builder();
            if let Some(name) = &self.profile {
                profile = profile.profile_name(name);
            }
            let chain = RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new());
            loader = loader.region(chain.or_else(profile.build()).or_else(Region::new(LOCAL_REGION)));
        }
        if let Some(profile) = self.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(url) = self.endpoint_url {
            loader = loader.endpoint_url(url);
        }
        loader.load().await
    }

    /// Whether what is asked is no AWS.
    fn is_plain(&self) -> bool {
        let url = self.endpoint_url.clone().or_else(|| ENDPOINTS.iter().find_map(|name| set(name)));
        url.is_some_and(|url| url.starts_with("http:"))
    }
}

/// The variable, unless it is empty.
fn set(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn refused(error: CredentialsError) -> ConnectionError {
    match error {
        CredentialsError::CredentialsNotLoaded(_) => ConnectionError::NoCredentials,
        other => ConnectionError::Credentials { source: Box::new(other) },
    }
}
