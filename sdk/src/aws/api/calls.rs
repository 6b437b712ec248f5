//! Every call of the API that a pipeline makes.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_codedeploy::Client;
use aws_sdk_codedeploy::config::http::HttpResponse;
use aws_sdk_codedeploy::config::retry::RetryConfig;
use aws_sdk_codedeploy::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_codedeploy::primitives::DateTime;
use aws_sdk_codedeploy::types::{
    ApplicationInfo, DeploymentConfigInfo, DeploymentGroupInfo, DeploymentInfo, DeploymentStatus,
    DeploymentTarget, RevisionLocation, TimeRange,
};
use greenlight_core::{Clock, DeploymentId, Timestamp};

use super::backoff::Backoff;
use super::batch::Batch;
use super::budget::Purse;
use super::contact::{ContactChanges, Listener};
use super::{Jitter, Kind, Patience, RequestBudget, Trouble};

/// CodeDeploy, asked within a budget, and again for as long as there is patience.
pub(in crate::aws) struct Calls {
    client: Client,
    pub(in crate::aws) clock: Arc<dyn Clock>,
    pub(in crate::aws) jitter: Jitter,
    purse: Purse,
    batch: Batch,
    listener: Listener,
    /// Whether the service has answered at all: before that, its address may be wrong.
    known: AtomicBool,
}

impl Calls {
    pub(in crate::aws) fn new(
        config: &aws_config::SdkConfig,
        clock: Arc<dyn Clock>,
        jitter: Jitter,
        budget: RequestBudget,
    ) -> Self {
        let config = aws_sdk_codedeploy::config::Builder::from(config)
            // What is tried again, and when, is decided here: within the budget, and never for a request that may have
            // started a deployment.
            .retry_config(RetryConfig::disabled())
            .build();
        Self {
            client: Client::from_conf(config),
            clock,
            jitter,
            purse: Purse::new(budget),
            batch: Batch::default(),
            listener: Listener::new(),
            known: AtomicBool::new(false),
        }
    }

    /// For requests that have no place in the budget, as those that change something, which are never repeated here.
    pub(in crate::aws) fn client(&self) -> &Client {
        self.listener.asked(self.clock.now());
        &self.client
    }

    /// Waits until the budget allows one more request.
    pub(in crate::aws) async fn turn(&self) {
        self.purse.take(&*self.clock).await;
        self.listener.asked(self.clock.now());
    }

    /// Whether the service answers, as it changes.
    pub(in crate::aws) fn contact(&self) -> ContactChanges {
        self.listener.changes()
    }

    /// Since when the service has not answered, where it is silent for so long that it is told.
    pub(in crate::aws) fn silent_since(&self) -> Option<Timestamp> {
        self.listener.silent_since()
    }

    /// Asks until there is an answer, or patience is over. What is asked must be harmless when it is repeated.
    ///
    /// # Errors
    ///
    /// When the service refuses, or does not answer for too long.
    pub(in crate::aws) async fn ask<T, F>(
        &self,
        patience: Patience,
        call: impl Fn() -> F,
    ) -> Result<T, Trouble>
    where
        F: Future<Output = Result<T, Trouble>>,
    {
        let (began, mut backoff) = (self.clock.now(), Backoff::new());
        loop {
            let trouble = match call().await {
                Ok(answer) => return Ok(answer),
                Err(trouble) => trouble,
            };
            let now = self.clock.now();
            let patience = match trouble.kind {
                Kind::Refused => return Err(trouble),
                Kind::Throttled | Kind::Unreachable => patience,
                // Without credentials there is no use in waiting for hours.
                Kind::NotSent => Patience::NOT_SENT,
            };
            if patience.is_over(now.since(began), self.known.load(Ordering::Relaxed)) {
                return Err(trouble);
            }
            tracing::debug!(%trouble, "CodeDeploy is asked again");
            self.clock.sleep_until(now + backoff.pause(&self.jitter)).await;
        }
    }

    /// Learns from what came of a request.
    pub(in crate::aws) fn note(&self, trouble: Option<&Trouble>) {
        match trouble {
            Some(trouble) if trouble.kind != Kind::Refused => {
                self.listener.unanswered(trouble, self.clock.now());
            }
            _ => self.listener.answered(),
        }
        match trouble.map(|trouble| trouble.kind) {
            Some(Kind::Throttled) => self.purse.throttled(self.clock.now(), &self.jitter),
            Some(Kind::Unreachable) => return self.purse.unreachable(self.clock.now(), &self.jitter),
            Some(Kind::NotSent) => return,
            Some(Kind::Refused) | None => self.purse.answered(),
        }
        self.known.store(true, Ordering::Relaxed);
    }

    /// What an answer comes to, noted.
    fn noted<T, E>(&self, answer: Result<T, SdkError<E, HttpResponse>>) -> Result<T, Trouble>
    where
        E: Error + ProvideErrorMetadata + Send + Sync + 'static,
    {
        let answer = answer.map_err(Trouble::of);
        self.note(answer.as_ref().err());
        answer
    }

    pub(in crate::aws) async fn deployment(
        &self,
        id: &DeploymentId,
        patience: Patience,
    ) -> Result<DeploymentInfo, Trouble> {
        let note = |trouble: Option<&Trouble>| self.note(trouble);
        self.ask(patience, || self.batch.ask(&self.client, id, || self.turn(), &note)).await
    }

