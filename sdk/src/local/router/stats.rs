//! Counters of a router.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use super::target_group::{PerGroup, TargetGroup};

/// Everything a router counted since it was bound; see [`Router::stats`](super::Router::stats).
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct RouterStats {
    /// What came in at the production listener.
    pub production: ListenerStats,
    /// What came in at the test listener. All zero without one.
    pub test: ListenerStats,
}

impl fmt::Display for RouterStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "production: {}; test: {}", self.production, self.test)
    }
}

/// The counters of one listener.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ListenerStats {
    /// Requests that were given to blue.
    pub blue: GroupStats,
    /// Requests that were given to green.
    pub green: GroupStats,
    /// Requests that the router answered by itself and gave to no group: no target was known, or the request could
    /// not be forwarded.
    pub unrouted: u64,
}

impl ListenerStats {
    /// The counters of one group.
    #[must_use]
    pub const fn group(&self, group: TargetGroup) -> &GroupStats {
        match group {
            TargetGroup::Blue => &self.blue,
            TargetGroup::Green => &self.green,
        }
    }
}

impl fmt::Display for ListenerStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "blue {}, green {}, unrouted {}", self.blue, self.green, self.unrouted)
    }
}

/// The counters of one target group at one listener.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct GroupStats {
    /// Requests that were given to the group. One that is tried on a second target counts once.
    pub requests: u64,
    /// Those of them that the target did not answer in full: 502, 504, or a body that broke off. An error status
    /// that the target itself sent is not among them.
    pub failures: u64,
    /// When the first one was given to the group.
    pub first_request: Option<Instant>,
}

impl fmt::Display for GroupStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} requests ({} failed)", self.requests, self.failures)
    }
}

/// The live counters behind [`ListenerStats`].
#[derive(Debug, Default)]
pub(super) struct ListenerCounters {
    groups: PerGroup<GroupCounters>,
    unrouted: AtomicU64,
}

impl ListenerCounters {
    pub(super) fn routed(&self, group: TargetGroup) {
        let counters = self.groups.get(group);
        counters.requests.fetch_add(1, Ordering::Relaxed);
        counters.first_request.get_or_init(Instant::now);
    }

    pub(super) fn failed(&self, group: TargetGroup) {
        self.groups.get(group).failures.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn unrouted(&self) {
        self.unrouted.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn read(&self) -> ListenerStats {
        ListenerStats {
            blue: self.groups.blue.read(),
            green: self.groups.green.read(),
            unrouted: self.unrouted.load(Ordering::Relaxed),
        }
    }
}

#[derive(Debug, Default)]
struct GroupCounters {
    requests: AtomicU64,
    failures: AtomicU64,
    first_request: OnceLock<Instant>,
}

impl GroupCounters {
    fn read(&self) -> GroupStats {
        GroupStats {
            requests: self.requests.load(Ordering::Relaxed),
            failures: self.failures.load(Ordering::Relaxed),
            first_request: self.first_request.get().copied(),
        }
    }
}
