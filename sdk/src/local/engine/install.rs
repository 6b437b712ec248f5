//! Starts the replacement task set, and looks after task sets that run.

use std::sync::Arc;

use greenlight_core::lifecycle::Input;
use greenlight_core::{DeploymentId, EventKind, Percent, TaskSetLabel, TaskSetState};

use super::Engine;
use super::seen::SeenTaskSet;
use super::service::{Origin, ServiceKey};
use super::state::State;
use crate::local::router::{Router, TargetGroup};
use crate::local::task_set::{TaskSet, TaskSetSpec};

/// What is needed to install, read from the state at once.
struct Order {
    spec: TaskSetSpec,
    service: ServiceKey,
    slot: TargetGroup,
    leftover: Option<Arc<TaskSet>>,
    router: Arc<Router>,
    deregistration_delay: std::time::Duration,
}

/// Starts the replacement of a deployment and puts it behind its target group.
pub(super) async fn install(engine: Arc<Engine>, id: DeploymentId) {
    if engine.written().await.is_err() {
        return;
    }
    let Some(order) = engine.order(&id) else { return };
    if let Some(leftover) = &order.leftover {
        let _ = order.router.drain(order.slot, order.deregistration_delay).await;
        leftover.stop().await;
    }
    let started = TaskSet::start(order.spec).await;
    let mut state = engine.state();
    match started {
        Ok(task_set) => {
            let task_set = Arc::new(task_set);
            if !engine.installed(&mut state, &id, &task_set) {
                return;
            }
            engine.spawn(look_after(Arc::clone(&engine), order.service, order.slot, task_set));
            engine.tell(&mut state, &id, Input::TaskSetHealthy);
        }
        Err(error) => {
            let detail = error.to_string();
            engine.note(&mut state, &id, task_set_event(TaskSetState::Failed, None, Some(detail.clone())));
            engine.tell(&mut state, &id, Input::TaskSetFailed { detail });
        }
    }
}

/// Waits for the end of a task set, and tells the deployment under way when it came by itself.
pub(super) async fn look_after(
    engine: Arc<Engine>,
    key: ServiceKey,
    slot: TargetGroup,
    task_set: Arc<TaskSet>,
) {
    let exited = task_set.exited();
    let (name, task_set) = (task_set.to_string(), Arc::downgrade(&task_set));
    let exit = exited.await;
    let mut state = engine.state();
    let Some(service) = state.service_mut(&key) else { return };
    let active = service.active.clone();
    let Some(real) = service.as_real_mut() else { return };
    // One that is being stopped was taken out of its service before.
    let still_there = real.task_set(slot).is_some_and(|there| Arc::downgrade(there).ptr_eq(&task_set));
    if !still_there {
        return;
    }
    let detail = format!("{name} ended by itself with {}", exit.with_last_output());
    real.dead.insert(slot, detail.clone());
    let Some(id) = active else {
        tracing::warn!(%detail, "a task set is gone");
        return;
    };
    let Some(record) = state.record(&id) else { return };
    let label = record.label(slot);
    let kind = EventKind::TaskSet {
        task_set: label,
        state: TaskSetState::Failed,
        address: None,
        detail: Some(detail.clone()),
    };
    engine.note(&mut state, &id, kind);
    engine.tell(&mut state, &id, Input::TaskSetExited { task_set: label, detail });
}

impl Engine {
    fn order(&self, id: &DeploymentId) -> Option<Order> {
        let mut state = self.state();
        let (record, service) = state.of(id)?;
        let slot = record.slot(TaskSetLabel::Green);
        let leftover = service.take(slot);
        if leftover.is_some() {
            // An earlier deployment left a replacement behind, perhaps with traffic: production goes back to
            // the primary task set before the other one is replaced.
            service.shift(record.blue, Percent::ALL);
            service.route_test(record.blue);
        }
        let real = service.as_real()?;
        let order = Order {
            spec: real.settings.replacement(record.task_definition.as_deref()).clone(),
            service: record.service.clone(),
            slot,
            leftover,
            router: Arc::clone(&real.router),
            deregistration_delay: real.settings.deregistration_delay,
        };
        self.note(&mut state, id, task_set_event(TaskSetState::Starting, None, None));
        Some(order)
    }

    /// Puts a task set that is healthy into service, unless its deployment ended while it became so.
    fn installed(&self, state: &mut State, id: &DeploymentId, task_set: &Arc<TaskSet>) -> bool {
        let halted = state.halted;
        let Some((record, service)) = state.of(id) else { return false };
        if halted || record.lifecycle.is_ended() {
            return false;
        }
        let address = task_set.address();
        let origin = Origin::Deployment(record.task_definition.clone());
        service.put(record.slot(TaskSetLabel::Green), origin, Some(Arc::clone(task_set)));
        record.seen.insert(TaskSetLabel::Green, SeenTaskSet { address: Some(address), draining: false });
        record.install = None;
        let detail = Some(task_set.to_string());
        self.note(state, id, task_set_event(TaskSetState::Healthy, Some(address), detail));
        true
    }
}

const fn task_set_event(
    state: TaskSetState,
    address: Option<std::net::SocketAddr>,
    detail: Option<String>,
) -> EventKind {
    EventKind::TaskSet { task_set: TaskSetLabel::Green, state, address, detail }
}
