//! The file of `--position`: how far a deployment was followed, from one run of the command to the next.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use greenlight_core::{DeploymentId, WatchPosition};
use serde::Deserialize;
use tempfile::NamedTempFile;

use super::fault::Fault;

/// The file.
#[derive(Debug)]
pub(super) struct PositionFile {
    path: PathBuf,
}

/// The part of a position that says whose it is.
#[derive(Debug, Deserialize)]
struct Of {
    forward: String,
}

impl PositionFile {
    /// Opens the file for a deployment, and reads the position that is in it, if it is there.
    ///
    /// # Errors
    ///
    /// When it is no position, or that of another deployment, or cannot be read.
    pub(super) fn open(path: &Path, id: &DeploymentId) -> Result<(Self, Option<WatchPosition>), Fault> {
        let file = Self { path: path.to_owned() };
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((file, None)),
            Err(source) => return Err(Fault::PositionUnreadable { path: path.to_owned(), source }),
        };
        let invalid = |_| Fault::PositionInvalid { path: path.to_owned() };
        let of: Of = serde_json::from_str(&text).map_err(invalid)?;
        if of.forward != id.as_str() {
            return Err(Fault::PositionOfOther { path: path.to_owned(), other: of.forward });
        }
        let position = serde_json::from_str(&text).map_err(invalid)?;
        Ok((file, Some(position)))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Replaces what is in it, at once: whoever is killed meanwhile leaves the old position or the new one.
    pub(super) fn keep(&self, position: &WatchPosition) -> Result<(), Fault> {
        self.try_keep(position)
            .map_err(|source| Fault::PositionUnwritable { path: self.path.clone(), source })
    }

    fn try_keep(&self, position: &WatchPosition) -> io::Result<()> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
        serde_json::to_writer(&mut file, position)?;
        writeln!(file)?;
        file.persist(&self.path)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(id: &str) -> WatchPosition {
        let text = format!(r#"{{"forward":"{id}","current":"{id}","page":null,"given":3}}"#);
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn what_was_kept_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("position.json");
        let id = "d-1NNWZG91L".parse().unwrap();
        let (file, none) = PositionFile::open(&path, &id).unwrap();
        assert_eq!(none, None);
        file.keep(&position("d-1NNWZG91L")).unwrap();
        assert_eq!(PositionFile::open(&path, &id).unwrap().1, Some(position("d-1NNWZG91L")));
    }

    #[test]
    fn the_position_of_another_deployment_and_other_files_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("position.json");
        let id = "d-1NNWZG91L".parse().unwrap();
        PositionFile { path: path.clone() }.keep(&position("d-1NNWZG91M")).unwrap();
        let told = PositionFile::open(&path, &id).unwrap_err();
        assert!(matches!(&told, Fault::PositionOfOther { other, .. } if other == "d-1NNWZG91M"), "{told}");
        fs::write(&path, "version: 0.0").unwrap();
        assert!(matches!(PositionFile::open(&path, &id).unwrap_err(), Fault::PositionInvalid { .. }));
        let nowhere = PositionFile { path: folder.path().join("no/such/folder") };
        let told = nowhere.keep(&position("d-1NNWZG91L")).unwrap_err();
        assert!(matches!(told, Fault::PositionUnwritable { .. }), "{told}");
    }
}
