//! A store stops at the first thing that the disk refuses. With it: a disk in memory that tests hold up and break.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use redb::backends::InMemoryBackend;
use redb::{Database, StorageBackend};
use tokio::sync::watch;

use super::super::writer::Writer;
use super::super::{Store, rows};
use super::{put, texts};
use crate::local::persist::Persist as _;

/// A disk that can be held up and broken. What it has outlives the databases on it.
#[derive(Debug, Clone)]
pub(super) struct Disk(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    bytes: InMemoryBackend,
    syncs: AtomicU64,
    gate: Mutex<Gate>,
    turn: std::sync::Condvar,
    held: watch::Sender<bool>,
}

#[derive(Debug, Default)]
struct Gate {
    hold: bool,
    broken: bool,
}

impl Disk {
    pub(super) fn new() -> Self {
        Self(Arc::new(Inner {
            bytes: InMemoryBackend::new(),
            syncs: AtomicU64::new(0),
            gate: Mutex::default(),
            turn: std::sync::Condvar::new(),
            held: watch::Sender::new(false),
        }))
    }

    /// How often it was told to make sure.
    pub(super) fn syncs(&self) -> u64 {
        self.0.syncs.load(Ordering::Acquire)
    }

    /// From now on, making sure takes until [`release`](Self::release).
    pub(super) fn hold(&self) {
        self.0.gate.lock().unwrap().hold = true;
    }

    pub(super) fn release(&self) {
        self.0.gate.lock().unwrap().hold = false;
        self.0.turn.notify_all();
    }

    /// Ends once something waits for [`release`](Self::release).
    pub(super) async fn wait_until_held(&self) {
        self.0.held.subscribe().wait_for(|held| *held).await.unwrap();
    }

    /// From now on, nothing can be written.
    fn set_broken(&self) {
        self.0.gate.lock().unwrap().broken = true;
    }

    fn check(&self) -> io::Result<()> {
        if self.0.gate.lock().unwrap().broken { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> Result<u64, io::Error> {
        self.0.bytes.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), io::Error> {
        self.0.bytes.read(offset, out)
    }

    fn set_len(&self, len: u64) -> Result<(), io::Error> {
        self.check()?;
        self.0.bytes.set_len(len)
    }

    fn sync_data(&self) -> Result<(), io::Error> {
        self.check()?;
        self.0.syncs.fetch_add(1, Ordering::AcqRel);
        let mut gate = self.0.gate.lock().unwrap();
        while gate.hold {
            self.0.held.send_replace(true);
            gate = self.0.turn.wait(gate).unwrap();
        }
        self.0.held.send_replace(false);
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), io::Error> {
        self.check()?;
        self.0.bytes.write(offset, data)
    }
}

/// The database on a disk.
pub(super) fn database_on(disk: &Disk) -> Database {
    Database::builder().create_with_backend(disk.clone()).unwrap()
}

#[tokio::test]
async fn after_a_failed_write_nothing_is_acknowledged_and_what_was_stays() {
    let disk = Disk::new();
    let writer = Writer::start(database_on(&disk), None).unwrap();
    writer.save(vec![put("t", "before", "x")]);
    writer.written().await.unwrap();
    let before = writer.written();
    disk.set_broken();
    writer.save(vec![put("t", "refused", "x")]);
    let refused = writer.written().await.unwrap_err().to_string();
    assert!(refused.starts_with("the state cannot be written any more: "), "{refused}");
    before.await.unwrap();
    for _ in 0..3 {
        writer.save(vec![put("t", "after", "x")]);
        writer.written().await.unwrap_err();
    }
    writer.close().await.unwrap_err();
}

/// Saves until it is refused, and says of each save whether it was written.
#[tokio::test]
#[ignore = "the process that other tests start"]
async fn saver() {
    let (store, _) = Store::open(std::env::var("STORE").unwrap().as_ref()).unwrap();
    for number in 0.. {
        store.save(vec![put("t", &format!("{number:06}"), &"x".repeat(20_000))]);
        match store.written().await {
            Ok(()) => println!("\nwritten {number}"),
            Err(error) => return println!("\nrefused {error}"),
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_the_acknowledgements_and_loses_nothing_acknowledged() {
    use std::process::Command;

    let directory = tempfile::tempdir().unwrap();
    drop(Store::open(directory.path()).unwrap());
    // Files may have 8 MiB; the signal for more is ignored, so that the write itself fails.
    let limited = "trap '' XFSZ; ulimit -f 16384; exec \"$@\"";
    let child = Command::new("/bin/sh")
        .args(["-c", limited, "sh"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "endpoint::store::tests::disk::saver", "--ignored", "--nocapture"])
        .env("STORE", directory.path())
        .output()
        .unwrap();
    let said = String::from_utf8(child.stdout).unwrap();
    assert!(child.status.success(), "{said} {}", String::from_utf8_lossy(&child.stderr));
    let written: Vec<_> = said.lines().filter_map(|line| line.strip_prefix("written ")).collect();
    let refused: Vec<_> = said.lines().filter_map(|line| line.strip_prefix("refused ")).collect();
    assert!(written.len() > 10, "{said}");
    assert_eq!(refused.len(), 1, "{said}");
    assert!(refused[0].contains("File too large"), "{refused:?}");
    let (_store, rows) = Store::open(directory.path()).unwrap();
    let kept = texts(&rows, "t");
    // The save that was refused may be there or not; it was never acknowledged.
    assert!(
        kept.len() == written.len() || kept.len() == written.len() + 1,
        "{} of {}",
        kept.len(),
        written.len()
    );
    assert!(kept.iter().all(|(_, value)| value.len() == 20_000));
}

#[test]
fn the_rows_of_a_database_in_memory_can_be_read_back() {
    let disk = Disk::new();
    let database = database_on(&disk);
    rows::write(&database, &[put("a", "k", "v"), put("b", "k", "w")]).unwrap();
    drop(database);
    let rows = rows::read(&database_on(&disk)).unwrap();
    assert_eq!(rows.keys().collect::<Vec<_>>(), ["a", "b"]);
}
