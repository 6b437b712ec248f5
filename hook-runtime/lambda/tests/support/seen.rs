//! What an endpoint tells, with the moment at which a test learnt of it.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use greenlight::core::{DeploymentEvent, EventKind, LifecycleEventStatus};
use serde_json::Value;
use tokio::sync::watch;

/// The events of an endpoint so far. Clones share them.
#[derive(Clone)]
pub(crate) struct Seen {
    events: Arc<Mutex<Vec<(Instant, EventKind)>>>,
    count: Arc<watch::Sender<usize>>,
}

impl Seen {
    pub(crate) fn new() -> Self {
        Self { events: Arc::default(), count: Arc::new(watch::Sender::new(0)) }
    }

    /// For [`greenlight::endpoint::EndpointBuilder::with_observer`].
    pub(crate) fn observer(&self) -> impl Fn(&DeploymentEvent) + Send + Sync + 'static {
        let seen = self.clone();
        move |event| {
            seen.events.lock().unwrap().push((Instant::now(), event.kind.clone()));
            seen.count.send_modify(|count| *count += 1);
        }
    }

    pub(crate) fn all(&self) -> Vec<(Instant, EventKind)> {
        self.events.lock().unwrap().clone()
    }

    /// Waits until there is what `find` looks for.
    pub(crate) async fn until<T>(
        &self,
        what: &str,
        limit: Duration,
        find: impl Fn(&[(Instant, EventKind)]) -> Option<T>,
    ) -> T {
        let mut count = self.count.subscribe();
        let found = async {
            loop {
                count.mark_unchanged();
                if let Some(found) = find(&self.all()) {
                    return found;
                }
                count.changed().await.unwrap();
            }
        };
        let found = tokio::time::timeout(limit, found).await;
        found.unwrap_or_else(|_| panic!("{what}: not within {limit:?}; {:#?}", self.all()))
    }
}

/// The lines that the function logged, those that are JSON.
pub(crate) fn lines(events: &[(Instant, EventKind)]) -> impl Iterator<Item = (Instant, Value)> {
    events.iter().filter_map(|(at, event)| match event {
        EventKind::HookLog { text, .. } => Some((*at, serde_json::from_str(text).ok()?)),
        _ => None,
    })
}

/// When a lifecycle event came to this status.
pub(crate) fn came_to(
    events: &[(Instant, EventKind)],
    event: &str,
    status: LifecycleEventStatus,
) -> Option<Instant> {
    events.iter().find_map(|(at, kind)| match kind {
        EventKind::LifecycleEvent { name, to, .. } if name.to_string() == event && *to == status => Some(*at),
        _ => None,
    })
}
