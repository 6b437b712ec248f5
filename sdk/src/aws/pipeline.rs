//! The pipeline at AWS itself.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_config::SdkConfig;
use greenlight_core::error::{ControlError, PlanError, QueryError, ReportError, StartError};
use greenlight_core::{
    Cursor, Deployment, DeploymentId, DeploymentPipeline, DeploymentRequest, EventPage, HookEvent,
    HookExecution, HookStatus, Plan, Reported, Rollback, StopOutcome, WaitKind,
};

use super::api::{Calls, ContactChanges, Patience};
use super::builder::CodeDeployBuilder;
use super::logs::{HookLogLine, LogReader};
use super::start::Started;
use super::target_ids::TargetIds;
use super::timeline::Place;
use super::watched::{Asking, Registry};
use super::{control, error, logs_of, plan, start};

/// Deployments by AWS CodeDeploy.
///
/// # Watching
///
/// The service has no stream of events: they are told from how things stand, with the times that it gives them, so that
/// whoever begins late is told the same. A deployment is asked after rarely while a known wait lasts and around the time of
/// what is due next, once for all who follow it, and all deployments of one pipeline share one
/// [budget](super::RequestBudget). Share the pipeline, then: clones are cheap.
///
/// Throttling, lost connections and faults of the service are weather: they are waited out, however long one of them lasts,
/// up to an [hour](CodeDeployBuilder::with_patience) without a single answer; then
/// [`QueryError::Unavailable`] says so, and a watch goes on with the next call without a gap. As long as the service
/// has never answered, and where there are no credentials, that takes a minute. A refusal, such as for want of a
/// permission, is told at once. That a watch waits for an answer is told by [`contact`](CodeDeploy::contact).
///
/// What hook functions write to CloudWatch Logs is among the events, and their reason in the outcome, unless
/// [switched off](CodeDeployBuilder::without_logs).
///
/// # Example
///
/// ```no_run
/// use greenlight::aws::{CodeDeploy, Connection};
/// use greenlight::core::{DeploymentPipelineExt, DeploymentRequest};
///
/// # async fn deploy() -> Result<(), Box<dyn std::error::Error>> {
/// let connection = Connection::builder().connect().await?;
/// let codedeploy = CodeDeploy::new(connection.config());
/// let appspec = std::fs::read_to_string("appspec.yaml")?;
/// let outcome = codedeploy.deploy(&DeploymentRequest::new("shop", "shop-web", appspec)).await?;
/// println!("{outcome}");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct CodeDeploy {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    calls: Calls,
    logs: Option<LogReader>,
    watched: Registry,
    targets: TargetIds,
    account: plan::Account,
    patience: Patience,
    region: String,
}

