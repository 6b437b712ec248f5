//! Why a local pipeline could not be built.

use super::router::RouterError;
use super::task_set::TaskSetError;

/// Why a local pipeline could not be built. Whatever had been started is stopped again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LocalError {
    /// A listener could not be opened: choose another address, or stop what listens there.
    #[error(transparent)]
    Router(#[from] RouterError),
    /// What serves before the first deployment did not start.
    #[error("{group} has nothing to serve with before the deployment: {source}")]
    Blue {
        /// The deployment group.
        group: String,
        /// What went wrong.
        #[source]
        source: Box<TaskSetError>,
    },
    /// Give the groups different names.
    #[error(
        "deployment group {group:?} of application {application:?} is there twice; give one of them another name"
    )]
    DuplicateGroup {
        /// The application.
        application: String,
        /// The group.
        group: String,
    },
}
