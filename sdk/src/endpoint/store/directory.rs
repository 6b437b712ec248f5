//! The files of a directory of state: its lock, and its database.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use redb::{Builder, Database, DatabaseError, StorageError};

use super::error::StoreError;
use super::rows;

const LOCK: &str = "lock";
const DATABASE: &str = "state.redb";
/// A database that is not complete yet. One that a crash left behind is made anew.
const UNFINISHED: &str = "state.redb.new";

/// Bytes of the database that are kept in memory. Everything is read once and then only written, so that the default
/// of 1 GiB would hold what nobody asks for again.
const CACHE_BYTES: usize = 16 << 20;

/// Opens the database of a directory, or makes one. Whoever holds the file that comes with it has the directory for
/// himself.
pub(super) fn open(directory: &Path) -> Result<(Database, File), StoreError> {
    let broken = |source| StoreError::Directory { directory: directory.to_owned(), source };
    fs::create_dir_all(directory).map_err(broken)?;
    let lock = lock(directory)?;
    if !fs::exists(file(directory)).map_err(broken)? {
        create(directory)?;
    }
    let database = builder().open(file(directory)).map_err(|error| explain(directory, error))?;
    rows::check_format(&database, directory)?;
    Ok((database, lock))
}

/// Where the database of a directory is.
pub(super) fn file(directory: &Path) -> PathBuf {
    directory.join(DATABASE)
}

fn lock(directory: &Path) -> Result<File, StoreError> {
    let broken = |source| StoreError::Directory { directory: directory.to_owned(), source };
    let path = directory.join(LOCK);
    let lock = File::options().create(true).truncate(false).write(true).open(path).map_err(broken)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { directory: directory.to_owned() }),
        Err(TryLockError::Error(source)) => Err(broken(source)),
    }
}

/// Makes an empty database that has its name only once it is complete: a crash in between leaves no half of one.
fn create(directory: &Path) -> Result<(), StoreError> {
    let broken = |source| StoreError::Directory { directory: directory.to_owned(), source };
    let unfinished = directory.join(UNFINISHED);
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(broken(error)),
        _ => {}
    }
    let database = builder().create(&unfinished).map_err(|error| explain(directory, error))?;
    rows::mark(&database).map_err(|error| broken(io::Error::other(error)))?;
    database.close().map_err(|error| explain(directory, error))?;
    fs::rename(&unfinished, file(directory)).map_err(broken)?;
    // The name is on the disk when its directory is, and the directory's own name when its parent is.
    let parent = directory.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    for named in [directory, parent] {
        File::open(named).and_then(|named| named.sync_all()).map_err(broken)?;
    }
    Ok(())
}

fn builder() -> Builder {
    let mut builder = Database::builder();
    builder.set_cache_size(CACHE_BYTES);
    // Without it, a file that was altered is trusted, and may end the program.
    builder.set_check_integrity_on_open(true);
    builder
}

fn explain(directory: &Path, error: DatabaseError) -> StoreError {
    match error {
        DatabaseError::Storage(StorageError::Io(error)) if error.kind() == ErrorKind::InvalidData => {
            StoreError::NotOurs { file: file(directory), source: Some(error.into()) }
        }
        // The file ends before what it says of itself.
        DatabaseError::Storage(StorageError::Io(error)) if error.kind() == ErrorKind::UnexpectedEof => {
            StoreError::damaged(directory, error)
        }
        DatabaseError::Storage(StorageError::Io(source)) => {
            StoreError::Directory { directory: directory.to_owned(), source }
        }
        DatabaseError::DatabaseAlreadyOpen => StoreError::InUse { directory: directory.to_owned() },
        error => StoreError::damaged(directory, error),
    }
}
