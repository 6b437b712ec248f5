//! The connection to AWS, by the conventions of AWS's own tools.

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

/// Where AWS is, and as whom it is asked. What is not given is taken from the environment and AWS's own files.
#[derive(Debug, clap::Args)]
pub(super) struct Connection {
    /// The region; AWS_REGION, AWS_DEFAULT_REGION or that of the profile by default
    #[arg(long, value_name = "REGION")]
    region: Option<String>,

    /// The profile in AWS's configuration files; AWS_PROFILE by default
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// Where all services answer, instead of AWS; AWS_ENDPOINT_URL, or AWS_ENDPOINT_URL_SERVICE for one of them, by default
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
}

impl Connection {
    pub(super) async fn load(&self) -> SdkConfig {
        let client = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
        let mut loader = aws_config::defaults(BehaviorVersion::latest()).http_client(client);
        if let Some(region) = &self.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(profile) = &self.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(url) = &self.endpoint_url {
            loader = loader.endpoint_url(url);
        }
        loader.load().await
    }
}
