//! Keeps the native code of plugins, so that a machine compiles each of them once.

use std::{
    fmt, fs, io,
    io::Read as _,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::SystemTime,
};

use serde::{Deserialize, Serialize};
use wasmparser::Parser;

use super::{LoadError, component, plugin_and_bytes, plugin_in};
use crate::{Hook, Precompiled, Runtime, Target, suite::Packed};

/// What entries are called at the end: the native code, alone, so that it can be mapped.
const ENDING: &str = "cwasm";
/// The same of what was noted of it.
const NOTE: &str = "json";
/// What is kept by default: some dozens of the largest plugins.
const MOST_BYTES: u64 = 1 << 30;

/// A folder with native code of plugins that were loaded before, for [`Runtime::load_file_cached`].
///
/// Entries are found by the BLAKE3 of the component and the [hash of the engine](Runtime::engine_hash), and are taken only if
/// their own digest is right. What is damaged, made by another engine or cannot be read is compiled again, and a cache that
/// cannot be written to only costs the time that it would save: no cache ever fails a plugin.
///
/// Whoever can write to the folder can have this process run what they like, so a folder is not used that belongs to another
/// user, root excepted, or that others than its owner can write to. It is made with permissions for its owner alone.
///
/// ```
/// use greenlight_hook_runtime::CodeCache;
///
/// let cache = CodeCache::new("/var/cache/shop/hooks").with_most_bytes(256 << 20);
/// assert_eq!(cache.to_string(), "native code in /var/cache/shop/hooks");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeCache {
    folder: PathBuf,
    most_bytes: u64,
}

/// What is noted of an entry, beside it.
#[derive(Serialize, Deserialize)]
struct Note {
    /// The BLAKE3 of the component. The SHA-256, which `packed` has, takes several times as long to make.
    source: String,
    packed: Packed,
}

impl CodeCache {
    /// A cache in this folder, which is made when there is something to keep.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), most_bytes: MOST_BYTES }
    }

    /// Sets how many bytes are kept; what was not used for longest goes first. Default 1 GiB.
    #[must_use]
    pub const fn with_most_bytes(mut self, bytes: u64) -> Self {
        self.most_bytes = bytes;
        self
    }

    fn entry(&self, source: &str, engine: &str) -> PathBuf {
        self.folder.join(format!("{source}-{engine}.{ENDING}"))
    }

    /// What was noted of the code that is kept under this name.
    fn read(&self, entry: &Path) -> Option<Note> {
        if !is_private(&self.folder) {
            return None;
        }
        let note = serde_json::from_slice(&fs::read(entry.with_extension(NOTE)).ok()?).ok()?;
        // So that it counts as used. Whether that can be noted does not matter to this run.
        drop(fs::File::open(entry).and_then(|file| file.set_modified(SystemTime::now())));
        Some(note)
    }

    /// Keeps code, and lets go of what is too much.
    fn write(&self, entry: &Path, code: &[u8], note: &Note) -> io::Result<()> {
        make_private(&self.folder)?;
        if !is_private(&self.folder) {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "others can write to the folder; take that from them with `chmod go-w`, or name a folder of your own",
            ));
        }
        // Whoever reads between the two takes neither, for the digests differ.
        replace(entry, code)?;
        replace(&entry.with_extension(NOTE), &serde_json::to_vec(note)?)?;
        self.let_go(entry)
    }

    /// Removes what was not used for longest until the rest fits, but never `just_kept`.
    fn let_go(&self, just_kept: &Path) -> io::Result<()> {
        let mut entries = Vec::new();
        for found in fs::read_dir(&self.folder)? {
            let found = found?;
            let path = found.path();
            if path.extension().is_some_and(|ending| ending == ENDING) {
                let about = found.metadata()?;
                entries.push((path == just_kept, about.modified()?, about.len(), path));
            }
        }
        entries.sort_unstable_by(|one, other| other.cmp(one));
        let mut kept = 0_u64;
        for (is_new, _, bytes, path) in entries {
            kept = kept.saturating_add(bytes);
            if kept > self.most_bytes && !is_new {
                drop(fs::remove_file(path.with_extension(NOTE)));
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }
}

/// Puts a new file, which nobody may write to, in the place of whatever is there: whoever has the old one mapped keeps it, and
/// whoever opens the place at this moment gets the old one or the new one.
fn replace(place: &Path, bytes: &[u8]) -> io::Result<()> {
    static WRITTEN: AtomicU64 = AtomicU64::new(0);
    let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
    let partial = place.with_extension(format!("{}-{number}.partial", std::process::id()));
    let write = || {
        // Of a process that was killed and had this number.
        drop(fs::remove_file(&partial));
        fs::write(&partial, bytes)?;
        let mut permissions = fs::metadata(&partial)?.permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&partial, permissions)?;
        fs::rename(&partial, place)
    };
    write().inspect_err(|_| {
        // The failure is told; a leftover that cannot be removed either would only hide it.
        drop(fs::remove_file(&partial));
    })
}

