//! Starting a deployment, once.
//!
//! The service has no token by which it would know a repeated request. Two things stand in for one: a group has one deployment under
//! way at most, and a deployment tells the digest of its AppSpec. So after an answer that was lost, and after a
//! refusal because another deployment is active, the group is asked for what is there: a deployment of the same AppSpec is the
//! one that was to be started. One that has ended is so only if it was not there before: which ones were is asked first.

use std::fmt;
use std::time::Duration;

use aws_sdk_codedeploy::types::{
    AppSpecContent, AutoRollbackConfiguration, AutoRollbackEvent, RevisionLocation, RevisionLocationType,
};
use greenlight_core::appspec::sha256;
use greenlight_core::error::StartError;
use greenlight_core::finding::Finding;
use greenlight_core::{AutoRollback, Deployment, DeploymentCreator, DeploymentId, Plan, Timestamp};

use super::api::{Backoff, Calls, Kind, Patience, Trouble};
use super::read;
use super::target_ids::TargetIds;
use super::watched::{Hints, Registry};

/// The service's clock may be behind by so much.
const CLOCKS_DIFFER: Duration = Duration::from_secs(60);

/// A deployment that was to be started, and is there: given by [`CodeDeploy::start_or_adopt`](super::CodeDeploy::start_or_adopt).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Started {
    /// The deployment.
    pub id: DeploymentId,
    /// Whether it was under way already, of the same AppSpec, started by somebody else or by an earlier attempt. Of two who start
    /// the same at the same moment, and one of whom hears no answer, both may be told that the deployment is their own.
    pub adopted: bool,
}

impl fmt::Display for Started {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.adopted {
            write!(f, "deployment {} was under way already with the same AppSpec, and is taken over", self.id)
        } else {
            write!(f, "deployment {} is started", self.id)
        }
    }
}

/// Starts what was planned.
pub(super) async fn start(
    calls: &Calls,
    watched: &Registry,
    targets: &TargetIds,
    plan: Plan,
    pipeline: &str,
) -> Result<Started, StartError> {
    if !plan.can_start() {
        return Err(StartError::PlanHasErrors { findings: plan.findings });
    }
    let starting = Starting { calls, plan: &plan, sha256: sha256(&plan.request.appspec), pipeline };
    let started = starting.start().await?;
    // One that is taken over is of the same AppSpec, and need not be of the configuration that was planned.
    let config = plan.config.as_ref().filter(|_| !started.adopted);
    watched.get(&started.id).hint(Hints {
        routing: config.map(|config| config.routing),
        hooks: plan.appspec.as_ref().map(|spec| spec.hooks.clone()),
        target: targets.get(&plan.request),
    });
    Ok(started)
}

struct Starting<'a> {
    calls: &'a Calls,
    plan: &'a Plan,
    sha256: String,
    pipeline: &'a str,
}

