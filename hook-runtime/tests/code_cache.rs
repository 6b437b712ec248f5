//! A machine compiles a plugin once; what is kept is used only as it was written, and never costs a verdict.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use greenlight_hook_runtime::{CodeCache, HookStatus};
use tempfile::TempDir;

use crate::support::{component, run, runtime};

/// A cache in a folder of its own.
struct Kept(TempDir);

impl Kept {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn cache(&self) -> CodeCache {
        CodeCache::new(self.0.path().join("cache"))
    }

    fn entries(&self) -> Vec<PathBuf> {
        let mut entries: Vec<_> = fs::read_dir(self.0.path().join("cache"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "cwasm"))
            .collect();
        entries.sort();
        entries
    }

    /// How the plugin with this `validate` ends, when it is loaded through the cache.
    async fn ends(&self, validate: &str) -> HookStatus {
        let hook = runtime().load_cached("probe", &component("", validate), &self.cache()).unwrap();
        hook.run(run()).await.status()
    }

    /// A cache in which the plugin that passes has the code of one that fails, with a digest that is right.
    async fn with_other_code() -> Self {
        let kept = Self::new();
        assert_eq!(kept.ends(PASS).await, HookStatus::Passed);
        let [passing] = kept.entries().try_into().unwrap();
        let source_digest = passing.file_name().unwrap().to_str().unwrap()[..64].to_owned();
        let other = Self::new();
        other.ends(FAIL).await;
        let [failing] = other.entries().try_into().unwrap();
        let failing_digest = failing.file_name().unwrap().to_str().unwrap()[..64].to_owned();
        let note = fs::read_to_string(failing.with_extension("json")).unwrap();
        put(&passing.with_extension("json"), note.replace(&failing_digest, &source_digest).as_bytes());
        put(&passing, &fs::read(failing).unwrap());
        kept
    }
}

/// Puts a file in the place of another, as the cache itself does.
fn put(place: &Path, bytes: &[u8]) {
    fs::remove_file(place).unwrap();
    fs::write(place, bytes).unwrap();
    fs::set_permissions(place, fs::Permissions::from_mode(0o444)).unwrap();
}

const PASS: &str = "(global.get $pass)";
const FAIL: &str = "(global.get $fail)";

#[tokio::test]
async fn what_was_compiled_once_is_not_compiled_again() {
    let kept = Kept::with_other_code().await;
    // Had it been compiled again, it would pass.
    assert_eq!(kept.ends(PASS).await, HookStatus::Failed);
}

#[tokio::test]
async fn a_plugin_in_a_file_is_found_by_what_is_in_the_file_now() {
    let kept = Kept::with_other_code().await;
    let file = kept.0.path().join("probe.wasm");
    for (validate, ends) in [
        // Had it been compiled again, it would pass.
        (PASS, HookStatus::Failed),
        // As long as the one before, so that only its bytes tell.
        (FAIL, HookStatus::Failed),
        ("(global.get $pending)", HookStatus::Pending),
        ("(global.get $pending)", HookStatus::Pending),
    ] {
        fs::write(&file, component("", validate)).unwrap();
        let hook = runtime().load_file_cached(&file, &kept.cache()).unwrap();
        assert_eq!((hook.name(), hook.run(run()).await.status()), ("probe", ends), "{validate}");
    }
    assert_eq!(kept.entries().len(), 3);
}

#[tokio::test]
async fn a_kept_plugin_is_the_same_plugin() {
    let kept = Kept::new();
    let bytes = component("", PASS);
    let fresh = runtime().load_cached("probe", &bytes, &kept.cache()).unwrap();
    let again = runtime().load_cached("other", &bytes, &kept.cache()).unwrap();
    assert_eq!((fresh.digest(), fresh.imports()), (again.digest(), again.imports()));
    assert_eq!((fresh.name(), again.name()), ("probe", "other"));
    assert_eq!(fresh.digest(), runtime().load("probe", &bytes).unwrap().digest());
}

