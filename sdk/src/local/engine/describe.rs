//! A deployment as it stands, for whoever asks.

use greenlight_core::{Deployment, DeploymentId, Percent, TaskSetInfo, TaskSetLabel, TaskSetStatus};

use super::seen::SeenTaskSet;
use super::state::Record;

impl Record {
    pub(super) fn describe(&self, id: &DeploymentId) -> Deployment {
        let (created, started, completed) = self.lifecycle.times();
        let mut deployment = Deployment::accepted(id.clone(), self.head.clone(), self.creator, created);
        deployment.status = self.lifecycle.status();
        deployment.started = started;
        deployment.completed = completed;
        deployment.lifecycle_events = self.lifecycle.lifecycle_events().to_vec();
        deployment.task_sets = self.seen.iter().map(|(label, seen)| self.task_set(label, seen)).collect();
        deployment.termination_wait_started = self.lifecycle.termination_wait_started();
        deployment.error = self.lifecycle.error().cloned();
        deployment.reason = self.lifecycle.reason().map(str::to_owned);
        deployment.rollback = self.lifecycle.rollback().cloned();
        deployment
    }

    fn task_set(&self, label: TaskSetLabel, seen: SeenTaskSet) -> TaskSetInfo {
        let green = self.lifecycle.green_weight();
        // Forward or back, the primary task set changes at the end of the shift.
        let primary = if green == Percent::ALL { TaskSetLabel::Green } else { TaskSetLabel::Blue };
        TaskSetInfo {
            label,
            status: if seen.draining {
                TaskSetStatus::Draining
            } else if label == primary {
                TaskSetStatus::Primary
            } else {
                TaskSetStatus::Active
            },
            traffic_weight: match label {
                TaskSetLabel::Blue => green.rest(),
                TaskSetLabel::Green => green,
            },
            address: seen.address,
        }
    }
}
