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
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use aws_smithy_http_client::tls::TlsContext;
use aws_types::service_config::ServiceConfigKey;

use super::first_use::FirstUse;
use super::http_client::http_client;
use super::{Connection, ConnectionError, credentials, trust};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// For one attempt. Answers take milliseconds; an attempt that hangs must not keep a watch from trying again.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);

/// The region of whatever answers without TLS, where nobody names one.
const LOCAL_REGION: &str = "us-east-1";

/// Whose address decides whether AWS is asked at all, where nobody names another service.
const CODEDEPLOY: &str = "CodeDeploy";

/// What to set before a [`Connection`] is made; made by [`Connection::builder`], where an example is.
#[derive(Debug, Default)]
#[must_use]
pub struct ConnectionBuilder {
    region: Option<String>,
    profile: Option<String>,
    endpoint_url: Option<String>,
    attempt_timeout: Option<Duration>,
    service: Option<String>,
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
    /// service, `AWS_ENDPOINT_URL_CODEDEPLOY` and its like say, or the profile does, or AWS.
    ///
    /// A CodeDeploy (or another [service](Self::with_service)) that answers without TLS is no AWS: where no region is set it is
    /// `us-east-1`, and where no credentials are set they are made up, for all services. The metadata of an instance is then not
    /// asked for any, unless a profile is named.
    pub fn with_endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.endpoint_url = Some(url.into());
        self
    }

    /// The service that is asked, by its id, such as `Lambda`, if it is not CodeDeploy: one that answers without TLS needs no
    /// credentials.
    pub fn with_service(mut self, id: impl Into<String>) -> Self {
        self.service = Some(id.into());
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
        let http_client = http_client(tls);
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_attempt_timeout(self.attempt_timeout.unwrap_or(ATTEMPT_TIMEOUT));
        let loader = || {
            let loader: ConfigLoader = aws_config::defaults(BehaviorVersion::latest())
                .http_client(http_client.clone())
                // One for all clients, so that nobody has to log in for each.
                .identity_cache(IdentityCache::lazy().build())
                .timeout_config(timeouts.clone().build());
            let loader = match &self.profile {
                Some(profile) => loader.profile_name(profile),
                None => loader,
            };
            match &self.endpoint_url {
                Some(url) => loader.endpoint_url(url),
                None => loader,
            }
        };
        let own_region = self.region.clone().map(Region::new);
        let region = RegionProviderChain::first_try(own_region.clone())
            .or_else(EnvironmentVariableRegionProvider::new())
            .or_else(self.profile_region());
        // Read once without asking the machine's metadata for anything, to see whether AWS is asked at all.
        let near = loader().region(region).no_credentials().load().await;
        let asked = service_url(&near, self.service.as_deref().unwrap_or(CODEDEPLOY));
        if !asked.is_some_and(|url| url.starts_with("http:")) {
            return match own_region {
                Some(region) => loader().region(region).load().await,
                None => loader().load().await,
            };
        }
        let region = near.region().cloned().unwrap_or_else(|| Region::new(LOCAL_REGION));
        let loader = loader().region(region.clone());
        if self.profile.is_some() || set("AWS_PROFILE").is_some() {
            return loader.load().await;
        }
        loader.credentials_provider(credentials::or_made_up(&region, http_client)).load().await
    }

    fn profile_region(&self) -> ProfileFileRegionProvider {
        let mut profile = ProfileFileRegionProvider::builder();
        if let Some(name) = &self.profile {
            profile = profile.profile_name(name);
        }
        profile.build()
    }
}

/// Where a service's client will ask, unless that is AWS: an address that is given comes first, then the service's own, then that of
/// all services. What is to be ignored is left out.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>
pub(super) fn service_url(config: &SdkConfig, service: &str) -> Option<String> {
    let general = config.endpoint_url().map(str::to_owned);
    if config.get_origin("endpoint_url").is_client_config() {
        return general;
    }
    let key = ServiceConfigKey::builder().service_id(service);
    let key = key.env("AWS_ENDPOINT_URL").profile("endpoint_url").build().ok()?;
    config.service_config().and_then(|own| own.load_config(key)).or(general)
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
