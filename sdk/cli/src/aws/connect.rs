//! Where AWS is, and as whom it is asked.

use std::time::Duration;

use greenlight::aws::{Connection, ConnectionBuilder, ConnectionError};

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

/// Why AWS cannot be asked, with the options that mend it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotConnected {
    #[error("no region is known; give --region, or set AWS_REGION, or `region` in the profile")]
    NoRegion,
    #[error(
        "there are no credentials; give --profile, or set AWS_PROFILE, to name a profile that has some, log in with \
         `aws sso login`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    )]
    NoCredentials,
    #[error(
        "the profile {profile:?} has no credentials, or is not there; correct --profile, or log in with \
         `aws sso login --profile {profile}`"
    )]
    NoCredentialsInProfile { profile: String },
    #[error(transparent)]
    Other(ConnectionError),
}

impl ConnectArgs {
    /// Finds region and credentials.
    pub(crate) async fn connect(&self) -> Result<Connection, NotConnected> {
        self.builder().connect().await.map_err(|error| self.not_connected(error))
    }

    /// As [`connect`](Self::connect), for one service alone, by its id, and calls that may take so long.
    pub(crate) async fn connect_to(
        &self,
        service: &str,
        attempt_timeout: Duration,
    ) -> Result<Connection, NotConnected> {
        let connection = self.builder().with_attempt_timeout(attempt_timeout).with_service(service);
        connection.connect().await.map_err(|error| self.not_connected(error))
    }

    fn not_connected(&self, error: ConnectionError) -> NotConnected {
        match (error, &self.profile) {
            (ConnectionError::NoRegion, _) => NotConnected::NoRegion,
            (ConnectionError::NoCredentials, None) => NotConnected::NoCredentials,
            (ConnectionError::NoCredentials, Some(profile)) => {
                NotConnected::NoCredentialsInProfile { profile: profile.clone() }
            }
            (other, _) => NotConnected::Other(other),
        }
    }

    fn builder(&self) -> ConnectionBuilder {
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
        connection
    }

    /// How to call the command once more for the same AWS.
    pub(super) fn again(&self) -> Again {
        let given =
            [("region", &self.region), ("profile", &self.profile), ("endpoint-url", &self.endpoint_url)];
        Again::new(given.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?))))
    }
}
