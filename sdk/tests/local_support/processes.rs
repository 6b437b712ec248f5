//! Services that are processes and can be killed.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use greenlight::local::task_set::TaskSetSpec;

use crate::router_support::eventually;
use crate::task_set_support::{members, service_after};

/// A process that a task set started.
#[derive(Clone, Default)]
pub(crate) struct Pid(Arc<Mutex<Option<u32>>>);

/// A service that answers with `RELEASE=name` among other things, and its process once it runs.
pub(crate) fn release(name: &str) -> (TaskSetSpec, Pid) {
    let pid = Pid::default();
    let found = pid.clone();
    let mut spec = service_after("echo \"pid $$\"")
        .with_env("RELEASE", name)
        .with_start_grace(Duration::from_secs(20))
        .with_output(move |line| {
            if let Some(id) = line.text.strip_prefix("pid ") {
                *found.0.lock().unwrap() = Some(id.parse().unwrap());
            }
        });
    name.clone_into(&mut spec.name);
    (spec, pid)
}

impl Pid {
    /// The process id, as soon as the process has told it.
    pub(crate) async fn get(&self) -> u32 {
        eventually("the process has told its id", || self.0.lock().unwrap().is_some()).await;
        self.0.lock().unwrap().unwrap()
    }

    /// Kills the process.
    pub(crate) async fn kill(&self) {
        let id = self.get().await.to_string();
        assert!(std::process::Command::new("kill").args(["-KILL", &id]).status().unwrap().success());
    }

    /// Waits until nothing of the process is left.
    pub(crate) async fn gone(&self) {
        let id = self.get().await;
        eventually("the process is gone", || members(id).is_empty()).await;
    }
}
