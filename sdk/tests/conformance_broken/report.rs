//! Faults in taking reports.

use std::sync::atomic::Ordering;

use greenlight_core::error::ReportError;
use greenlight_core::{DeploymentPipeline as _, HookExecution, HookStatus, Reported};

use super::{Broken, Fault};

/// After this many reports another one is accepted.
const SEVERAL: u32 = 3;

impl Broken {
    pub(super) async fn broken_report(
        &self,
        hook: &HookExecution,
        status: HookStatus,
    ) -> Result<Reported, ReportError> {
        let id = hook.deployment.clone();
        let unavailable = || {
            let (pipeline, source) = self.unreachable();
            ReportError::Unavailable { pipeline, source }
        };
        if self.has(Fault::IsLockedByADroppedReport) && self.memory.report_dropped.load(Ordering::SeqCst) {
            return Err(unavailable());
        }
        let number = self.memory.reports.up();
        let exists = self.inner.describe(&id).await.is_ok();
        let status = if self.has(Fault::TakesFailureForSuccess) { HookStatus::Succeeded } else { status };
        let answer = self.inner.report(hook, status).await;
        let has_ended = self.has_ended(&id).await;
        match (self.fault, answer) {
            (Fault::RefusesTheFirstReport, Ok(_)) if status == HookStatus::Succeeded => {
                Err(ReportError::AlreadyCompleted { id })
            }
            (
                Fault::RefusesTheFirstReport | Fault::AcceptsSeveralReports,
                Err(ReportError::AlreadyCompleted { .. }),
            ) if number == SEVERAL && !has_ended => Ok(Reported::Accepted),
            (Fault::AcceptsReportsAfterTheEnd, Err(ReportError::AlreadyCompleted { .. })) if has_ended => {
                Ok(Reported::Accepted)
            }
            (Fault::TakesAnyExecution, Err(ReportError::UnknownExecution { .. })) if exists => {
                Err(ReportError::AlreadyCompleted { id })
            }
            (Fault::ReportsForNobody, Err(ReportError::UnknownExecution { .. })) if !exists => {
                Err(unavailable())
            }
            (_, answer) => answer,
        }
    }
}