impl CodeDeploy {
    /// CodeDeploy as a configuration of the AWS SDK finds it: that of a [`Connection`](super::Connection), or one that the
    /// application has loaded by `aws_config` itself.
    ///
    /// A `Connection` lacks nothing. A configuration of `aws_config` has an HTTP client only where the application enables the
    /// feature `default-https-client` of that crate or gives its loader a client, which this crate does neither of; it is given
    /// that of a `Connection` here, rustls with ring and the machine's own certificates. What `aws_config` itself asks
    /// before, such as a single sign-on, an assumed role or an instance's metadata for credentials, still needs a client of
    /// its loader, `AWS_CA_BUNDLE` is only heeded by a `Connection`, and only that has time-outs of its own: without
    /// one, an attempt that hangs is ended by the operating system.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        Self::builder(config).build()
    }

    /// The same, with something set before.
    pub fn builder(config: &SdkConfig) -> CodeDeployBuilder {
        CodeDeployBuilder::new(config)
    }

    pub(super) fn from_parts(
        calls: Calls,
        logs: Option<LogReader>,
        account: plan::Account,
        patience: Option<Duration>,
        region: String,
    ) -> Self {
        let patience = Patience { known: patience, ..Patience::SHORT };
        let (watched, targets) = (Registry::default(), TargetIds::default());
        Self { inner: Arc::new(Inner { calls, logs, watched, targets, account, patience, region }) }
    }

    /// Starts the deployment that was planned, as [`start`](DeploymentPipeline::start) does, and says whether it was created or was
    /// there already: for whoever tells a person which of both it was.
    ///
    /// # Errors
    ///
    /// As [`start`](DeploymentPipeline::start).
    pub async fn start_or_adopt(&self, plan: Plan) -> Result<Started, StartError> {
        let Inner { calls, watched, targets, .. } = &*self.inner;
        start::start(calls, watched, targets, plan, &self.to_string()).await
    }

    /// Starts the deployment that was planned as soon as its group has no other under way.
    ///
    /// Waits without an end: drop the future to give up. As [`start`](DeploymentPipeline::start), it can be called again, and
    /// takes the deployment that an earlier call has created for its own.
    ///
    /// # Errors
    ///
    /// As [`start`](DeploymentPipeline::start), but that another deployment is active.
    pub async fn start_when_free(&self, plan: Plan) -> Result<DeploymentId, StartError> {
        loop {
            match self.start(plan.clone()).await {
                Err(StartError::AlreadyActive { active, .. }) => self.end_of(&active).await?,
                other => return other,
            }
        }
    }

    /// What the hook function of a lifecycle event wrote in a deployment, all of it, in order: also what is not among the
    /// events, because it is for who looks for an error. Where no line names the deployment, as with functions that do not
    /// log it, it is what the function wrote while the event lasted. None where the event has no hook, or has not begun. Where it
    /// is more than can be read in a minute, the last line is a warning that says so.
    ///
    /// # Errors
    ///
    /// When there is no such deployment, or the logs cannot be read: `logs:FilterLogEvents` on the function's log group is
    /// needed.
    pub async fn logs(&self, id: &DeploymentId, event: HookEvent) -> Result<Vec<HookLogLine>, QueryError> {
        let view = self.look(id).await?;
        let Some(reader) = &self.inner.logs else { return Ok(Vec::new()) };
        let read = logs_of::read(reader, &self.inner.calls, &view, event).await;
        read.map_err(|trouble| error::query(trouble, id, self.to_string()))
    }

    /// Whether the service answers, told as it changes, for whoever shows a person why nothing is heard of a deployment. It is
    /// no error and no event: the service is asked on all the same.
    ///
    /// ```no_run
    /// # use greenlight::aws::CodeDeploy;
    /// # async fn tell(codedeploy: &CodeDeploy) {
    /// let mut contact = codedeploy.contact();
    /// tokio::spawn(async move {
    ///     loop {
    ///         // `CodeDeploy does not answer since 18:03:04 UTC (throttled)`
    ///         eprintln!("{}", contact.next().await);
    ///     }
    /// });
    /// # }
    /// ```
    #[must_use]
    pub fn contact(&self) -> ContactChanges {
        self.inner.calls.contact()
    }

    /// Waits until a deployment has ended.
    async fn end_of(&self, id: &DeploymentId) -> Result<(), StartError> {
        let mut cursor = Cursor::start();
        loop {
            match self.events(id, &cursor).await {
                Ok(page) if page.ended => return Ok(()),
                Ok(page) => cursor = page.next,
                Err(source) => {
                    return Err(StartError::Unavailable {
                        pipeline: self.to_string(),
                        source: Box::new(source),
                    });
                }
            }
        }
    }

    pub(super) async fn look(&self, id: &DeploymentId) -> Result<Arc<super::watched::View>, QueryError> {
        let looked = self.inner.watched.get(id).now(self.asking(Patience::SHORT)).await;
        looked.map_err(|trouble| error::query(trouble, id, self.to_string()))
    }

    fn asking(&self, patience: Patience) -> Asking<'_> {
        let Inner { calls, logs, watched, .. } = &*self.inner;
        Asking { calls, logs: logs.as_ref(), others: watched, patience }
    }
}

#[async_trait]
impl DeploymentPipeline for CodeDeploy {
    async fn plan(&self, request: &DeploymentRequest) -> Result<Plan, PlanError> {
        let Inner { calls, account, targets, .. } = &*self.inner;
        plan::plan(calls, account, targets, request, &self.to_string()).await
    }

    async fn start(&self, plan: Plan) -> Result<DeploymentId, StartError> {
        Ok(self.start_or_adopt(plan).await?.id)
    }

    async fn describe(&self, id: &DeploymentId) -> Result<Deployment, QueryError> {
        Ok(self.look(id).await?.deployment().clone())
    }

    async fn events(&self, id: &DeploymentId, cursor: &Cursor) -> Result<EventPage, QueryError> {
        let place = Place::of(cursor, id)?;
        let watched = self.inner.watched.get(id);
        loop {
            let view = watched.view();
            if let Some(page) = view.as_ref().and_then(|view| view.page(place)) {
                return Ok(page);
            }
            let more = watched.more_than(view.as_deref(), self.asking(self.inner.patience)).await;
            more.map_err(|trouble| error::query(trouble, id, self.to_string()))?;
        }
    }

    async fn proceed(&self, id: &DeploymentId, wait: WaitKind) -> Result<(), ControlError> {
        let done = control::proceed(&self.inner.calls, id, wait).await;
        self.inner.watched.get(id).hurry();
        match done {
            Ok(()) => Ok(()),
            Err(trouble) => Err(control::not_continued(trouble, id, wait, self).await),
        }
    }

    async fn stop(&self, id: &DeploymentId, rollback: Rollback) -> Result<StopOutcome, ControlError> {
        let watched = self.inner.watched.get(id);
        if rollback == Rollback::Always {
            // Whoever follows it may see that it is stopped before the answer is here.
            watched.expect_rollback();
        }
        let stopped = control::stop(self, &self.inner.calls, id, rollback).await;
        watched.hurry();
        stopped
    }

    async fn report(&self, hook: &HookExecution, status: HookStatus) -> Result<Reported, ReportError> {
        let reported = control::report(&self.inner.calls, hook, status, &self.to_string()).await;
        self.inner.watched.get(&hook.deployment).hurry();
        reported
    }
}

impl fmt::Display for CodeDeploy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AWS CodeDeploy in {}", self.inner.region)
    }
}
