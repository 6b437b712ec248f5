//! Plugins that compute let others go before them, one tick each and no more.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test by a panic"
)]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use crate::support::{component, run};
use greenlight_hook_runtime::{Cause, HookRun, Limits, Observation, Runtime, RuntimeOptions};
use tokio::{sync::Notify, task::JoinSet};

const PLUGINS: usize = 8;

/// Computes without end, and says so over and over.
fn chatty() -> Vec<u8> {
    component(
        "",
        "(local $i i32)
        (loop $say
            (local.set $i (i32.const 10000))
            (loop $compute (br_if $compute (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
            (call $metric (i32.const 100) (i32.const 4) (f64.const 1) (i32.const 100) (i32.const 4))
            (br $say))
        (unreachable)",
    )
}

/// Who computes, and how often that has changed.
#[derive(Debug, Default)]
struct Turns {
    last: AtomicUsize,
    changes: AtomicUsize,
}

impl Turns {
    /// Whether a turn of `plugin`, counted from 1, has just begun.
    fn begins(&self, plugin: usize) -> bool {
        let begins = self.last.swap(plugin, Ordering::SeqCst) != plugin;
        self.changes.fetch_add(usize::from(begins), Ordering::SeqCst);
        begins
    }
}

#[tokio::test]
async fn a_task_that_is_woken_has_its_turn_before_the_next_plugin_but_one() {
    let options = RuntimeOptions::default().with_concurrency(PLUGINS as u32).with_computing(1);
    let hook = Runtime::new(options).unwrap().load("probe", &chatty()).unwrap();
    let (turns, woken) = (Arc::new(Turns::default()), Arc::new(Notify::new()));
    let limits = Limits::default().with_cpu(Duration::from_millis(60)).with_metrics(usize::MAX);
    let mut running = JoinSet::new();
    for plugin in 1..=PLUGINS {
        let (hook, turns, woken) = (hook.clone(), Arc::clone(&turns), Arc::clone(&woken));
        let run: HookRun = run().with_limits(limits.clone()).with_observer(move |_: &Observation| {
            if turns.begins(plugin) {
                woken.notify_one();
            }
        });
        running.spawn(async move { hook.run(run).await });
    }
    let reporter = async {
        let mut latest = 0;
        loop {
            let before = turns.changes.load(Ordering::SeqCst);
            woken.notified().await;
            latest = latest.max(turns.changes.load(Ordering::SeqCst) - before);
            if latest > 2 {
                return latest;
            }
        }
    };
    let reports = tokio::select! {
        biased;
        reports = running.join_all() => reports,
        late = reporter => panic!("{late} plugins had their turns before a task that one of them woke"),
    };
    for report in reports {
        assert!(matches!(report.fault().unwrap().cause, Cause::Cpu { .. }), "{report}");
    }
    // Each computes for more than two ticks, so each has been interrupted for others.
    assert!(turns.changes.load(Ordering::SeqCst) > 2 * PLUGINS, "{turns:?}");
}
