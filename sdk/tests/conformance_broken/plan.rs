//! Faults in planning and starting.

use std::sync::atomic::Ordering;

use greenlight_core::error::{PlanError, StartError};
use greenlight_core::{DeploymentId, DeploymentPipeline as _, DeploymentRequest, Plan};

use super::{Broken, Fault};

/// More than any case but one plans and starts.
const MANY_PLANS: u32 = 3;
const MANY_STARTS: u32 = 6;

impl Broken {
    pub(super) async fn broken_plan(&self, request: &DeploymentRequest) -> Result<Plan, PlanError> {
        let planned = self.inner.plan(request).await;
        let mut plan = match planned {
            Err(PlanError::NotFound { .. }) if self.has(Fault::PlansForNobody) => {
                return Ok(Plan::new(request.clone()));
            }
            other => other?,
        };
        match self.fault {
            Fault::StartsWhenPlanning if self.memory.plans.up() >= MANY_PLANS => {
                let _ = self.inner.start(plan.clone()).await;
            }
            Fault::ForgetsTheDescription => plan.request.description = None,
            Fault::HasErrorsForFindings if !plan.can_start() => {
                let (pipeline, source) = self.unreachable();
                return Err(PlanError::Unavailable { pipeline, source });
            }
            _ => {}
        }
        Ok(plan)
    }

    pub(super) async fn broken_start(&self, mut plan: Plan) -> Result<DeploymentId, StartError> {
        let unavailable = || {
            let (pipeline, source) = self.unreachable();
            StartError::Unavailable { pipeline, source }
        };
        let appspec = plan.request.appspec.clone();
        let group = plan.request.deployment_group.clone();
        let before = self.memory.told().started.get(&appspec).cloned();
        let number = self.memory.starts.up();
        if self.has(Fault::IsLockedByADroppedStart) && self.memory.start_dropped.load(Ordering::SeqCst) {
            return Err(unavailable());
        }
        match (self.fault, before) {
            (Fault::StartsInSpiteOfErrors, _) => plan.findings.clear(),
            (Fault::AdoptsWhatHasEnded, Some(id)) => return Ok(id),
            (Fault::AdoptsNothingThatGoesOn, Some(active))
                if self.memory.described.load(Ordering::SeqCst) && !self.has_ended(&active).await =>
            {
                return Err(StartError::AlreadyActive { group, active });
            }
            (Fault::AdoptsOnlyAFew, Some(active)) if number >= MANY_STARTS => {
                return Err(StartError::AlreadyActive { group, active });
            }
            _ => {}
        }
        match self.inner.start(plan).await {
            Err(StartError::AlreadyActive { group, .. }) if self.has(Fault::NamesAnotherDeployment) => {
                Err(StartError::AlreadyActive { group, active: DeploymentId::from_numbers([0; 9]) })
            }
            Ok(id) => {
                self.memory.told().started.entry(appspec).or_insert_with(|| id.clone());
                Ok(id)
            }
            other => other,
        }
    }

    pub(super) async fn has_ended(&self, id: &DeploymentId) -> bool {
        self.inner.describe(id).await.is_ok_and(|it| it.status.is_terminal())
    }
}
