//! The shift of production traffic, step by step.

use super::{Lifecycle, Outputs};
use crate::lifecycle::failure::Failure;
use crate::lifecycle::phase::Phase;
use crate::lifecycle::{Action, EVENT_TIMEOUT, Output};
use crate::{EventKind, Percent, Rollback, Timestamp};

impl Lifecycle {
    /// Asks at the time `at` for step `step` of the shift that began at `began`.
    pub(super) fn shift(&mut self, began: Timestamp, step: u32, at: Timestamp, outputs: &mut Outputs) {
        self.phase = Phase::Shifting { began, step, deadline: Some(at + EVENT_TIMEOUT) };
        outputs.push(Output::Action(Action::ShiftTraffic(self.share_after(step))));
    }

    pub(super) fn traffic_shifted(&mut self, now: Timestamp, green: Percent, outputs: &mut Outputs) {
        let Phase::Shifting { began, step, deadline: Some(_) } = self.phase else { return };
        if self.asked_share() != Some(green) {
            // The answer to an earlier step, once more: this one is still under way.
            return;
        }
        if green != self.green {
            self.green = green;
            outputs.push(Output::Event(now, EventKind::Traffic { blue: green.rest(), green }));
        }
        let all = if self.settings.is_rollback() { Percent::ZERO } else { Percent::ALL };
        if green == all {
            outputs.push(Output::Action(Action::SetPrimary(self.target())));
            self.succeed_event(now, outputs);
        } else {
            self.phase = Phase::Shifting { began, step, deadline: None };
        }
    }

    pub(super) fn traffic_refused(&mut self, now: Timestamp, detail: String, outputs: &mut Outputs) {
        let failure = Failure::traffic_not_shifted(&self.settings.behaviour, self.settings.platform, detail);
        self.fail(now, failure, Rollback::AsConfigured, outputs);
    }

    /// The share that was asked for and is not there yet.
    pub(super) fn asked_share(&self) -> Option<Percent> {
        match self.phase {
            Phase::Shifting { step, deadline: Some(_), .. } => Some(self.share_after(step)),
            _ => None,
        }
    }

    /// The replacement's share of production requests after step `step`.
    pub(super) fn share_after(&self, step: u32) -> Percent {
        if self.settings.is_rollback() { Percent::ZERO } else { self.settings.routing.share_after(step) }
    }
}
