//! Faults in descriptions.

use std::sync::atomic::Ordering;

use greenlight_core::error::QueryError;
use greenlight_core::{
    Cursor, Deployment, DeploymentEvent, DeploymentId, DeploymentPipeline as _, DeploymentStatus, ErrorCode,
    EventKind, LifecycleEvent, LifecycleEventName, LifecycleEventStatus, Percent,
};

use super::{Broken, Fault};

/// More than any case but one asks for at the same time.
const MANY_AT_ONCE: u32 = 4;

impl Broken {
    pub(super) async fn broken_describe(&self, id: &DeploymentId) -> Result<Deployment, QueryError> {
        let unavailable = || {
            let (pipeline, source) = self.unreachable();
            QueryError::Unavailable { pipeline, source }
        };
        let (at_once, _held) = self.memory.descriptions_at_once.while_held();
        self.begin().await;
        self.memory.described.store(true, Ordering::SeqCst);
        if self.has(Fault::AnswersOnlyAFew) && at_once >= MANY_AT_ONCE {
            return Err(unavailable());
        }
        match self.inner.describe(id).await {
            Err(QueryError::NotFound { .. }) if self.has(Fault::IsUnreachableForUnknownIds) => {
                Err(unavailable())
            }
            Ok(mut it) => {
                self.spoil(&mut it).await;
                Ok(it)
            }
            other => other,
        }
    }

    async fn spoil(&self, it: &mut Deployment) {
        let code = it.error.as_ref().map(|error| error.code);
        let failed = it.status == DeploymentStatus::Failed;
        let stopped = it.status == DeploymentStatus::Stopped;
        match self.fault {
            Fault::DescribesAnotherRevision => it.revision = "0".repeat(64),
            Fault::DescribesEventsBackwards => it.lifecycle_events.reverse(),
            Fault::HasAnEndBeforeTheEnd if !it.status.is_terminal() => it.completed = Some(it.created),
            Fault::HasTestTrafficWithoutListener if it.lifecycle_events.len() == 6 => {
                it.lifecycle_events.push(LifecycleEvent {
                    name: LifecycleEventName::AllowTestTraffic,
                    status: LifecycleEventStatus::Skipped,
                    started: None,
                    ended: None,
                });
            }
            Fault::HasAReasonForSuccess if it.status == DeploymentStatus::Succeeded => {
                it.reason = Some("all is well".to_owned());
            }
            Fault::LosesTheEndOfTheRollback => {
                if let Some(forward) = it.rollback.clone().and_then(|info| info.triggering_deployment)
                    && self.inner.describe(&forward).await.unwrap().status == DeploymentStatus::Failed
                {
                    it.status = DeploymentStatus::Failed;
                }
            }
            Fault::LosesWhatARollbackRollsBack => {
                if let Some(info) = &mut it.rollback {
                    info.triggering_deployment = None;
                }
            }
            Fault::ServesWithTheWrongTaskSet if failed => {
                for set in &mut it.task_sets {
                    set.traffic_weight = set.traffic_weight.rest();
                }
                // What failed before the replacement had any requests.
                it.task_sets.retain(|set| set.traffic_weight != Percent::ZERO);
            }
            Fault::LosesTheHooksReason if failed => it.reason = None,
            Fault::FailsByAlarm if code == Some(ErrorCode::AlarmActive) => {
                it.status = DeploymentStatus::Failed;
            }
            Fault::SucceedsByTimeout if stopped && code == Some(ErrorCode::Timeout) => {
                it.status = DeploymentStatus::Succeeded;
            }
            Fault::HasNoReasonForSilence if it.reason.as_ref().is_some_and(|why| why.contains("hour")) => {
                (it.reason, it.error) = (None, None);
            }
            Fault::FailsByStop if stopped && code == Some(ErrorCode::ManualStop) => {
                it.status = DeploymentStatus::Failed;
            }
            Fault::SucceedsBeforeTheTerminationWait if self.is_in_termination_wait(it).await => {
                it.status = DeploymentStatus::Succeeded;
            }
            _ => {}
        }
    }

    /// Whether it waits, and does not just delete what it would have waited for.
    pub(super) async fn is_in_termination_wait(&self, it: &Deployment) -> bool {
        let waits = |event: &DeploymentEvent| matches!(event.kind, EventKind::TerminationWait { until } if until > event.time);
        let events = self.inner.events(&it.id, &Cursor::start()).await.unwrap().events;
        it.status == DeploymentStatus::InProgress && events.iter().any(waits)
    }
}
