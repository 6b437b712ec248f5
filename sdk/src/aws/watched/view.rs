//! What is known of a deployment at one moment.

use std::sync::Arc;

use greenlight_core::{Cursor, Deployment, DeploymentEvent, EventPage};

use crate::aws::logs::HookLogs;
use crate::aws::seen::{Facts, Seen};
use crate::aws::timeline::{Place, Timeline, tell};

/// A deployment as it was told last, and all that follows from it.
#[derive(Debug)]
pub(in crate::aws) struct View {
    /// One more with each answer.
    pub(super) version: u64,
    pub(in crate::aws) seen: Seen,
    pub(in crate::aws) facts: Arc<Facts>,
    timeline: Timeline,
}

impl View {
    pub(super) fn new(version: u64, seen: Seen, facts: Arc<Facts>, logs: &HookLogs) -> Self {
        let timeline = tell(&seen, &facts, logs);
        Self { version, seen, facts, timeline }
    }

    /// Whether nothing more will be learned.
    pub(super) const fn ended(&self) -> bool {
        self.timeline.ended
    }

    /// Whether a rollback is to be expected of which nothing is known yet.
    pub(in crate::aws) fn misses_rollback(&self, asked: bool) -> bool {
        !self.seen.closed && self.seen.misses_rollback(&self.facts, asked)
    }

    pub(in crate::aws) const fn deployment(&self) -> &Deployment {
        &self.seen.deployment
    }

    /// The events after a place, unless there are none yet.
    pub(in crate::aws) fn page(&self, after: Place) -> Option<EventPage> {
        let events = self.timeline.after(after);
        if events.is_empty() && !self.timeline.ended {
            return None;
        }
        let last = events.last().map_or(after, |(place, _)| *place);
        let next = if last == Place::BEGIN { Cursor::start() } else { last.cursor(&self.seen.deployment.id) };
        let events: Vec<DeploymentEvent> = events.iter().map(|(_, event)| event.clone()).collect();
        Some(EventPage { events, next, ended: self.timeline.ended })
    }
}
