//! The user's AppSpec: read before a set-up, and written after it.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use greenlight_core::appspec::AppSpecText;
use tempfile::NamedTempFile;

use super::fault::Fault;

/// The AppSpec, and where it is.
#[derive(Debug)]
pub(super) struct AppSpecFile {
    path: PathBuf,
    text: AppSpecText,
}

impl AppSpecFile {
    /// Reads the file.
    pub(super) fn read(path: PathBuf) -> Result<Self, Fault> {
        let text = fs::read_to_string(&path).map_err(|source| Fault::Unreadable {
            path: path.clone(),
            source,
            fix: "give `appspec` the path of the AppSpec, relative to the project file",
        })?;
        match AppSpecText::read(text) {
            Ok(text) => Ok(Self { path, text }),
            Err(source) => Err(Fault::AppSpec { path, source }),
        }
    }

    /// What was in it.
    pub(super) const fn text(&self) -> &AppSpecText {
        &self.text
    }

    /// Writes the AppSpec, if it is another now. A set-up may take minutes: what was edited meanwhile is not overwritten.
    pub(super) fn keep(&self, text: &AppSpecText) -> Result<(), Fault> {
        if self.text.as_str() == text.as_str() {
            return Ok(());
        }
        let unwritable = |source| Fault::Unwritable { path: self.path.clone(), source };
        let now = fs::read(&self.path).map_err(unwritable)?;
        if now == text.as_str().as_bytes() {
            return Ok(());
        }
        if now != self.text.as_str().as_bytes() {
            return Err(Fault::Edited { path: self.path.clone() });
        }
        replace(&self.path, text.as_str()).map_err(unwritable)
    }
}

/// Replaces what is in a file, at once: whoever is killed meanwhile, or has a full disk, leaves the old text or the new one.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    // Of a link, what it leads to is written.
    let path = fs::canonicalize(path)?;
    // A file that must not be written to is not replaced either.
    let permissions = OpenOptions::new().write(true).open(&path)?.metadata()?.permissions();
    let mut file = NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(permissions)?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::{Exit, with_causes};

    const TEXT: &str = "\
version: 0.0
Resources:
  - web:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: web:1 # by hand
        LoadBalancerInfo: { ContainerName: web, ContainerPort: 80 }
";

    fn file(folder: &Path) -> AppSpecFile {
        let path = folder.join("appspec.yaml");
        fs::write(&path, TEXT).unwrap();
        AppSpecFile::read(path).unwrap()
    }

    fn edited() -> AppSpecText {
        AppSpecText::read(TEXT.replace("web:1", "web:2")).unwrap()
    }

    #[test]
    fn what_was_edited_meanwhile_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let file = file(folder.path());
        let path = folder.path().join("appspec.yaml");
        fs::write(&path, format!("{TEXT}# a second thought\n")).unwrap();
        let fault = file.keep(&edited()).unwrap_err();
        assert_eq!(
            with_causes(&fault).replace(&path.display().to_string(), "[FILE]"),
            "[FILE] was edited meanwhile and is left as it is; everything else is done, so run this again to have it edited"
        );
        assert_eq!(fault.exit(), Exit::NotDone);
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{TEXT}# a second thought\n"));
        // Whoever edited it to the same end is not bothered.
        fs::write(&path, edited().as_str()).unwrap();
        file.keep(&edited()).unwrap();
        // Nor is anyone, when there is nothing to write.
        fs::write(&path, "version: 0.0 # at work on it\n").unwrap();
        file.keep(file.text()).unwrap();
    }

    #[test]
    fn nothing_but_the_text_is_another_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let file = file(folder.path());
        file.keep(&edited()).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("appspec.yaml")).unwrap(), edited().as_str());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no other file is left");
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_stay_and_a_second_name_has_no_half_of_a_text() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};

        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().join("real.yaml");
        fs::write(&real, TEXT).unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        let link = folder.path().join("appspec.yaml");
        symlink(&real, &link).unwrap();
        // Whoever has the old file open reads the whole of it, for the new one is another file.
        let old = folder.path().join("old.yaml");
        fs::hard_link(&real, &old).unwrap();
        AppSpecFile::read(link.clone()).unwrap().keep(&edited()).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), edited().as_str());
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read_to_string(&old).unwrap(), TEXT);
    }

    #[test]
    fn a_file_that_is_gone_meanwhile_is_not_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let file = file(folder.path());
        fs::remove_file(folder.path().join("appspec.yaml")).unwrap();
        let fault = file.keep(&edited()).unwrap_err();
        assert!(matches!(fault, Fault::Unwritable { .. }), "{fault}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
