//! Which target a request goes to, read without a lock and changed at any time.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;

use super::in_flight::{InFlight, InFlightGuard};
use super::pool::Pool;
use super::target_group::{PerGroup, TargetGroup};
use super::weights::{Rotation, Weights};

/// Which of the two listeners a request came in at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListenerRole {
    Production,
    Test,
}

impl ListenerRole {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Test => "test",
        }
    }
}

/// A group that was chosen for a request, counted as in flight from this moment.
pub(super) struct Choice {
    pub(super) group: TargetGroup,
    pub(super) targets: Arc<Targets>,
    pub(super) guard: InFlightGuard,
}

/// The addresses of one group.
#[derive(Debug, Default)]
pub(super) struct Targets {
    pools: Vec<Arc<Pool>>,
    turn: AtomicUsize,
}

impl Targets {
    pub(super) const fn is_empty(&self) -> bool {
        self.pools.is_empty()
    }

    /// All targets, in the order in which one request should try them.
    pub(super) fn in_turn(&self) -> impl Iterator<Item = &Arc<Pool>> {
        let count = self.pools.len();
        let first = if count > 1 { self.turn.fetch_add(1, Ordering::Relaxed) % count } else { 0 };
        self.pools.iter().cycle().skip(first).take(count)
    }

    pub(super) fn addresses(&self) -> Vec<SocketAddr> {
        self.pools.iter().map(|pool| pool.address()).collect()
    }

    pub(super) fn close_idle(&self) {
        self.pools.iter().for_each(|pool| pool.close_idle());
    }

    pub(super) fn close_expired(&self) {
        self.pools.iter().for_each(|pool| pool.close_expired());
    }
}

/// The routing table and the counts that go with it.
#[derive(Debug)]
pub(super) struct Routing {
    table: ArcSwap<Table>,
    /// Rises after every change of the table; see [`Routing::enter`].
    generation: AtomicU64,
    in_flight: PerGroup<Arc<InFlight>>,
    changing: Mutex<()>,
}

#[derive(Debug)]
struct Table {
    production: Arc<Rotation>,
    test: Option<TargetGroup>,
    targets: PerGroup<Arc<Targets>>,
}

/// What a request saw in the table.
struct Look {
    generation: u64,
    group: TargetGroup,
    targets: Arc<Targets>,
}

impl Routing {
    pub(super) fn new() -> Self {
        let table = Table {
            production: Arc::new(Rotation::new(Weights::BLUE)),
            test: None,
            targets: PerGroup::default(),
        };
        Self {
            table: ArcSwap::from_pointee(table),
            generation: AtomicU64::new(0),
            in_flight: PerGroup::default(),
            changing: Mutex::new(()),
        }
    }

    /// Chooses a group for a request and counts the request there; `None` when the listener forwards to no group.
    pub(super) fn choose(&self, listener: ListenerRole) -> Option<Choice> {
        loop {
            if let Some(choice) = self.enter(self.look(listener)?) {
                return Some(choice);
            }
        }
    }

    fn look(&self, listener: ListenerRole) -> Option<Look> {
        let generation = self.generation.load(Ordering::SeqCst);
        let table = self.table.load();
        let group = match listener {
            ListenerRole::Production => table.production.choose(),
            ListenerRole::Test => table.test?,
        };
        Some(Look { generation, group, targets: Arc::clone(table.targets.get(group)) })
    }

    /// Counts a request at the group that was seen, unless the table has changed since.
    ///
    /// Whoever takes a group out of the table and then sees its count at zero must be sure that no request is about
    /// to go there. So the count is raised first and the generation is read again: either this request sees the
    /// change, and looks once more, or the one who changed the table sees the count.
    fn enter(&self, look: Look) -> Option<Choice> {
        let guard = self.in_flight.get(look.group).enter();
        let unchanged = self.generation.load(Ordering::SeqCst) == look.generation;
        unchanged.then_some(Choice { group: look.group, targets: look.targets, guard })
    }

    pub(super) fn weights(&self) -> Weights {
        self.table.load().production.weights()
    }

    pub(super) fn test_target(&self) -> Option<TargetGroup> {
        self.table.load().test
    }