impl Starting<'_> {
    async fn start(&self) -> Result<Started, StartError> {
        let (mut backoff, mut lost) = (Backoff::new(), false);
        let before = self.before().await?;
        let began = before.began;
        loop {
            let trouble = match self.create().await {
                Ok(id) => return Ok(Started { id, adopted: false }),
                Err(trouble) => trouble,
            };
            match trouble.kind {
                Kind::Refused if trouble.is("DeploymentLimitExceeded") => {}
                Kind::Refused => return Err(self.refused(trouble)),
                Kind::NotSent => return Err(self.unavailable(trouble)),
                Kind::Throttled => {}
                Kind::Unreachable => lost = true,
            }
            // None: the one that was in the way has ended, or the account has as many as it may have. Again, then.
            if trouble.kind != Kind::Throttled
                && let Some(started) = self.what_is_there(&trouble, &before, lost).await?
            {
                return Ok(started);
            }
            let now = self.calls.clock.now();
            if Patience::SHORT.is_over(now.since(began), true) {
                return Err(self.unavailable(trouble));
            }
            self.calls.clock.sleep_until(now + backoff.pause(&self.calls.jitter)).await;
        }
    }

    /// What is there before anything is asked for, so that it is not taken for what was started.
    async fn before(&self) -> Result<Before, StartError> {
        let began = self.calls.clock.now();
        let ids = match self.created_lately(began).await {
            // Whoever may not list them may start them: what an answer that is lost came to is not known then.
            Err(trouble) if trouble.kind == Kind::Refused => Vec::new(),
            other => other.map_err(|trouble| self.unavailable(trouble))?,
        };
        Ok(Before { began, ids })
    }

    /// Deployments of the group that may have been created since, the newest first.
    async fn created_lately(&self, began: Timestamp) -> Result<Vec<DeploymentId>, Trouble> {
        let request = &self.plan.request;
        let since = Timestamp::EPOCH + (began - Timestamp::EPOCH).saturating_sub(CLOCKS_DIFFER);
        self.calls.created_since(&request.application, &request.deployment_group, since).await
    }

    /// Asks for the deployment, a single time.
    async fn create(&self) -> Result<DeploymentId, Trouble> {
        let request = &self.plan.request;
        let content = AppSpecContent::builder().content(&request.appspec).sha256(&self.sha256).build();
        let revision = RevisionLocation::builder()
            .revision_type(RevisionLocationType::AppSpecContent)
            .app_spec_content(content)
            .build();
        let call = self
            .calls
            .client()
            .create_deployment()
            .application_name(&request.application)
            .deployment_group_name(&request.deployment_group)
            .revision(revision)
            .set_deployment_config_name(request.deployment_config.clone())
            .set_description(request.description.clone())
            .set_auto_rollback_configuration(request.auto_rollback.as_ref().map(auto_rollback));
        let answer = call.send().await.map_err(Trouble::of);
        self.calls.note(answer.as_ref().err());
        let id = answer?.deployment_id.and_then(|id| id.parse().ok());
        id.ok_or_else(|| Trouble::incomplete("deployment id"))
    }

    /// The deployment that was to be started, if it is there.
    ///
    /// # Errors
    ///
    /// When the group has another one under way, or cannot be asked.
    async fn what_is_there(
        &self,
        trouble: &Trouble,
        before: &Before,
        lost: bool,
    ) -> Result<Option<Started>, StartError> {
        let request = &self.plan.request;
        let (application, group) = (&request.application, &request.deployment_group);
        let active = match named_in(&trouble.message) {
            Some(id) => Some(id),
            None => {
                let active = self.calls.active(application, group, Patience::SHORT).await;
                active.map_err(|trouble| self.unavailable(trouble))?
            }
        };
        if let Some(active) = active {
            let deployment = self.deployment(&active).await?;
            let adopted = !lost || before.had(&deployment);
            return match (self.is_this(&deployment), deployment.status.is_terminal()) {
                // It has ended meanwhile, and is none that an attempt of this start has created: the group is free.
                (true, true) if adopted => Ok(None),
                (true, _) => Ok(Some(Started { id: active, adopted })),
                (false, true) => Ok(None),
                (false, false) => Err(StartError::AlreadyActive { group: group.clone(), active }),
            };
        }
        if lost {
            // It may have been started, and be over already.
            let created =
                self.created_lately(before.began).await.map_err(|trouble| self.unavailable(trouble))?;
            for id in created.into_iter().filter(|id| !before.ids.contains(id)) {
                if self.is_this(&self.deployment(&id).await?) {
                    return Ok(Some(Started { id, adopted: false }));
                }
            }
        }
        Ok(None)
    }

    async fn deployment(&self, id: &DeploymentId) -> Result<Deployment, StartError> {
        let info = self.calls.deployment(id, Patience::SHORT).await;
        let seen = info.and_then(|info| read::seen(&info));
        Ok(seen.map_err(|trouble| self.unavailable(trouble))?.deployment)
    }

    /// Whether a deployment is the one that was to be started: by a request, of the same text, shifted in the same way.
    fn is_this(&self, deployment: &Deployment) -> bool {
        let config = self.plan.request.deployment_config.as_ref();
        deployment.creator == DeploymentCreator::User
            && deployment.revision == self.sha256
            && config.is_none_or(|config| *config == deployment.deployment_config)
    }

    fn refused(&self, trouble: Trouble) -> StartError {
        let request = &self.plan.request;
        let gone = |what, name: &str| StartError::NotFound { what, name: name.to_owned() };
        if trouble.is("ApplicationDoesNotExist") {
            return gone("application", &request.application);
        }
        if trouble.is("DeploymentGroupDoesNotExist") {
            return gone("deployment group", &request.deployment_group);
        }
        if trouble.is("DeploymentConfigDoesNotExist") {
            return gone(
                "deployment configuration",
                request.deployment_config.as_deref().unwrap_or("of the group"),
            );
        }
        let fix = if trouble.is_denied() {
            "allow codedeploy:CreateDeployment on the deployment group, codedeploy:GetDeploymentConfig on the \
             configuration, and codedeploy:RegisterApplicationRevision and codedeploy:GetApplicationRevision on the application"
        } else {
            "change the request as the sentence says, and plan again"
        };
        let finding = Finding::error("refused", format!("CodeDeploy refuses the deployment: {trouble}"));
        StartError::PlanHasErrors { findings: vec![finding.with_fix(fix)] }
    }

    fn unavailable(&self, trouble: Trouble) -> StartError {
        StartError::Unavailable { pipeline: self.pipeline.to_owned(), source: Box::new(trouble) }
    }
}

/// The group before the start.
struct Before {
    began: Timestamp,
    /// The deployments of the last minute.
    ids: Vec<DeploymentId>,
}

impl Before {
    /// Whether a deployment was there already.
    fn had(&self, deployment: &Deployment) -> bool {
        self.ids.contains(&deployment.id) || deployment.created + CLOCKS_DIFFER < self.began
    }
}

/// The deployment that a refusal names: `… already has an active Deployment 'd-1NNWZG91L'`.
fn named_in(message: &str) -> Option<DeploymentId> {
    message.split('\'').find_map(|word| word.parse().ok())
}

fn auto_rollback(rollback: &AutoRollback) -> AutoRollbackConfiguration {
    let events: Vec<_> = rollback.events().map(|event| AutoRollbackEvent::from(event.as_str())).collect();
    AutoRollbackConfiguration::builder().enabled(!events.is_empty()).set_events(Some(events)).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_active_deployment_is_read_from_the_services_sentence() {
        let told = "DeploymentLimitExceededException: The Deployment Group 'web' already has an active Deployment 'd-1NNWZG91L'";
        assert_eq!(named_in(told), "d-1NNWZG91L".parse().ok());
        assert_eq!(named_in("The account has 1000 active deployments, and can have no more."), None);
    }

    #[test]
    fn rollback_settings_without_events_are_switched_off() {
        let none = auto_rollback(&AutoRollback::disabled());
        assert!(!none.enabled() && none.events().is_empty());
        let all = auto_rollback(&AutoRollback::always());
        assert!(all.enabled());
        assert_eq!(all.events().len(), 3);
    }
}
