//! Saves are kept in their order, each as a whole, and many of them become one transaction.

use std::path::Path;
use std::sync::Arc;

use super::super::writer::Writer;
use super::super::{Rows, Store, rows};
use super::disk::{Disk, database_on};
use super::{put, remove, texts};
use crate::local::persist::Persist as _;

fn reopened(directory: &Path) -> Rows {
    let (_store, rows) = Store::open(directory).unwrap();
    rows
}

#[tokio::test]
async fn what_was_written_is_there_when_it_is_opened_again() {
    let directory = tempfile::tempdir().unwrap();
    let (store, rows) = Store::open(directory.path()).unwrap();
    assert_eq!(rows, Rows::new());
    store.save(vec![put("groups", "one", "1"), put("deployments", "one", "a")]);
    store.save(vec![put("groups", "two", "2")]);
    store.written().await.unwrap();
    store.close().await.unwrap();
    let rows = reopened(directory.path());
    assert_eq!(texts(&rows, "groups"), [("one".into(), "1".into()), ("two".into(), "2".into())]);
    assert_eq!(texts(&rows, "deployments"), [("one".into(), "a".into())]);
}

#[tokio::test]
async fn the_last_change_of_a_row_wins_within_a_save_and_across_saves() {
    let directory = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(directory.path()).unwrap();
    for round in 0..200 {
        store.save(vec![
            put("t", "row", &format!("{round} first")),
            put("t", "row", &format!("{round} last")),
        ]);
        store.save(vec![put("t", "gone", "x"), remove("t", "gone")]);
        store.save(vec![remove("t", "back"), put("t", "back", &round.to_string())]);
    }
    store.written().await.unwrap();
    drop(store);
    let rows = reopened(directory.path());
    assert_eq!(texts(&rows, "t"), [("back".into(), "199".into()), ("row".into(), "199 last".into())]);
}

#[test]
fn dropping_a_store_writes_what_is_still_to_be_written() {
    let directory = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(directory.path()).unwrap();
    for row in 0..500 {
        store.save(vec![put("t", &format!("{row:03}"), "x")]);
    }
    drop(store);
    assert_eq!(texts(&reopened(directory.path()), "t").len(), 500);
}

#[tokio::test]
async fn a_closed_store_keeps_what_it_had_and_refuses_the_rest() {
    let directory = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(directory.path()).unwrap();
    store.save(vec![put("t", "in time", "x")]);
    store.close().await.unwrap();
    // Free already, while the store is still held.
    assert_eq!(texts(&reopened(directory.path()), "t"), [("in time".into(), "x".into())]);
    store.save(vec![put("t", "too late", "x")]);
    let refused = store.written().await.unwrap_err().to_string();
    assert_eq!(refused, "the state cannot be written any more: it was closed already");
    assert_eq!(texts(&reopened(directory.path()), "t"), [("in time".into(), "x".into())]);
}

#[tokio::test]
async fn saves_that_come_while_one_is_written_become_one_transaction() {
    let disk = Disk::new();
    let database = database_on(&disk);
    let writer = Writer::start(database, None).unwrap();
    writer.save(vec![put("t", "first", "x")]);
    writer.written().await.unwrap();
    let before = disk.syncs();
    writer.save(vec![put("t", "second", "x")]);
    writer.written().await.unwrap();
    let of_one = disk.syncs() - before;
    assert!(of_one > 0);

    disk.hold();
    writer.save(vec![put("t", "held", "x")]);
    disk.wait_until_held().await;
    let before = disk.syncs();
    for row in 0..1000 {
        writer.save(vec![put("t", &format!("{row:03}"), "x")]);
    }
    let all = writer.written();
    disk.release();
    all.await.unwrap();
    assert!(disk.syncs() - before <= 2 * of_one, "{} syncs for 1001 saves", disk.syncs() - before);
    drop(writer);
    assert_eq!(rows::read(&database_on(&disk)).unwrap()["t"].len(), 1003);
}

#[tokio::test]
async fn nothing_is_acknowledged_before_the_disk_has_it() {
    let disk = Disk::new();
    let writer = Arc::new(Writer::start(database_on(&disk), None).unwrap());
    writer.written().await.unwrap();
    disk.hold();
    writer.save(vec![put("t", "row", "x")]);
    let mut written = writer.written();
    disk.wait_until_held().await;
    assert!(futures_util::poll!(&mut written).is_pending());
    disk.release();
    written.await.unwrap();
}
