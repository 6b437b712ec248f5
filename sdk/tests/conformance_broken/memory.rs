//! What a broken pipeline remembers, so that it breaks its promise at the right moment.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard};

use greenlight_core::{Cursor, DeploymentId};

#[derive(Debug, Default)]
pub(super) struct Memory {
    pub(super) plans: Count,
    pub(super) starts: Count,
    pub(super) reports: Count,
    pub(super) descriptions_at_once: Count,
    pub(super) pages_at_once: Count,
    /// Whether several followed at the same time.
    pub(super) has_many_followers: AtomicBool,
    pub(super) described: AtomicBool,
    pub(super) start_dropped: AtomicBool,
    pub(super) events_dropped: AtomicBool,
    pub(super) proceed_dropped: AtomicBool,
    pub(super) stop_dropped: AtomicBool,
    pub(super) report_dropped: AtomicBool,
    told: Mutex<Told>,
}

/// What was told, and of what.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// The first deployment of each AppSpec.
    pub(super) started: BTreeMap<String, DeploymentId>,
    /// Places that were given out, and of which deployment they are.
    pub(super) given: BTreeMap<String, DeploymentId>,
    /// Places that were asked for.
    pub(super) asked: BTreeSet<String>,
    /// The places after the last events.
    pub(super) ends: BTreeSet<String>,
    /// Deployments that were followed to their ends.
    pub(super) ended: BTreeSet<DeploymentId>,
}

impl Memory {
    pub(super) fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap()
    }
}

impl Told {
    pub(super) fn was_given(&self, cursor: &Cursor) -> bool {
        cursor.place().is_some_and(|place| self.given.contains_key(place))
    }

    pub(super) fn is_end(&self, cursor: &Cursor) -> bool {
        cursor.place().is_some_and(|place| self.ends.contains(place))
    }
}

#[derive(Debug, Default)]
pub(super) struct Count(AtomicU32);

impl Count {
    /// One more: how many there are with it.
    pub(super) fn up(&self) -> u32 {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// One more until the guard is dropped.
    pub(super) fn while_held(&self) -> (u32, Held<'_>) {
        (self.up(), Held(&self.0))
    }
}

pub(super) struct Held<'a>(&'a AtomicU32);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Notes that a future was dropped before it was done.
pub(super) struct Dropped<'a> {
    noted: &'a AtomicBool,
    done: bool,
}

impl<'a> Dropped<'a> {
    pub(super) fn new(noted: &'a AtomicBool) -> Self {
        Self { noted, done: false }
    }

    pub(super) fn disarm(mut self) {
        self.done = true;
    }
}

impl Drop for Dropped<'_> {
    fn drop(&mut self) {
        if !self.done {
            self.noted.store(true, Ordering::SeqCst);
        }
    }
}