    /// The ids of a deployment's targets: one for ECS and Lambda; none as long as it has not begun.
    pub(in crate::aws) async fn target_id(
        &self,
        id: &DeploymentId,
        patience: Patience,
    ) -> Result<Option<String>, Trouble> {
        let asked = self.ask(patience, || async {
            self.turn().await;
            let call = self.client.list_deployment_targets().deployment_id(id.as_str());
            let output = self.noted(call.send().await)?;
            Ok(output.target_ids.unwrap_or_default().into_iter().next())
        });
        none_if_not_begun(asked.await)
    }

    /// A deployment's target; none as long as it has not begun.
    pub(in crate::aws) async fn target(
        &self,
        id: &DeploymentId,
        target: &str,
        patience: Patience,
    ) -> Result<Option<DeploymentTarget>, Trouble> {
        let asked = self.ask(patience, || async {
            self.turn().await;
            let call = self.client.get_deployment_target().deployment_id(id.as_str()).target_id(target);
            let output = self.noted(call.send().await)?;
            output.deployment_target.ok_or_else(|| Trouble::incomplete("target")).map(Some)
        });
        none_if_not_begun(asked.await)
    }

    pub(in crate::aws) async fn application(&self, name: &str) -> Result<ApplicationInfo, Trouble> {
        self.ask(Patience::SHORT, || async {
            self.turn().await;
            let call = self.client.get_application().application_name(name);
            let output = self.noted(call.send().await)?;
            output.application.ok_or_else(|| Trouble::incomplete("application"))
        })
        .await
    }

    pub(in crate::aws) async fn group(
        &self,
        application: &str,
        group: &str,
    ) -> Result<DeploymentGroupInfo, Trouble> {
        self.ask(Patience::SHORT, || async {
            self.turn().await;
            let call = self.client.get_deployment_group().application_name(application);
            let output = self.noted(call.deployment_group_name(group).send().await)?;
            output.deployment_group_info.ok_or_else(|| Trouble::incomplete("deployment group"))
        })
        .await
    }

    pub(in crate::aws) async fn config(
        &self,
        name: &str,
        patience: Patience,
    ) -> Result<DeploymentConfigInfo, Trouble> {
        self.ask(patience, || async {
            self.turn().await;
            let call = self.client.get_deployment_config().deployment_config_name(name);
            let output = self.noted(call.send().await)?;
            output.deployment_config_info.ok_or_else(|| Trouble::incomplete("deployment configuration"))
        })
        .await
    }

    /// The text of a revision, if the service has it.
    pub(in crate::aws) async fn revision_text(
        &self,
        application: &str,
        revision: &RevisionLocation,
        patience: Patience,
    ) -> Result<Option<String>, Trouble> {
        self.ask(patience, || async {
            self.turn().await;
            let call = self.client.get_application_revision().application_name(application);
            let output = self.noted(call.revision(revision.clone()).send().await)?;
            let revision = output.revision;
            let inline = revision.as_ref().and_then(|revision| revision.app_spec_content()?.content());
            let older = || revision.as_ref().and_then(|revision| revision.string()?.content());
            Ok(inline.or_else(older).map(str::to_owned))
        })
        .await
    }

    /// The deployment of a group that is under way, if there is one.
    pub(in crate::aws) async fn active(
        &self,
        application: &str,
        group: &str,
        patience: Patience,
    ) -> Result<Option<DeploymentId>, Trouble> {
        let under_way = [
            DeploymentStatus::Created,
            DeploymentStatus::Queued,
            DeploymentStatus::InProgress,
            DeploymentStatus::Baking,
            DeploymentStatus::Ready,
        ];
        self.ask(patience, || async {
            self.turn().await;
            let call = self.client.list_deployments().application_name(application);
            let call = call.deployment_group_name(group).set_include_only_statuses(Some(under_way.to_vec()));
            let output = self.noted(call.send().await)?;
            Ok(output.deployments().iter().find_map(|id| id.parse().ok()))
        })
        .await
    }

    /// The deployments of a group that were created since, the newest first. It has no place in the budget: whoever starts one never
    /// waits for those who follow others.
    pub(in crate::aws) async fn created_since(
        &self,
        application: &str,
        group: &str,
        since: Timestamp,
    ) -> Result<Vec<DeploymentId>, Trouble> {
        let since = DateTime::from_millis(since.as_millis().try_into().unwrap_or(i64::MAX));
        let range = TimeRange::builder().start(since).build();
        self.ask(Patience::SHORT, || async {
            let call = self.client().list_deployments().application_name(application);
            let call = call.deployment_group_name(group).create_time_range(range.clone());
            let output = self.noted(call.send().await)?;
            Ok(output.deployments().iter().filter_map(|id| id.parse().ok()).collect())
        })
        .await
    }

    /// The names of an application's groups, for whoever misspelt one.
    pub(in crate::aws) async fn group_names(&self, application: &str) -> Result<Vec<String>, Trouble> {
        self.ask(Patience::SHORT, || async {
            self.turn().await;
            let call = self.client.list_deployment_groups().application_name(application);
            Ok(self.noted(call.send().await)?.deployment_groups.unwrap_or_default())
        })
        .await
    }
}

impl fmt::Debug for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Calls").field("purse", &self.purse).finish_non_exhaustive()
    }
}

fn none_if_not_begun<T>(asked: Result<Option<T>, Trouble>) -> Result<Option<T>, Trouble> {
    match asked {
        Err(trouble) if trouble.is("DeploymentNotStarted") => Ok(None),
        other => other,
    }
}
