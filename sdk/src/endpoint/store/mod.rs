//! What the endpoint keeps on the disk: everything that was accepted, before it is acknowledged.
//!
//! A directory holds one database and a lock. All of its rows are read when it is opened; from then on it is only
//! written, by one thread that turns whatever was saved meanwhile into one transaction. The machine may lose its
//! power at any moment: what was [written](crate::local::persist::Persist::written) is there, and of each save all
//! or nothing.

mod directory;
mod error;
mod rows;
mod writer;

#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::future::BoxFuture;

pub use error::StoreError;
pub(crate) use rows::Rows;
use writer::Writer;

use crate::local::persist::{Change, NotWritten, Persist};

/// An open directory of state.
///
/// Dropping it writes what is still to be written, and frees the directory; [`close`](Self::close) says whether that
/// worked.
pub(crate) struct Store {
    directory: PathBuf,
    writer: Writer,
}

impl Store {
    /// Opens a directory, which is made if it is not there, and reads all that it keeps.
    ///
    /// # Errors
    ///
    /// As [`StoreError`] has them: another process uses the directory, it cannot be read or written, or what is in
    /// it is newer than this program, something else, or damaged. Nothing is changed then.
    pub(crate) fn open(directory: &Path) -> Result<(Arc<Self>, Rows), StoreError> {
        let (database, lock) = directory::open(directory)?;
        let rows = rows::read(&database).map_err(|source| StoreError::damaged(directory, source))?;
        let writer = Writer::start(database, Some(lock))
            .map_err(|source| StoreError::Directory { directory: directory.to_owned(), source })?;
        Ok((Arc::new(Self { directory: directory.to_owned(), writer }), rows))
    }

    /// Writes what is still to be written and frees the directory. What is saved from now on is lost, and
    /// [`written`](Persist::written) says so.
    ///
    /// # Errors
    ///
    /// Something that was saved could not be written.
    pub(crate) async fn close(&self) -> Result<(), NotWritten> {
        self.writer.close().await
    }
}

impl Persist for Store {
    fn save(&self, changes: Vec<Change>) {
        self.writer.save(changes);
    }

    fn written(&self) -> BoxFuture<'static, Result<(), NotWritten>> {
        self.writer.written()
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("directory", &self.directory).finish_non_exhaustive()
    }
}

impl fmt::Display for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the state in {}", self.directory.display())
    }
}
