//! Where AWS is, and as whom it is asked.

use greenlight::aws::{Connection, ConnectionError};

use super::again::Again;

/// The options of AWS's own tools. What is not given is taken from the environment and AWS's own files.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "AWS")]
pub(crate) struct ConnectArgs {
    /// The region; AWS_REGION or that of the profile by default
    #[arg(long, value_name = "REGION")]
    region: Option<String>,

    /// The profile in AWS's configuration files; AWS_PROFILE by default
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// Where all services answer, instead of AWS; AWS_ENDPOINT_URL, or AWS_ENDPOINT_URL_CODEDEPLOY and so on for one of them, by default
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
}

impl ConnectArgs {
    /// Finds region and credentials.
    pub(crate) async fn connect(&self) -> Result<Connection, ConnectionError> {
        let mut connection = Connection::builder();
        if let Some(region) = &self.region {
            connection = connection.with_region(region);
        }
        if let Some(profile) = &self.profile {
            connection = connection.with_profile(profile);
        }
        if let Some(url) = &self.endpoint_url {
            connection = connection.with_endpoint_url(url);
        }
        connection.connect().await
    }

    /// How to call the command once more for the same AWS.
    pub(super) fn again(&self) -> Again {
        let given =
            [("region", &self.region), ("profile", &self.profile), ("endpoint-url", &self.endpoint_url)];
        Again::new(given.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?))))
    }
}
