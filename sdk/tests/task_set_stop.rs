//! A task set ends completely, on request, by itself, or when it is dropped.

#![cfg(all(feature = "local", target_os = "linux"))] // They look into the process table.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::time::Duration;

use crate::task_set_support::{eventually, members, service_after, service_command};
use greenlight::local::task_set::{TaskSet, TaskSetSpec};

async fn start(spec: TaskSetSpec) -> TaskSet {
    TaskSet::start(spec.with_start_grace(Duration::from_secs(20))).await.unwrap()
}

#[tokio::test]
async fn a_process_that_heeds_the_signal_is_not_killed() {
    let green = start(TaskSetSpec::command("green", service_command())).await;
    let group = green.pid().unwrap();
    assert!(!members(group).is_empty());

    let report = green.stop().await;
    assert!(!report.killed);
    assert_eq!(report.exit.as_ref().unwrap().signal, Some(15));
    let text = report.to_string();
    assert!(text.starts_with(&format!("{green} was stopped in ")), "{text}");
    assert!(text.ends_with(" s with signal 15 (SIGTERM)"), "{text}");
    eventually("the group is empty", || members(group).is_empty());
}

#[tokio::test]
async fn a_process_that_ignores_the_signal_is_killed_after_its_grace_and_reported() {
    let spec = service_after("trap '' TERM").with_stop_grace(Duration::from_millis(200));
    let green = start(spec).await;
    let group = green.pid().unwrap();

    let report = green.stop().await;
    assert!(report.killed);
    assert_eq!(report.exit.as_ref().unwrap().signal, Some(9));
    assert!(report.took >= Duration::from_millis(200), "{report}");
    let text = report.to_string();
    assert!(
        text.contains(" did not end within 0.2") && text.ends_with(" s of SIGTERM and was killed"),
        "{text}"
    );
    eventually("the group is empty", || members(group).is_empty());
}

#[tokio::test]
async fn processes_that_the_command_started_end_with_it() {
    let spec = service_after("sleep 1000 & (trap '' TERM HUP; sleep 1000 & sleep 1000) &");
    let green = start(spec).await;
    let group = green.pid().unwrap();
    eventually("the helpers run", || members(group).iter().filter(|(_, name)| name == "sleep").count() >= 3);

    let report = green.stop().await;
    assert!(!report.killed, "the first process heeds the signal");
    eventually("the group is empty", || members(group).is_empty());
}

#[tokio::test]
async fn what_a_command_leaves_behind_when_it_ends_by_itself_is_killed() {
    let green = start(service_after("(trap '' TERM HUP; exec sleep 1000) &")).await;
    let group = green.pid().unwrap();
    let exited = green.exited();

    rustix::process::kill_process(pid(group), rustix::process::Signal::INT).unwrap();
    let exit = exited.await;
    assert_eq!(exit.signal, Some(2));
    assert!(exit.output.iter().any(|line| line.text.contains("listening on ")), "{:?}", exit.output);
    eventually("the group is empty", || members(group).is_empty());

    let report = green.stop().await;
    assert!(!report.killed);
    assert_eq!(report.exit, Some(exit));
}

#[tokio::test]
async fn the_command_has_no_child_that_it_did_not_start() {
    let spec = service_after("cat /proc/$$/task/$$/children; echo end of children");
    let green = start(spec).await;
    let lines: Vec<String> = green.output().into_iter().map(|line| line.text).collect();
    let end = lines.iter().position(|line| line.ends_with("end of children")).unwrap();
    // `cat` itself is the only child, and prints its own id.
    assert_eq!(
        lines[..=end].join(" ").split_whitespace().filter(|word| word.parse::<u32>().is_ok()).count(),
        1
    );
}

#[tokio::test]
async fn a_task_set_that_is_dropped_is_gone() {
    let green = start(service_after("trap '' TERM; sleep 1000 &")).await;
    let group = green.pid().unwrap();
    drop(green);
    eventually("the group is empty", || members(group).is_empty());
}

#[tokio::test]
async fn a_start_that_is_given_up_leaves_nothing_behind() {
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let spec = crate::task_set_support::script("echo $$; sleep 1000 & wait").with_output(move |line| {
        let _ = sender.send(line.text.clone());
    });
    let starting = TaskSet::start(spec);
    let group: u32 = tokio::select! {
        started = starting => panic!("{started:?}"),
        line = receiver.recv() => line.unwrap().parse().unwrap(),
    };
    eventually("the group is empty", || members(group).is_empty());
}

fn pid(id: u32) -> rustix::process::Pid {
    rustix::process::Pid::from_raw(i32::try_from(id).unwrap()).unwrap()
}
