//! A process that is killed in the middle of saving loses nothing that it was told is written.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::super::Store;
use super::{put, remove, texts};
use crate::local::persist::Persist as _;

/// How many processes are killed.
const KILLS: u64 = 60;

/// The rows of one save: in two tables, and one that the next save removes.
const TABLES: [&str; 2] = ["groups", "deployments"];

/// Saves for ever, several at a time, from where the rows end, and prints each number that is written.
#[tokio::test]
#[ignore = "the process that other tests start"]
async fn saver() {
    let (store, rows) = Store::open(std::env::var("STORE").unwrap().as_ref()).unwrap();
    let first = texts(&rows, TABLES[0]).len();
    for number in first.. {
        let key = format!("{number:06}");
        let value = format!("{number} {}", "x".repeat(number % 3000));
        let mut changes: Vec<_> = TABLES.iter().map(|table| put(table, &key, &value)).collect();
        changes.push(put("newest", &key, ""));
        if let Some(before) = number.checked_sub(1) {
            changes.push(remove("newest", &format!("{before:06}")));
        }
        store.save(changes);
        // Mostly several saves in a transaction, at times one.
        if number % 7 < 3 {
            store.written().await.unwrap();
            println!("\nwritten {number}");
        }
    }
}

/// Starts a process that saves, kills it at a random moment, and says which number it was told is written.
fn kill_at_random(directory: &Path, random: &mut StdRng) -> Option<usize> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "endpoint::store::tests::kill::saver", "--ignored", "--nocapture"])
        .env("STORE", directory)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let number = |line: String| line.strip_prefix("written ").map(|number| number.parse().unwrap());
    // Some die while they open what the one before left; the others some time after one of their first saves.
    let mut last = None;
    for _ in 0..random.random_range(0..8) {
        last = lines.by_ref().map(Result::unwrap).find_map(number);
        assert!(last.is_some(), "the process ended by itself");
    }
    let moment = Instant::now() + Duration::from_micros(random.random_range(0..8000));
    while Instant::now() < moment {
        std::hint::spin_loop();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // A line that was cut off was not told to anyone.
    lines.map_while(Result::ok).filter_map(|line| line.strip_prefix("written ")?.parse().ok()).last().or(last)
}

#[test]
fn a_killed_process_loses_nothing_acknowledged_and_keeps_no_half_of_a_save() {
    let directory = tempfile::tempdir().unwrap();
    let seed = rand::random();
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let (mut acknowledged, mut kept_more) = (0, 0);
    for kill in 0..KILLS {
        let told = kill_at_random(directory.path(), &mut random);
        acknowledged = told.map_or(acknowledged, |number| acknowledged.max(number + 1));
        let (store, rows) = Store::open(directory.path()).unwrap();
        let numbers = texts(&rows, TABLES[0]);
        assert!(
            numbers.len() >= acknowledged,
            "kill {kill}: {} of {acknowledged} (seed {seed})",
            numbers.len()
        );
        kept_more += usize::from(numbers.len() > acknowledged);
        // In order and without gaps, as they were saved, and the same in each table.
        for (number, (key, value)) in numbers.iter().enumerate() {
            assert_eq!(*key, format!("{number:06}"));
            assert_eq!(*value, format!("{number} {}", "x".repeat(number % 3000)));
        }
        assert_eq!(numbers, texts(&rows, TABLES[1]));
        let newest = numbers.last().map(|(key, _)| (key.clone(), String::new()));
        assert_eq!(texts(&rows, "newest"), Vec::from_iter(newest));
        acknowledged = numbers.len();
        drop(store);
    }
    assert!(acknowledged > 100, "only {acknowledged} saves were ever written (seed {seed})");
    println!("{acknowledged} saves over {KILLS} kills; {kept_more} times more than was told");
}
