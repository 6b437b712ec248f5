//! Writes a project: all of its files, or none.

use std::fs;
use std::io;
use std::path::Path;

use super::NewError;

/// Begins the names of the folders that files are first written to.
const STAGE: &str = ".greenlight-new-";

/// Sees that the folder is not there, or is empty.
pub(super) fn check(folder: &Path) -> Result<(), NewError> {
    let occupied = || NewError::Occupied { folder: folder.to_owned() };
    let failed = |source| NewError::Unwritable { folder: folder.to_owned(), source };
    match fs::read_dir(folder).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(occupied()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Err(occupied()),
        Err(error) => Err(failed(error)),
    }
}

/// Writes the files, by their paths below the folder. They come into sight when all of them are written.
pub(super) fn write(folder: &Path, files: &[(&str, String)]) -> Result<(), NewError> {
    check(folder)?;
    let written = if folder.is_dir() { into_empty(folder, files) } else { as_new(folder, files) };
    written.map_err(|source| NewError::Unwritable { folder: folder.to_owned(), source })
}

/// One renaming: whatever ends us, the folder is whole or not there.
fn as_new(folder: &Path, files: &[(&str, String)]) -> io::Result<()> {
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let stage = tempfile::Builder::new().prefix(STAGE).tempdir_in(parent)?;
    let project = stage.path().join("project");
    fill(&project, files)?;
    fs::rename(project, folder)
}

/// Into a folder that stays the one that it is: somebody's shell may be in it, or a volume mounted there.
fn into_empty(folder: &Path, files: &[(&str, String)]) -> io::Result<()> {
    let stage = tempfile::Builder::new().prefix(STAGE).tempdir_in(folder)?;
    fill(stage.path(), files)?;
    let mut moved = Vec::new();
    for entry in fs::read_dir(stage.path())? {
        let entry = entry?;
        let target = folder.join(entry.file_name());
        if let Err(error) = fs::rename(entry.path(), &target) {
            for target in moved {
                // The failure is told; a leftover that cannot be removed either would only hide it.
                drop(fs::rename(&target, stage.path().join("undone")));
                drop(fs::remove_dir_all(stage.path().join("undone")));
                drop(fs::remove_file(stage.path().join("undone")));
            }
            return Err(error);
        }
        moved.push(target);
    }
    Ok(())
}

fn fill(folder: &Path, files: &[(&str, String)]) -> io::Result<()> {
    for (file, text) in files {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, text)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    fn files(second: &'static str) -> [(&'static str, String); 2] {
        [("a", "1".to_owned()), (second, "2".to_owned())]
    }

    #[test]
    fn a_new_folder_and_an_empty_one_get_all_files_and_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        for folder in [root.path().join("deep/new"), root.path().join("deep")] {
            if folder.ends_with("deep") {
                fs::remove_dir_all(folder.join("new")).unwrap();
            }
            write(&folder, &files("src/b")).unwrap();
            assert_eq!(names(&folder), ["a", "src"]);
            assert_eq!(fs::read_to_string(folder.join("src/b")).unwrap(), "2");
        }
        assert_eq!(names(root.path()), ["deep"]);
    }

    #[test]
    fn a_failure_leaves_nothing_behind() {
        let root = tempfile::tempdir().unwrap();
        let empty = root.path().join("empty");
        fs::create_dir(&empty).unwrap();
        // A file cannot also be a folder.
        let impossible = files("a/b");
        assert!(matches!(write(&empty, &impossible), Err(NewError::Unwritable { .. })));
        assert!(matches!(write(&root.path().join("new"), &impossible), Err(NewError::Unwritable { .. })));
        assert_eq!(names(root.path()), ["empty"]);
        assert!(names(&empty).is_empty());
    }

    #[test]
    fn a_folder_with_anything_in_it_and_a_file_are_refused_untouched() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join(".hidden"), "mine").unwrap();
        for place in [root.path().to_owned(), root.path().join(".hidden")] {
            assert!(
                matches!(write(&place, &files("b")), Err(NewError::Occupied { .. })),
                "{}",
                place.display()
            );
        }
        assert_eq!(names(root.path()), [".hidden"]);
        assert_eq!(fs::read_to_string(root.path().join(".hidden")).unwrap(), "mine");
    }
}
