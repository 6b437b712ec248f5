//! Faults in events and cursors.

use std::sync::atomic::Ordering;

use greenlight_core::error::QueryError;
use greenlight_core::{
    Cursor, DeploymentEvent, DeploymentId, DeploymentPipeline as _, DeploymentStatus, EventKind, EventPage,
    HookEvent, HookState, LifecycleEventName, LifecycleEventStatus, Outcome, Percent, Timestamp,
};

use super::{Broken, Fault};

/// More than any case but one follows with.
const MANY_FOLLOWERS: u32 = 3;

impl Broken {
    pub(super) async fn broken_events(
        &self,
        id: &DeploymentId,
        cursor: &Cursor,
    ) -> Result<EventPage, QueryError> {
        let (followers, _held) = self.memory.pages_at_once.while_held();
        self.memory.has_many_followers.fetch_or(followers >= MANY_FOLLOWERS, Ordering::SeqCst);
        self.begin().await;
        let place = self.place(id, cursor)?;
        let asked_before = {
            let mut told = self.memory.told();
            let before = place.place().is_some_and(|place| !told.asked.insert(place.to_owned()));
            let is_end = told.is_end(&place);
            if self.has(Fault::HasEmptyPages) && told.was_given(&place) && !before && !is_end {
                return Ok(EventPage { events: Vec::new(), next: place, ended: false });
            }
            before
        };
        let mut page = match self.inner.events(id, &place).await {
            Err(QueryError::NotFound { .. }) if self.has(Fault::IsUnreachableForUnknownIds) => {
                let (pipeline, source) = self.unreachable();
                return Err(QueryError::Unavailable { pipeline, source });
            }
            other => other?,
        };
        let knows_the_end = self.memory.told().ended.contains(id);
        match self.fault {
            Fault::RepeatsTheEnd if page.events.is_empty() => {
                let all = self.inner.events(id, &Cursor::start()).await?.events;
                page.events.extend(all.last().cloned());
            }
            Fault::SharesEventsAmongFollowers if followers >= MANY_FOLLOWERS => lose_one(&mut page),
            Fault::ForgetsWhatWasRolledBack
                if place == Cursor::start() && knows_the_end && self.was_rolled_back(id).await =>
            {
                let keep = page.events.len().saturating_sub(1);
                page.events.drain(..keep);
            }
            Fault::ForgetsPagesThatWereRead
                if asked_before
                    && knows_the_end
                    && !self.memory.has_many_followers.load(Ordering::SeqCst) =>
            {
                lose_one(&mut page);
            }
            Fault::LosesWhatADropWaitedFor if self.memory.events_dropped.swap(false, Ordering::SeqCst) => {
                lose_one(&mut page);
            }
            _ => {}
        }
        self.spoil_events(id, &mut page).await;
        self.note(id, &mut page);
        Ok(page)
    }

    /// The local pipeline's own cursor.
    fn place(&self, id: &DeploymentId, cursor: &Cursor) -> Result<Cursor, QueryError> {
        let told = self.memory.told();
        match (self.fault, cursor.place()) {
            (Fault::GoesOnInOneObjectOnly, Some(place)) => {
                let own = place.strip_prefix(&format!("{}:", self.object)).map(Cursor::at);
                own.ok_or_else(|| QueryError::InvalidCursor { id: id.clone(), cursor: place.to_owned() })
            }
            (Fault::TakesAnyTextForACursor, Some(place)) if !place.starts_with("d-") => Ok(Cursor::start()),
            (Fault::TakesCursorsOfOthers, Some(place))
                if told.given.get(place).is_some_and(|of| of != id) =>
            {
                Ok(Cursor::start())
            }
            _ => Ok(cursor.clone()),
        }
    }

    fn note(&self, id: &DeploymentId, page: &mut EventPage) {
        let mut told = self.memory.told();
        if let Some(place) = page.next.place().map(str::to_owned) {
            told.given.insert(place.clone(), id.clone());
            if page.ended {
                told.ends.insert(place);
            }
        }
        if page.ended {
            told.ended.insert(id.clone());
        }
        if self.has(Fault::GoesOnInOneObjectOnly) {
            page.next = Cursor::at(format!("{}:{}", self.object, page.next));
        }
    }

    async fn was_rolled_back(&self, id: &DeploymentId) -> bool {
        let rollback = self.inner.describe(id).await.unwrap().rollback;
        let rollback = rollback.and_then(|info| info.rollback_deployment);
        rollback.is_some_and(|rollback| self.memory.told().ended.contains(&rollback))
    }

    async fn spoil_events(&self, id: &DeploymentId, page: &mut EventPage) {
        let it = self.inner.describe(id).await.unwrap();
        if self.has(Fault::SucceedsBeforeTheTerminationWait)
            && self.is_in_termination_wait(&it).await
            && page.events.iter().any(|event| matches!(event.kind, EventKind::TerminationWait { .. }))
        {
            page.ended = true;
        }
        let outcome = Outcome::of(&it, None).filter(|_| it.status == DeploymentStatus::Succeeded);
        let events = std::mem::take(&mut page.events);
        for mut event in events {
            let kind = |kind| DeploymentEvent { kind, ..event.clone() };
            let (mut before, mut after) = (None, None);
            match (self.fault, &event.kind) {
                (Fault::IsReadyAtOnce, EventKind::Started { .. }) => {
                    after = Some(kind(EventKind::Ready { until: event.time }));
                }
                (Fault::FinishesByItself, EventKind::Ended { .. }) => {
                    before = outcome.clone().map(|outcome| kind(EventKind::Finished(outcome)));
                }
                (Fault::ShiftsTrafficOfWhatFailed, EventKind::Ended { status, .. })
                    if *status == DeploymentStatus::Failed =>
                {
                    before = Some(kind(SHIFTED));
                }
                (Fault::ShiftsTrafficBeforeItsHook, hook) if is_invoked_before_the_shift(hook) => {
                    after = Some(kind(SHIFTED));
                }
                (Fault::SucceedsWhileItsHookRuns, hook) if is_invoked_before_the_shift(hook) => {
                    after = Some(kind(EventKind::LifecycleEvent {
                        name: LifecycleEventName::BeforeAllowTraffic,
                        from: LifecycleEventStatus::InProgress,
                        to: LifecycleEventStatus::Succeeded,
                    }));
                }
                _ => {}
            }
            self.spoil_event(&mut event);
            page.events.extend(before.into_iter().chain([event]).chain(after));
        }
    }

    fn spoil_event(&self, event: &mut DeploymentEvent) {
        match (self.fault, &mut event.kind) {
            (Fault::StartsAnotherApplication, EventKind::Started { application, .. }) => {
                "another".clone_into(application);
            }
            (Fault::GoesBackInTime, EventKind::Ended { .. }) => event.time = Timestamp::EPOCH,
            (Fault::SkipsAStatus, EventKind::LifecycleEvent { name, from, to })
                if *name == LifecycleEventName::Install && *to == LifecycleEventStatus::Succeeded =>
            {
                *from = LifecycleEventStatus::Pending;
            }
            _ => {}
        }
    }
}

const SHIFTED: EventKind = EventKind::Traffic { blue: Percent::ZERO, green: Percent::ALL };

fn is_invoked_before_the_shift(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::Hook { lifecycle_event: HookEvent::BeforeAllowTraffic, state: HookState::Invoked, .. }
    )
}

fn lose_one(page: &mut EventPage) {
    if !page.events.is_empty() {
        page.events.remove(0);
    }
}
