//! Drains and deletes the task set that is not needed any more.

use std::sync::Arc;

use greenlight_core::lifecycle::Input;
use greenlight_core::{DeploymentId, EventKind, TaskSetLabel, TaskSetState};

use super::Engine;
use super::state::State;
use crate::local::router::{Drained, Router, TargetGroup};
use crate::local::task_set::{StopReport, TaskSet};

/// Waits until no request is in flight at a task set, stops it, and tells its deployment.
pub(super) async fn delete(engine: Arc<Engine>, id: DeploymentId, label: TaskSetLabel) {
    if engine.written().await.is_err() {
        return;
    }
    if let Some((router, slot, task_set, deregistration_delay)) = engine.take_out(&id, label) {
        let drained = router.drain(slot, deregistration_delay).await;
        router.set_targets(slot, &[]);
        let stopped = task_set.stop().await;
        let mut state = engine.state();
        if let Some(record) = state.record_mut(&id) {
            record.seen.remove(label);
        }
        let detail = Some(describe(drained, &stopped));
        let address = Some(task_set.address());
        engine.note(
            &mut state,
            &id,
            EventKind::TaskSet { task_set: label, state: TaskSetState::Stopped, address, detail },
        );
    }
    engine.tell(&mut engine.state(), &id, Input::TaskSetDeleted { task_set: label });
}

/// Forgets a task set that is only simulated.
pub(super) fn forget(state: &mut State, id: &DeploymentId, label: TaskSetLabel) {
    let Some((record, service)) = state.of(id) else { return };
    service.take(record.slot(label));
    record.seen.remove(label);
}

type TakenOut = (Arc<Router>, TargetGroup, Arc<TaskSet>, std::time::Duration);

impl Engine {
    fn take_out(&self, id: &DeploymentId, label: TaskSetLabel) -> Option<TakenOut> {
        let mut state = self.state();
        let (record, service) = state.of(id)?;
        let slot = record.slot(label);
        let Some(task_set) = service.take(slot) else {
            // It is only simulated, or was deleted before a restart.
            record.seen.remove(label);
            return None;
        };
        if let Some(seen) = record.seen.get_mut(label) {
            seen.draining = true;
        }
        let real = service.as_real()?;
        let taken =
            (Arc::clone(&real.router), slot, Arc::clone(&task_set), real.settings.deregistration_delay);
        let address = Some(task_set.address());
        let draining =
            EventKind::TaskSet { task_set: label, state: TaskSetState::Draining, address, detail: None };
        self.note(&mut state, id, draining);
        Some(taken)
    }
}

fn describe(drained: Drained, stopped: &StopReport) -> String {
    match drained.remaining {
        0 => stopped.to_string(),
        remaining => format!("{stopped}; {remaining} requests were still running"),
    }
}
