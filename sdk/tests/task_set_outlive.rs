//! No process of a task set outlives the process that started it, however that one ends.

#![cfg(all(feature = "local", target_os = "linux"))] // They look into the process table.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::task_set_support::{command_of, eventually, members, service_after};
use greenlight::local::task_set::TaskSet;

/// Starts two task sets that hold on to life, prints their groups, and ends as `END` says.
#[tokio::test]
#[ignore = "the process that other tests start"]
async fn owner() {
    let stubborn = "trap '' TERM HUP INT; sleep 1000 & (sleep 1000 & sleep 1000) &";
    let start = || TaskSet::start(service_after(stubborn).with_start_grace(Duration::from_secs(20)));
    let (blue, green) = (start().await.unwrap(), start().await.unwrap());
    println!("\ngroups {} {}", blue.pid().unwrap(), green.pid().unwrap());
    match std::env::var("END").as_deref() {
        Ok("exit") => std::process::exit(0),
        Ok("abort") => std::process::abort(),
        _ => std::future::pending().await,
    }
}

fn start_owner(end: &str) -> (Child, Vec<u32>) {
    let own = std::env::current_exe().unwrap().into_os_string().into_string().unwrap();
    let command = command_of(own, "task_set_outlive::owner");
    let mut owner =
        Command::new(&command[0]).args(&command[1..]).env("END", end).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(owner.stdout.take().unwrap()).lines();
    let groups = lines.map(Result::unwrap).find_map(|line| line.strip_prefix("groups ").map(str::to_owned));
    let groups: Vec<u32> = groups.unwrap().split(' ').map(|group| group.parse().unwrap()).collect();
    assert_eq!(groups.len(), 2);
    (owner, groups)
}

#[test]
fn processes_end_when_their_owner_is_killed() {
    let (mut owner, groups) = start_owner("killed");
    for group in &groups {
        assert!(members(*group).len() >= 5, "{:?}", members(*group));
    }
    owner.kill().unwrap();
    owner.wait().unwrap();
    for group in groups {
        eventually("the group is empty", || members(group).is_empty());
    }
}

#[test]
fn processes_end_when_their_owner_exits_or_aborts() {
    for end in ["exit", "abort"] {
        let (mut owner, groups) = start_owner(end);
        owner.wait().unwrap();
        for group in groups {
            eventually("the group is empty", || members(group).is_empty());
        }
    }
}