#[tokio::test]
async fn an_entry_that_is_damaged_is_compiled_again_and_replaced() {
    let kept = Kept::new();
    kept.ends(PASS).await;
    let [entry] = kept.entries().try_into().unwrap();
    let note = entry.with_extension("json");
    let whole = (fs::read(&entry).unwrap(), fs::read(&note).unwrap());
    let mut flipped = whole.0.clone();
    flipped[1000] ^= 1;
    let code = [Vec::new(), whole.0[..whole.0.len() / 2].to_vec(), flipped, b"\n\n\n".to_vec()];
    let notes = [Vec::new(), whole.1[..whole.1.len() / 2].to_vec(), b"{}".to_vec(), b"\n\n\n".to_vec()];
    for (place, damaged) in
        code.iter().map(|code| (&entry, code)).chain(notes.iter().map(|text| (&note, text)))
    {
        for mode in [0o444, 0o644] {
            put(place, damaged);
            fs::set_permissions(place, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(kept.ends(PASS).await, HookStatus::Passed);
            let found = (fs::read(&entry).unwrap(), fs::read(&note).unwrap());
            assert!(found == whole, "{} bytes were left in {}", damaged.len(), place.display());
        }
    }
}

#[tokio::test]
async fn what_earlier_releases_kept_is_compiled_again() {
    let kept = Kept::with_other_code().await;
    let [entry] = kept.entries().try_into().unwrap();
    let note = entry.with_extension("json");
    let together = [fs::read(&note).unwrap(), b"\n".to_vec(), fs::read(&entry).unwrap()].concat();
    fs::remove_file(&note).unwrap();
    put(&entry, &together);
    assert_eq!(kept.ends(PASS).await, HookStatus::Passed);
    assert!(fs::read(&entry).unwrap().starts_with(b"\x7fELF") && note.exists());
}

#[tokio::test]
async fn a_plugin_that_is_loaded_outlives_what_is_kept_of_it() {
    let kept = Kept::new();
    kept.ends(PASS).await;
    let hook = runtime().load_cached("probe", &component("", PASS), &kept.cache()).unwrap();
    let [entry] = kept.entries().try_into().unwrap();
    assert_eq!(fs::metadata(&entry).unwrap().permissions().mode() & 0o777, 0o444);
    let garbage = vec![0xcc; fs::read(&entry).unwrap().len()];
    put(&entry, &garbage);
    assert_eq!(hook.run(run()).await.status(), HookStatus::Passed);
    fs::remove_dir_all(entry.parent().unwrap()).unwrap();
    assert_eq!(hook.run(run()).await.status(), HookStatus::Passed);
}

#[tokio::test]
async fn a_folder_that_others_can_write_to_is_not_used() {
    let kept = Kept::with_other_code().await;
    let folder = kept.0.path().join("cache");
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    let before = fs::read(&kept.entries()[0]).unwrap();
    for mode in [0o770, 0o707, 0o777] {
        fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(kept.ends(PASS).await, HookStatus::Passed, "{mode:o}");
        assert!(fs::read(&kept.entries()[0]).unwrap() == before, "something was kept with {mode:o}");
    }
}

#[tokio::test]
async fn a_cache_that_cannot_be_made_fails_no_plugin() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let cache = CodeCache::new(file.join("cache"));
    let hook = runtime().load_cached("probe", &component("", PASS), &cache).unwrap();
    assert_eq!(hook.run(run()).await.status(), HookStatus::Passed);
}

#[tokio::test]
async fn what_was_not_used_for_longest_makes_room() {
    let kept = Kept::new();
    kept.ends(PASS).await;
    let [first] = kept.entries().try_into().unwrap();
    let size = fs::metadata(&first).unwrap().len();
    kept.ends(FAIL).await;
    let second = kept.entries().into_iter().find(|path| *path != first).unwrap();
    let hours_ago = |path: &PathBuf, hours: u64| {
        let time = SystemTime::now() - Duration::from_secs(hours * 3600);
        fs::File::open(path).unwrap().set_modified(time).unwrap();
    };
    hours_ago(&first, 2);
    hours_ago(&second, 1);
    // Used, and so the youngest.
    kept.ends(PASS).await;
    let cache = kept.cache().with_most_bytes(size * 5 / 2);
    runtime().load_cached("probe", &component("", "(global.get $pending)"), &cache).unwrap();
    assert!(first.exists() && !second.exists() && kept.entries().len() == 2, "{:?}", kept.entries());
    assert!(first.with_extension("json").exists() && !second.with_extension("json").exists());
}

#[test]
fn what_is_no_plugin_is_refused_as_without_a_cache_and_not_kept() {
    let kept = Kept::new();
    for bytes in [b"#!/bin/sh\n".as_slice(), &component("", PASS)[..100]] {
        let cached = runtime().load_cached("probe", bytes, &kept.cache()).unwrap_err();
        assert_eq!(cached.to_string(), runtime().load("probe", bytes).unwrap_err().to_string());
    }
    assert!(!kept.0.path().join("cache").exists());
}
