//! The clients of the two AWS services that a hook needs.

mod connect;
mod http_client;
mod refusal;
mod stream;
mod trust;

use std::fmt;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use aws_sdk_codedeploy::config::retry::RetryConfig;
use aws_sdk_codedeploy::config::timeout::TimeoutConfig;
use aws_sdk_codedeploy::config::{BehaviorVersion, Credentials, Region};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use rustls::RootCertStore;

pub(crate) use self::refusal::{Refusal, refusal};
use crate::Environment;

/// One attempt of any call. Each is small, and a connection that died while the function was frozen is only noticed by
/// its silence.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);

/// Clients of CodeDeploy and Lambda with the function's own credentials.
///
/// They share one pool of connections, trust Mozilla's certificates, which are compiled in, or those of
/// [`Environment::ca_bundle`] instead, and make one attempt of each call: whoever calls knows until when it is worth trying
/// again.
#[derive(Clone)]
pub struct Aws {
    pub(crate) codedeploy: aws_sdk_codedeploy::Client,
    lambda: Arc<LazyLock<aws_sdk_lambda::Client, Box<dyn FnOnce() -> aws_sdk_lambda::Client + Send>>>,
    /// Why other certificates are trusted than the environment names.
    pub(crate) distrusted: Option<String>,
}

/// The trusted certificates, which cannot be used. Only a broken build has such.
#[derive(Debug, thiserror::Error)]
#[error("the trusted certificates cannot be used; build the host with TLS 1.2 or 1.3")]
pub struct TrustError(#[from] rustls::Error);

impl Aws {
    /// Makes the clients. Nothing is connected yet. A bundle of certificates that cannot be used is told by the host, and leaves
    /// those that are compiled in: a report is worth more than none.
    ///
    /// # Errors
    ///
    /// [`TrustError`], in a broken build.
    pub fn new(environment: &Environment) -> Result<Self, TrustError> {
        let (roots, distrusted) = roots(environment);
        let http = http_client::http_client(roots)?;
        let codedeploy = codedeploy(environment, http.clone());
        let environment = environment.clone();
        let lambda: Box<dyn FnOnce() -> _ + Send> = Box::new(move || lambda(&environment, http));
        Ok(Self { codedeploy, lambda: Arc::new(LazyLock::new(lambda)), distrusted })
    }

    /// The client of Lambda. Made when it is first asked for: few hooks hand over, and each start would pay for it.
    pub(crate) fn lambda(&self) -> &aws_sdk_lambda::Client {
        &self.lambda
    }
}

impl fmt::Debug for Aws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aws").finish_non_exhaustive()
    }
}

/// A client of CodeDeploy with connections of its own, which no other executor drives.
pub(crate) fn separate_codedeploy(
    environment: &Environment,
) -> Result<aws_sdk_codedeploy::Client, TrustError> {
    let (roots, _) = roots(environment);
    Ok(codedeploy(environment, http_client::http_client(roots)?))
}

/// The trusted certificates, and why they are not those that the environment names.
fn roots(environment: &Environment) -> (RootCertStore, Option<String>) {
    let Some(path) = &environment.ca_bundle else { return (trust::compiled_in(), None) };
    match trust::bundle(path) {
        Ok(roots) => (roots, None),
        Err(error) => {
            let problem = format!(
                "AWS_CA_BUNDLE names {}, and {error}; the public certificate authorities are trusted instead",
                path.display()
            );
            (trust::compiled_in(), Some(problem))
        }
    }
}

fn codedeploy(environment: &Environment, http: SharedHttpClient) -> aws_sdk_codedeploy::Client {
    let mut config = aws_sdk_codedeploy::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(http)
        .region(Region::new(environment.region.clone()))
        .credentials_provider(credentials(environment))
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts());
    config.set_endpoint_url(environment.codedeploy_url.clone());
    aws_sdk_codedeploy::Client::from_conf(config.build())
}

fn lambda(environment: &Environment, http: SharedHttpClient) -> aws_sdk_lambda::Client {
    let mut config = aws_sdk_lambda::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(http)
        .region(Region::new(environment.region.clone()))
        .credentials_provider(credentials(environment))
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts());
    config.set_endpoint_url(environment.lambda_url.clone());
    aws_sdk_lambda::Client::from_conf(config.build())
}

fn credentials(environment: &Environment) -> Credentials {
    let crate::Credentials { access_key_id, secret_access_key, session_token } = &environment.credentials;
    let (id, secret) = (access_key_id.as_str(), secret_access_key.as_str());
    Credentials::new(id, secret, session_token.clone(), None, "environment")
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT_TIMEOUT).build()
}
