//! Putting a built file where others look for it.

use std::fs;
use std::path::Path;

use crate::failure::Failure;

/// Makes `to` hold what `from` holds, parents included.
///
/// The file is written beside its place and renamed, because the old one may be a program that runs at this
/// moment (which cannot be written to) or a plugin that a test just reads (which must not see half of it). When
/// the contents agree already nothing is touched, so that modification times mean something.
pub(crate) fn install(from: &Path, to: &Path) -> Result<(), Failure> {
    let new = fs::read(from).map_err(|e| Failure::file("read", from, e))?;
    if fs::read(to).is_ok_and(|old| old == new) {
        return Ok(());
    }
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).map_err(|e| Failure::file("create the folder", parent, e))?;
    }
    let mut staged = to.as_os_str().to_owned();
    staged.push(format!(".{}.new", std::process::id()));
    let staged = Path::new(&staged);
    // `copy` and not `write`: it keeps the permission to execute.
    fs::copy(from, staged)
        .map_err(|e| Failure::file("write", staged, e))
        .and_then(|_| fs::rename(staged, to).map_err(|e| Failure::file("replace", to, e)))
        .inspect_err(|_| {
            // The failure is told; a copy that cannot be removed either would only hide it.
            let _ = fs::remove_file(staged);
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    /// A folder of this test alone, gone at the end.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_file_is_installed_with_its_parents_and_nothing_else_is_left() {
        let scratch = Scratch::new("parents");
        let from = scratch.0.join("a");
        fs::write(&from, "one").unwrap();
        let to = scratch.0.join("x/y/b");
        install(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(&to).unwrap(), "one");
        assert_eq!(fs::read_dir(to.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn an_equal_file_keeps_its_modification_time() {
        let scratch = Scratch::new("equal");
        let (from, to) = (scratch.0.join("a"), scratch.0.join("b"));
        fs::write(&from, "one").unwrap();
        install(&from, &to).unwrap();
        let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
        fs::File::options().write(true).open(&to).unwrap().set_modified(long_ago).unwrap();
        install(&from, &to).unwrap();
        assert_eq!(fs::metadata(&to).unwrap().modified().unwrap(), long_ago);
        fs::write(&from, "two").unwrap();
        install(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(&to).unwrap(), "two");
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_runs_is_replaced_and_stays_executable() {
        let scratch = Scratch::new("running");
        let to = scratch.0.join("program");
        install(Path::new("/bin/sleep"), &to).unwrap();
        let mut running = loop {
            // Another test that forks at this moment holds our written file open until it executes.
            match std::process::Command::new(&to).arg("60").spawn() {
                Err(e) if e.kind() == std::io::ErrorKind::ExecutableFileBusy => {}
                spawned => break spawned.unwrap(),
            }
        };
        let replaced = install(Path::new("/bin/echo"), &to);
        running.kill().unwrap();
        running.wait().unwrap();
        replaced.unwrap();
        let output = std::process::Command::new(&to).arg("new").output().unwrap();
        assert_eq!(output.stdout, b"new\n");
    }

    #[test]
    fn a_place_that_cannot_be_replaced_is_named_and_nothing_is_left_beside_it() {
        let scratch = Scratch::new("taken");
        let from = scratch.0.join("a");
        fs::write(&from, "one").unwrap();
        let to = scratch.0.join("x/folder");
        fs::create_dir_all(to.join("inside")).unwrap();
        let text = install(&from, &to).unwrap_err().to_string();
        assert!(text.starts_with(&format!("cannot replace {}: ", to.display())), "{text}");
        assert_eq!(fs::read_dir(scratch.0.join("x")).unwrap().count(), 1);
    }

    #[test]
    fn a_missing_source_is_named() {
        let text =
            install(Path::new("/nowhere/plugin.wasm"), Path::new("/nowhere/else")).unwrap_err().to_string();
        assert!(text.starts_with("cannot read /nowhere/plugin.wasm: "), "{text}");
    }
}
