//! Region, credentials and endpoints, as every AWS tool takes them.

mod builder;
mod credentials;
mod error;
mod first_use;
mod http_client;
mod trust;

use std::fmt;

use aws_config::SdkConfig;

pub use self::builder::ConnectionBuilder;
pub use self::error::ConnectionError;
pub(super) use self::http_client::http_client;

/// Where AWS answers, and as whom it is asked: what all clients of AWS services are made from.
///
/// Region, profile, credentials and endpoints are found as the AWS command line finds them: from variables, the files
/// `~/.aws/config` and `~/.aws/credentials`, single sign-on, a credential process, a web identity, and the metadata of
/// containers and instances. What a [builder](Self::builder) is told comes first.
///
/// ```no_run
/// use greenlight::aws::{CodeDeploy, Connection};
///
/// # async fn connect() -> Result<(), Box<dyn std::error::Error>> {
/// let connection = Connection::builder().with_profile("staging").with_region("eu-west-1").connect().await?;
/// let pipeline = CodeDeploy::new(connection.config());
/// println!("{pipeline} over {connection}");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Connection {
    config: SdkConfig,
}

impl Connection {
    /// What to set before it is made. Nothing has to be.
    pub fn builder() -> ConnectionBuilder {
        ConnectionBuilder::new()
    }

    /// What clients are made from: `aws_sdk_codedeploy::Client::new(connection.config())`, and so on.
    #[must_use]
    pub const fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// The region, such as `eu-west-1`.
    #[must_use]
    pub fn region(&self) -> &str {
        self.config.region().map_or("", AsRef::as_ref)
    }

    /// Where all services answer, if not each at its own address at AWS. A service of its own
    /// (`AWS_ENDPOINT_URL_CODEDEPLOY`) may still answer elsewhere.
    #[must_use]
    pub fn endpoint_url(&self) -> Option<&str> {
        self.config.endpoint_url()
    }

    /// Where one service answers, by its id, such as `Lambda`, if not at AWS: at an address of its own, or at that of all.
    #[must_use]
    pub fn service_endpoint_url(&self, id: &str) -> Option<String> {
        builder::service_url(&self.config, id)
    }
}

impl fmt::Display for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.endpoint_url() {
            Some(url) => write!(f, "{url} as {}", self.region()),
            None => write!(f, "AWS in {}", self.region()),
        }
    }
}
