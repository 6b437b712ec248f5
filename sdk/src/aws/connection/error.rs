//! Why AWS cannot be asked.

use std::path::PathBuf;

use greenlight_core::error::Source;

/// Why no [`Connection`](super::Connection) could be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectionError {
    /// Name the region.
    #[error("no region is known; set AWS_REGION, or `region` in the profile")]
    NoRegion,
    /// Log in, or name a profile.
    #[error(
        "there are no credentials; set AWS_PROFILE to a profile that has some, log in with `aws sso login`, \
         or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    )]
    NoCredentials,
    /// Mend the profile, or log in anew: credentials were to be had, and could not.
    #[error("the credentials cannot be had; check the profile, or log in again")]
    Credentials {
        /// What went wrong.
        #[source]
        source: Source,
    },
    /// Correct the file: it has no certificates to trust.
    #[error("AWS_CA_BUNDLE names {}, which cannot be used: {problem}", path.display())]
    CaBundle {
        /// The file.
        path: PathBuf,
        /// What is the matter with it.
        problem: String,
    },
}
