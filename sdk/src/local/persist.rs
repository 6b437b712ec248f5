//! What an engine needs of whatever keeps its state.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;

/// Keeps what must survive the process, in the order in which it was given.
///
/// [`save`](Self::save) is called under locks and returns at once; [`written`](Self::written) is waited for before
/// anything that depends on it is told or done outside. Many saves may become one write.
pub(crate) trait Persist: fmt::Debug + Send + Sync {
    /// Takes changes: all of them are kept, or none.
    fn save(&self, changes: Vec<Change>);

    /// Ends when everything that was saved before this call is on the disk.
    fn written(&self) -> BoxFuture<'static, Result<(), NotWritten>>;
}

/// One change of what is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// Keep this value.
    Put {
        /// In which table.
        table: &'static str,
        /// Under which key.
        key: String,
        /// What.
        value: Vec<u8>,
    },
    /// Forget what is there, if anything is.
    Remove {
        /// In which table.
        table: &'static str,
        /// Under which key.
        key: String,
    },
}

/// The state cannot be kept any more; nothing is acknowledged from then on.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the state cannot be written any more: {0}")]
pub(crate) struct NotWritten(pub(crate) Arc<dyn std::error::Error + Send + Sync>);
