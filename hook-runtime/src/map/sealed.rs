//! Tells the files that stay as they are while they are mapped.

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

/// Bytes that are read at a time: they fit the processor's second cache.
const BLOCK: usize = 256 << 10;

/// An open file that nobody writes to: it belongs to this user or to root, and its mode lets nobody write.
///
/// So lie the files of a bundle, and those of the [cache](crate::CodeCache). What is mapped of such a file stays what
/// was read of it. Its owner and root could give themselves the right to write, but they can have this process run
/// what they like anyway; all others cannot, and nobody does so by accident: whoever copies another file over this one
/// makes a new file, and this one stays until it is closed. Access lists give nobody more than the mode does.
pub(super) struct Sealed<'a> {
    path: PathBuf,
    /// While it is open, `path` leads to it.
    _open: &'a File,
}

impl<'a> Sealed<'a> {
    /// The file, if it is such a one.
    pub(super) fn of(file: &'a File) -> Option<Self> {
        path_of_sealed(file).map(|path| Self { path, _open: file })
    }

    /// Where this very file is found, whatever lies under its name by now.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives all of its bytes to `take`, in blocks.
    pub(super) fn read(&self, mut take: impl FnMut(&[u8])) -> io::Result<()> {
        let mut file = File::open(&self.path)?;
        let mut block = vec![0; BLOCK];
        loop {
            match file.read(&mut block) {
                Ok(0) => return Ok(()),
                Ok(length) => take(block.get(..length).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(target_os = "linux")]
fn path_of_sealed(file: &File) -> Option<PathBuf> {
    use std::os::{fd::AsRawFd as _, unix::fs::MetadataExt as _};

    let about = file.metadata().ok()?;
    let user = rustix::process::geteuid().as_raw();
    let sealed = about.is_file() && is_sealed(user, about.uid(), about.mode());
    sealed.then(|| PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd())))
}

/// Plugins are not compiled ahead for other systems.
#[cfg(not(target_os = "linux"))]
fn path_of_sealed(_: &File) -> Option<PathBuf> {
    None
}

/// Whether nobody may write to a file of this owner and mode, and only this user and root could change that.
#[cfg(target_os = "linux")]
const fn is_sealed(user: u32, owner: u32, mode: u32) -> bool {
    const ROOT: u32 = 0;
    const ANYBODY_MAY_WRITE: u32 = 0o222;
    (owner == user || owner == ROOT) && mode & ANYBODY_MAY_WRITE == 0
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::is_sealed;

    #[test]
    fn a_file_that_anybody_may_write_to_is_not_sealed() {
        for mode in [0o100444, 0o100400, 0o100555] {
            assert!(is_sealed(1000, 1000, mode) && is_sealed(1000, 0, mode), "{mode:o}");
        }
        for mode in [0o100644, 0o100464, 0o100446, 0o100666] {
            assert!(!is_sealed(1000, 1000, mode) && !is_sealed(1000, 0, mode), "{mode:o}");
        }
    }

    #[test]
    fn a_file_of_another_user_is_not_sealed_even_for_root() {
        assert!(!is_sealed(1000, 1001, 0o100444) && !is_sealed(0, 1001, 0o100444));
    }
}