    pub(super) fn targets(&self, group: TargetGroup) -> Arc<Targets> {
        Arc::clone(self.table.load().targets.get(group))
    }

    pub(super) const fn in_flight(&self, group: TargetGroup) -> &Arc<InFlight> {
        self.in_flight.get(group)
    }

    pub(super) fn set_weights(&self, weights: Weights) {
        self.change(|table| table.production = Arc::new(Rotation::new(weights)));
    }

    pub(super) fn set_test_target(&self, group: Option<TargetGroup>) {
        self.change(|table| table.test = group);
    }

    /// Replaces the addresses of a group; `open` makes the pool of an address that is new to it.
    pub(super) fn set_targets(
        &self,
        group: TargetGroup,
        addresses: &[SocketAddr],
        open: impl Fn(SocketAddr) -> Pool,
    ) {
        self.change(|table| {
            let targets = table.targets.get_mut(group);
            let known = |address: SocketAddr| targets.pools.iter().find(|pool| pool.address() == address);
            let pools = addresses
                .iter()
                .map(|address| known(*address).cloned().unwrap_or_else(|| Arc::new(open(*address))))
                .collect();
            *targets = Arc::new(Targets { pools, turn: AtomicUsize::new(0) });
        });
    }

    fn change(&self, edit: impl FnOnce(&mut Table)) {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.table.load_full();
        let mut next = Table {
            production: Arc::clone(&now.production),
            test: now.test,
            targets: PerGroup { blue: Arc::clone(&now.targets.blue), green: Arc::clone(&now.targets.green) },
        };
        edit(&mut next);
        self.table.store(Arc::new(next));
        self.generation.fetch_add(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;

    #[test]
    fn a_group_that_lost_its_traffic_and_reads_zero_is_not_chosen_any_more() {
        let routing = Routing::new();
        let (closed, stop) = (AtomicBool::new(false), AtomicBool::new(false));
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        let choice = routing.choose(ListenerRole::Production).unwrap();
                        if choice.group == TargetGroup::Blue && closed.load(Ordering::SeqCst) {
                            stop.store(true, Ordering::Relaxed);
                            panic!("blue was chosen after it had read zero");
                        }
                    }
                });
            }
            for _ in 0..2_000 {
                routing.set_weights(Weights::GREEN);
                while routing.in_flight(TargetGroup::Blue).count() > 0 {
                    std::hint::spin_loop();
                }
                closed.store(true, Ordering::SeqCst);
                std::thread::yield_now();
                closed.store(false, Ordering::SeqCst);
                routing.set_weights(Weights::BLUE);
            }
            stop.store(true, Ordering::Relaxed);
        });
        assert_eq!(routing.in_flight(TargetGroup::Blue).count(), 0);
    }

    #[test]
    fn a_request_that_saw_the_table_before_a_change_does_not_enter_after_it() {
        let routing = Routing::new();
        let look = routing.look(ListenerRole::Production).unwrap();
        assert_eq!(look.group, TargetGroup::Blue);
        routing.set_weights(Weights::GREEN);
        assert!(routing.enter(look).is_none());
        assert_eq!(routing.in_flight(TargetGroup::Blue).count(), 0);

        let look = routing.look(ListenerRole::Production).unwrap();
        let choice = routing.enter(look).unwrap();
        assert_eq!((choice.group, routing.in_flight(TargetGroup::Green).count()), (TargetGroup::Green, 1));
    }

    #[test]
    fn addresses_that_stay_keep_their_pool() {
        let routing = Routing::new();
        let (one, two): (SocketAddr, SocketAddr) =
            ("127.0.0.1:1".parse().unwrap(), "127.0.0.1:2".parse().unwrap());
        routing.set_targets(TargetGroup::Blue, &[one], |address| Pool::new(address, Default::default()));
        let before = routing.targets(TargetGroup::Blue);
        routing.set_targets(TargetGroup::Blue, &[two, one], |address| Pool::new(address, Default::default()));
        let after = routing.targets(TargetGroup::Blue);
        assert!(Arc::ptr_eq(&before.pools[0], &after.pools[1]));
        assert_eq!(after.addresses(), [two, one]);
    }
}