impl Runtime {
    /// As [`load_file`](Self::load_file), with native code from `cache` if it is there; if not, it is there afterwards.
    ///
    /// The code is that of [`precompile`](Self::precompile): the same on all processors of a kind.
    ///
    /// # Errors
    ///
    /// Those of [`load_file`](Self::load_file). The cache has none.
    pub fn load_file_cached(&self, path: impl AsRef<Path>, cache: &CodeCache) -> Result<Hook, LoadError> {
        let path = path.as_ref();
        match self.kept_of_file(path, cache) {
            Some(hook) => Ok(hook),
            None => {
                let (plugin, bytes) = plugin_and_bytes(path)?;
                self.load_cached(&plugin, &bytes, cache)
            }
        }
    }

    /// As [`load`](Self::load), with native code from `cache` if it is there; if not, it is there afterwards.
    ///
    /// # Errors
    ///
    /// Those of [`load`](Self::load). The cache has none.
    pub fn load_cached(&self, name: &str, bytes: &[u8], cache: &CodeCache) -> Result<Hook, LoadError> {
        let Some(target) = Target::host() else { return self.load(name, bytes) };
        let bytes = component::of(name, bytes)?;
        let source = blake3::hash(&bytes).to_hex().to_string();
        if let Some(hook) = self.kept(name, &source, target, cache) {
            return Ok(hook);
        }
        let (Precompiled { code, packed }, hook) = self.compile_and_check(name, &bytes, target)?;
        let entry = cache.entry(&source, &packed.engine);
        if let Err(error) = cache.write(&entry, &code, &Note { source, packed }) {
            tracing::warn!(
                cache = %cache.folder.display(),
                error = %error,
                "the native code of a plugin is not kept, and is compiled again the next time"
            );
        }
        Ok(hook)
    }

    /// The plugin in a file, if it is a component whose code is kept. The file is read by pieces and never held: a plugin with an
    /// interpreter in it has 20 MB. What is no component may be made one first, of which the digest then is.
    fn kept_of_file(&self, path: &Path, cache: &CodeCache) -> Option<Hook> {
        let mut file = fs::File::open(path).ok()?;
        let mut header = [0; 8];
        file.read_exact(&mut header).ok()?;
        if !Parser::is_component(&header) {
            return None;
        }
        let mut hasher = blake3::Hasher::new();
        let source = hasher.update(&header).update_reader(file).ok()?.finalize().to_hex();
        self.kept(&plugin_in(path), &source, Target::host()?, cache)
    }

    /// The plugin of the component with this BLAKE3, if its code is kept.
    fn kept(&self, name: &str, source: &str, target: Target, cache: &CodeCache) -> Option<Hook> {
        let engine = self.engine_hash(target);
        let entry = cache.entry(source, &engine);
        let note = cache.read(&entry)?;
        if note.source != source || note.packed.engine != engine || note.packed.target != target.triple() {
            return None;
        }
        let component = self.component(&entry, &note.packed).ok()?;
        self.hook(name, note.packed.source_digest, &component).ok()
    }
}

impl fmt::Display for CodeCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "native code in {}", self.folder.display())
    }
}

#[cfg(unix)]
fn make_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(unix)]
fn is_private(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let user = rustix::process::geteuid().as_raw();
    fs::metadata(folder).is_ok_and(|about| is_private_to(user, about.uid(), about.mode()))
}

/// Whether nobody but this user and root can write to a folder of this owner and mode.
#[cfg(unix)]
const fn is_private_to(user: u32, owner: u32, mode: u32) -> bool {
    const ROOT: u32 = 0;
    const OTHERS_MAY_WRITE: u32 = 0o022;
    (owner == user || owner == ROOT) && mode & OTHERS_MAY_WRITE == 0
}

/// Elsewhere the folder of a user is that user's own by the access lists that it inherits.
#[cfg(not(unix))]
fn is_private(folder: &Path) -> bool {
    folder.is_dir()
}

#[cfg(all(test, unix))]
mod tests {
    use super::is_private_to;

    #[test]
    fn a_folder_of_another_user_is_not_private_whatever_its_mode() {
        assert!(is_private_to(1000, 1000, 0o40700) && is_private_to(1000, 0, 0o40755));
        assert!(!is_private_to(1000, 1001, 0o40700) && !is_private_to(0, 1001, 0o40700));
        assert!(!is_private_to(1000, 1000, 0o40720) && !is_private_to(1000, 0, 0o41777));
    }
}
