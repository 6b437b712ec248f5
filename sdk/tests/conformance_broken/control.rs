//! Faults in continuing and stopping.

use std::sync::atomic::Ordering;

use greenlight_core::error::ControlError;
use greenlight_core::{
    DeploymentId, DeploymentPipeline as _, DeploymentStatus, Rollback, StopOutcome, WaitKind,
};

use super::{Broken, Fault};

impl Broken {
    fn out_of_reach(&self) -> ControlError {
        let (pipeline, source) = self.unreachable();
        ControlError::Unavailable { pipeline, source }
    }

    pub(super) async fn broken_proceed(&self, id: &DeploymentId, wait: WaitKind) -> Result<(), ControlError> {
        if self.has(Fault::IsLockedByADroppedContinue) && self.memory.proceed_dropped.load(Ordering::SeqCst) {
            return Err(self.out_of_reach());
        }
        let not_waiting =
            || ControlError::NotWaiting { id: id.clone(), status: DeploymentStatus::InProgress, wait };
        match (self.fault, self.inner.proceed(id, wait).await) {
            (Fault::RefusesToContinueWhatIsReady, Ok(())) if wait == WaitKind::Ready => Err(not_waiting()),
            (Fault::RefusesToEndTheTerminationWait, Ok(())) if wait == WaitKind::Termination => {
                Err(not_waiting())
            }
            (Fault::ContinuesWhatDoesNotWait, Err(ControlError::NotWaiting { .. })) => Ok(()),
            (Fault::ContinuesWhatHasEnded, Err(ControlError::AlreadyCompleted { .. })) => Err(not_waiting()),
            (Fault::ContinuesNobody, Err(ControlError::NotFound { .. })) => Err(self.out_of_reach()),
            (_, answer) => answer,
        }
    }

    pub(super) async fn broken_stop(
        &self,
        id: &DeploymentId,
        rollback: Rollback,
    ) -> Result<StopOutcome, ControlError> {
        if self.has(Fault::IsLockedByADroppedStop) && self.memory.stop_dropped.load(Ordering::SeqCst) {
            return Err(self.out_of_reach());
        }
        let wish = match (self.fault, rollback) {
            (Fault::RollsBackOnlyAsConfigured, Rollback::Always)
            | (Fault::RollsBackAgainstTheWish, Rollback::Never) => Rollback::AsConfigured,
            (Fault::IgnoresTheConfiguration, Rollback::AsConfigured) => Rollback::Never,
            (_, wish) => wish,
        };
        match (self.fault, self.inner.stop(id, wish).await) {
            (Fault::StopsWhatHasEnded, Err(ControlError::AlreadyCompleted { .. })) => {
                Ok(StopOutcome::Stopped { rolling_back: false })
            }
            (Fault::StopsNobody, Err(ControlError::NotFound { .. })) => Err(self.out_of_reach()),
            (Fault::DeniesTheRollback, Ok(_)) => Ok(StopOutcome::Stopped { rolling_back: false }),
            (_, answer) => answer,
        }
    }
}
