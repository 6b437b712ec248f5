//! How a deployment ends.

use super::{Lifecycle, Outputs};
use crate::lifecycle::failure::Failure;
use crate::lifecycle::phase::Phase;
use crate::lifecycle::rollback::Situation;
use crate::lifecycle::{Action, Output};
use crate::{DeploymentStatus, EventKind, Rollback, Timestamp};

impl Lifecycle {
    pub(super) fn succeed(&mut self, at: Timestamp, outputs: &mut Outputs) {
        self.end(at, DeploymentStatus::Succeeded, outputs);
    }

    /// Ends the deployment before its time, while a hook may be under way.
    pub(super) fn fail(&mut self, at: Timestamp, failure: Failure, wish: Rollback, outputs: &mut Outputs) {
        if let Phase::Hook { execution, .. } = &self.phase {
            outputs.push(Output::Action(Action::CancelHook(execution.clone())));
        }
        self.abort(at, failure, wish, outputs);
    }

    /// Ends the deployment before its time, and hands over to a rollback where one is due.
    pub(super) fn abort(&mut self, at: Timestamp, failure: Failure, wish: Rollback, outputs: &mut Outputs) {
        self.events.abort(at, outputs);
        let situation = Situation {
            settings: &self.settings,
            failure: &failure,
            wish,
            anything_to_undo: self.changed,
            blue_alive: self.blue_alive,
            green: self.green,
        };
        let decision = situation.decide();
        self.error = Some(failure.error);
        self.reason = failure.detail;
        if let Some(info) = decision.info {
            if let Some(id) = info.rollback_deployment.clone() {
                let message = info.message.clone();
                outputs.push(Output::Event(at, EventKind::Rollback { id, message }));
            }
            self.rollback = Some(info);
        }
        self.end(at, failure.status, outputs);
        if let Some(settings) = decision.settings {
            outputs.push(Output::Action(Action::StartRollback(Box::new(settings))));
        }
    }

    fn end(&mut self, at: Timestamp, status: DeploymentStatus, outputs: &mut Outputs) {
        self.phase = Phase::Ended;
        self.status = status;
        self.completed = Some(at);
        let (error, reason) = (self.error.clone(), self.reason.clone());
        outputs.push(Output::Event(at, EventKind::Ended { status, error, reason }));
    }
}
