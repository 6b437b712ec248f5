//! Results that are kept in files.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::Fault;
use super::figures::{FORM, Figures};

/// Why a result cannot be compared with.
#[derive(Debug, thiserror::Error)]
pub(in crate::hook) enum StoredError {
    #[error("cannot read the result {}: {source}; name a file that --save wrote", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{} is no result of `greenlight hook bench --save`: {source}", path.display())]
    Invalid { path: PathBuf, source: serde_json::Error },
    #[error("{} has the form {found}, and this greenlight compares with {FORM}; measure again with --save", path.display())]
    Form { path: PathBuf, found: u32 },
}

/// Reads what [`write`] wrote.
pub(super) fn read(path: &Path) -> Result<Figures, StoredError> {
    let path = || path.to_owned();
    let text =
        fs::read_to_string(path()).map_err(|source| StoredError::Unreadable { path: path(), source })?;
    #[derive(serde::Deserialize)]
    struct Form {
        form: u32,
    }
    let invalid = |source| StoredError::Invalid { path: path(), source };
    let Form { form } = serde_json::from_str(&text).map_err(invalid)?;
    if form != FORM {
        return Err(StoredError::Form { path: path(), found: form });
    }
    serde_json::from_str(&text).map_err(invalid)
}

/// Writes the file.
pub(super) fn write(figures: &Figures, path: &Path) -> Result<(), Fault> {
    let text = serde_json::to_string_pretty(figures).map_err(|error| Fault::Own(error.into()))?;
    fs::write(path, text + "\n").map_err(|source| Fault::Unsaved { path: path.to_owned(), source })
}
