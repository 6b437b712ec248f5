//! What a directory may hold when it is opened, and what is said of it.

use std::fs;
use std::path::Path;

use redb::{Database, TableDefinition};

use super::super::{Rows, Store, StoreError};
use super::{put, texts};
use crate::local::persist::Persist as _;

fn refused(directory: &Path) -> StoreError {
    Store::open(directory).unwrap_err()
}

/// Says of a fault what it says, with the directory's name left out.
fn said(directory: &Path, error: &StoreError) -> String {
    error.to_string().replace(&directory.display().to_string(), "DIR")
}

/// A directory with 100 rows.
fn filled() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(directory.path()).unwrap();
    for row in 0..100 {
        store.save(vec![put("t", &format!("{row:03}"), &"value".repeat(100))]);
    }
    directory
}

#[test]
fn directories_that_are_not_there_are_made() {
    let directory = tempfile::tempdir().unwrap();
    let deep = directory.path().join("a/b/c");
    let (store, rows) = Store::open(&deep).unwrap();
    assert_eq!(rows, Rows::new());
    assert_eq!(store.to_string(), format!("the state in {}", deep.display()));
}

#[test]
fn a_second_store_in_the_same_directory_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let (first, _) = Store::open(directory.path()).unwrap();
    let error = refused(directory.path());
    assert!(matches!(error, StoreError::InUse { .. }), "{error:?}");
    assert_eq!(
        said(directory.path(), &error),
        "another endpoint uses DIR; stop it, or choose another directory"
    );
    drop(first);
    Store::open(directory.path()).unwrap();
}

#[test]
fn a_file_in_the_place_of_the_directory_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    let error = refused(&file);
    assert!(matches!(error, StoreError::Directory { .. }), "{error:?}");
    assert!(
        said(directory.path(), &error).starts_with("the state in DIR/file cannot be opened: "),
        "{error}"
    );
}

#[test]
fn what_a_crash_left_of_the_first_opening_is_made_anew() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("state.redb.new"), "half a database").unwrap();
    let (_store, rows) = Store::open(directory.path()).unwrap();
    assert_eq!(rows, Rows::new());
}

#[test]
fn something_else_is_not_taken_for_the_state() {
    for bytes in [Vec::new(), b"a letter".to_vec(), vec![0; 100_000], vec![7; 100_000]] {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("state.redb"), &bytes).unwrap();
        let error = refused(directory.path());
        assert!(matches!(error, StoreError::NotOurs { .. }), "{error:?}");
        assert_eq!(
            said(directory.path(), &error),
            "DIR/state.redb is not the state of an endpoint; choose another directory, or move the file away"
        );
        assert_eq!(fs::read(directory.path().join("state.redb")).unwrap(), bytes, "it was changed");
    }
}

#[test]
fn another_programs_database_is_not_taken_for_the_state() {
    let directory = tempfile::tempdir().unwrap();
    let database = Database::create(directory.path().join("state.redb")).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(TableDefinition::<u64, u64>::new("greenlight")).unwrap().insert(1, 1).unwrap();
    transaction.commit().unwrap();
    drop(database);
    let error = refused(directory.path());
    assert!(matches!(error, StoreError::NotOurs { .. }), "{error:?}");
}

#[test]
fn the_state_of_a_newer_program_is_left_alone() {
    let directory = filled();
    let database = Database::open(directory.path().join("state.redb")).unwrap();
    let transaction = database.begin_write().unwrap();
    let meta = TableDefinition::<&str, u64>::new("greenlight");
    transaction.open_table(meta).unwrap().insert("format", 2).unwrap();
    transaction.commit().unwrap();
    drop(database);
    let error = refused(directory.path());
    assert!(matches!(error, StoreError::Newer { found: 2, known: 1, .. }), "{error:?}");
    assert_eq!(
        said(directory.path(), &error),
        "the state in DIR has format 2, and this program knows formats up to 1; use a newer greenlight, or choose \
         another directory"
    );
}

#[test]
fn a_truncated_state_is_damaged_and_not_empty() {
    let directory = filled();
    let file = directory.path().join("state.redb");
    let whole = fs::read(&file).unwrap();
    for left in [whole.len() / 2, 4096, 600] {
        fs::write(&file, &whole[..left]).unwrap();
        let error = refused(directory.path());
        assert!(matches!(error, StoreError::Damaged { .. }), "{left} of {} bytes: {error:?}", whole.len());
        let said = said(directory.path(), &error);
        assert!(said.starts_with("DIR/state.redb is damaged: "), "{said}");
        assert!(
            said.ends_with("; put back a copy of it, or move it away to begin with an empty state"),
            "{said}"
        );
    }
    fs::write(&file, &whole).unwrap();
    let (_store, rows) = Store::open(directory.path()).unwrap();
    assert_eq!(texts(&rows, "t").len(), 100);
}

#[test]
fn altered_bytes_are_noticed_or_do_no_harm() {
    let directory = filled();
    let file = directory.path().join("state.redb");
    let whole = fs::read(&file).unwrap();
    let mut damaged = 0;
    for page in 0..whole.len() / 4096 {
        let mut altered = whole.clone();
        for byte in &mut altered[page * 4096 + 100..page * 4096 + 300] {
            *byte = !*byte;
        }
        fs::write(&file, &altered).unwrap();
        match Store::open(directory.path()) {
            // A page that nothing uses, or that the repair found anew.
            Ok((_store, rows)) => assert_eq!(texts(&rows, "t").len(), 100, "page {page}"),
            Err(StoreError::Damaged { .. } | StoreError::NotOurs { .. }) => damaged += 1,
            Err(error) => panic!("page {page}: {error:?}"),
        }
    }
    assert!(damaged > 10, "only {damaged} of {} pages matter", whole.len() / 4096);
}
