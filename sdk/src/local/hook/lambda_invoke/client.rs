//! The connection to a Lambda endpoint.

use std::time::Duration;

use aws_sdk_lambda::config::retry::RetryConfig;
use aws_sdk_lambda::config::timeout::TimeoutConfig;
use aws_sdk_lambda::config::{BehaviorVersion, Credentials, Region, SharedHttpClient};
use aws_sdk_lambda::{Client, Config};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

/// Lambda accepts an event at once; emulators may run the function first, for as long as a function may run.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(900);

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Calls in all: the standard of the SDKs, here so that it does not follow `AWS_MAX_ATTEMPTS`.
const MAX_ATTEMPTS: u32 = 3;

/// Where functions are invoked, and as whom.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    pub(super) url: String,
    pub(super) region: String,
    pub(super) credentials: Credentials,
}

impl Connection {
    pub(super) fn new(url: String) -> Self {
        let nobody = credentials("local".to_owned(), "local".to_owned(), None);
        Self { url, region: "us-east-1".to_owned(), credentials: nobody }
    }

    /// What the environment says, if it names an endpoint.
    pub(super) fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let mut connection = Self::new(set("AWS_ENDPOINT_URL_LAMBDA")?);
        if let Some(region) = set("AWS_REGION").or_else(|| set("AWS_DEFAULT_REGION")) {
            connection.region = region;
        }
        if let (Some(id), Some(secret)) = (set("AWS_ACCESS_KEY_ID"), set("AWS_SECRET_ACCESS_KEY")) {
            connection.credentials = credentials(id, secret, set("AWS_SESSION_TOKEN"));
        }
        Some(connection)
    }

    pub(super) fn client(&self) -> Client {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_timeout(OPERATION_TIMEOUT)
            .build();
        Client::from_conf(
            Config::builder()
                .behavior_version(BehaviorVersion::latest())
                .http_client(http_client(&self.url))
                .endpoint_url(&self.url)
                .region(Region::new(self.region.clone()))
                .credentials_provider(self.credentials.clone())
                .retry_config(RetryConfig::standard().with_max_attempts(MAX_ATTEMPTS))
                .timeout_config(timeouts)
                .build(),
        )
    }
}

pub(super) fn credentials(id: String, secret: String, token: Option<String>) -> Credentials {
    Credentials::new(id, secret, token, None, "greenlight")
}

/// Without TLS where none is asked for: reading the machine's root certificates takes longer than a call.
fn http_client(url: &str) -> SharedHttpClient {
    if url.starts_with("https:") {
        Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https()
    } else {
        Builder::new().build_http()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Option<Connection> {
        Connection::from_variables(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn there_is_a_connection_only_where_the_environment_names_an_endpoint() {
        assert!(read(&[]).is_none());
        assert!(read(&[("AWS_ENDPOINT_URL_LAMBDA", ""), ("AWS_REGION", "eu-west-1")]).is_none());
        let connection = read(&[("AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:9001")]).unwrap();
        assert_eq!(
            (connection.url.as_str(), connection.region.as_str()),
            ("http://127.0.0.1:9001", "us-east-1")
        );
        assert_eq!(connection.credentials.access_key_id(), "local");
    }

    #[test]
    fn region_and_credentials_are_those_of_the_environment() {
        let connection = read(&[
            ("AWS_ENDPOINT_URL_LAMBDA", "https://lambda.example.com"),
            ("AWS_DEFAULT_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_SESSION_TOKEN", "token"),
        ])
        .unwrap();
        assert_eq!(connection.region, "eu-west-1");
        assert_eq!(connection.credentials.access_key_id(), "AKIAIOSFODNN7EXAMPLE");
        assert_eq!(connection.credentials.session_token(), Some("token"));
        assert!(!format!("{connection:?}").contains("\"secret\""), "{connection:?}");
    }
}
