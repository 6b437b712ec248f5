//! What cases do with a stage, each thing with an end to the patience.

use std::sync::Arc;
use std::time::Duration;

use greenlight_core::error::{ReportError, Source};
use greenlight_core::{
    Cursor, Deployment, DeploymentEvent, DeploymentId, DeploymentPipeline, DeploymentPipelineExt as _,
    DeploymentRequest, EventKind, HookExecution, HookStatus, Outcome, Plan, Watch, WatchError,
};

use super::Stage;
use super::failure::{Checked, Trouble, seen};

/// A stage, and the case that plays on it.
pub(super) struct Play {
    stage: Box<dyn Stage>,
    pipeline: Arc<dyn DeploymentPipeline>,
    patience: Duration,
}

/// A deployment that was followed to its end, and its rollback with it.
#[derive(Debug)]
pub(super) struct Followed {
    pub(super) events: Vec<DeploymentEvent>,
    pub(super) outcome: Outcome,
}

/// All pages of a deployment, without those of its rollback.
#[derive(Debug)]
pub(super) struct Pages {
    pub(super) events: Vec<DeploymentEvent>,
    /// Each cursor at which a page began, and how many events had come before.
    pub(super) cursors: Vec<(Cursor, usize)>,
    /// The place after the last event.
    pub(super) end: Cursor,
}

impl Play {
    pub(super) fn new(stage: Box<dyn Stage>, patience: Duration) -> Self {
        let pipeline = stage.pipeline();
        Self { stage, pipeline, patience }
    }

    pub(super) fn stage(&self) -> &dyn Stage {
        &*self.stage
    }

    pub(super) fn pipeline(&self) -> &dyn DeploymentPipeline {
        &*self.pipeline
    }

    /// The pipeline, for a task of its own.
    pub(super) fn shared(&self) -> Arc<dyn DeploymentPipeline> {
        Arc::clone(&self.pipeline)
    }

    pub(super) async fn take_down(self) -> Result<(), Source> {
        drop(self.pipeline);
        self.stage.take_down().await
    }

    pub(super) fn request(&self) -> DeploymentRequest {
        self.stage.request(1)
    }

    /// An answer of the pipeline, or trouble when none comes.
    pub(super) async fn soon<T>(&self, what: &str, answer: impl Future<Output = T> + Send) -> Checked<T> {
        match tokio::time::timeout(self.patience, answer).await {
            Ok(answer) => Ok(answer),
            Err(_) => seen(format!("no {what} within {:?}", self.patience)),
        }
    }

    /// The plan for a revision.
    pub(super) async fn plan(&self, revision: u32) -> Checked<Plan> {
        let request = self.stage.request(revision);
        let plan = self.soon("plan", self.pipeline.plan(&request)).await?;
        plan.or_else(|error| seen(format!("no plan for a good request: {}", chain(&error))))
    }

    /// Starts what was planned.
    pub(super) async fn start_plan(&self, plan: Plan) -> Checked<DeploymentId> {
        let started = self.soon("answer to a start", self.pipeline.start(plan)).await?;
        started.or_else(|error| seen(format!("a good plan was not started: {}", chain(&error))))
    }

    /// Plans and starts revision 1.
    pub(super) async fn start(&self) -> Checked<DeploymentId> {
        self.start_plan(self.plan(1).await?).await
    }

    pub(super) async fn describe(&self, id: &DeploymentId) -> Checked<Deployment> {
        let described = self.soon("description", self.pipeline.describe(id)).await?;
        described.or_else(|error| seen(format!("deployment {id} was not described: {}", chain(&error))))
    }

    /// The next call of the held hook.
    pub(super) async fn hook_called(&self) -> Checked<HookExecution> {
        let called = self.soon("call of the hook", self.stage.hook_called()).await?;
        called.map_err(Trouble::Stage)
    }

    /// Reports that the hook succeeded. What the answer must be is a case of its own.
    pub(super) async fn let_go_on(&self, hook: &HookExecution) -> Checked {
        match self.soon("answer to a report", self.pipeline.report(hook, HookStatus::Succeeded)).await? {
            Ok(_) | Err(ReportError::AlreadyCompleted { .. }) => Ok(()),
            Err(error) => seen(format!("the report of a hook was refused: {}", chain(&error))),
        }
    }

    /// Plans, starts and follows revision 1 to its end.
    pub(super) async fn play(&self) -> Checked<(DeploymentId, Followed)> {
        let id = self.start().await?;
        let followed = self.follow(&id).await?;
        Ok((id, followed))
    }

    /// Follows a deployment and its rollback from the first event to the end.
    pub(super) async fn follow(&self, id: &DeploymentId) -> Checked<Followed> {
        self.follow_on(self.pipeline.watch(id)).await
    }

    /// Follows from where a watch is.
    pub(super) async fn follow_on(&self, mut watch: Watch<'_, dyn DeploymentPipeline>) -> Checked<Followed> {
        let (mut events, mut last) = (Vec::new(), None);
        while let Some(event) = self.next(&mut watch).await? {
            if let EventKind::Finished(outcome) = &event.kind {
                last = Some(outcome.clone());
            }
            events.push(event);
        }
        match last {
            Some(outcome) => Ok(Followed { events, outcome }),
            None => seen("the watch ended without `Finished`"),
        }
    }

    /// The next event of a watch. A pipeline that cannot be reached just now is asked again.
    pub(super) async fn next(
        &self,
        watch: &mut Watch<'_, dyn DeploymentPipeline>,
    ) -> Checked<Option<DeploymentEvent>> {
        let next = async {
            loop {
                match watch.next().await {
                    Some(Err(WatchError::Query {
                        source: greenlight_core::error::QueryError::Unavailable { .. },
                        ..
                    })) => tokio::task::yield_now().await,
                    other => return other,
                }
            }
        };
        match self.soon("next event", next).await? {
            Some(Err(error)) => seen(format!("the deployment cannot be followed: {}", chain(&error))),
            Some(Ok(event)) => Ok(Some(event)),
            None => Ok(None),
        }
    }

    /// Follows a deployment until it is described as wanted, asking at each event.
    pub(super) async fn until(
        &self,
        id: &DeploymentId,
        what: &str,
        wanted: impl Fn(&Deployment) -> bool + Send,
    ) -> Checked<Deployment> {
        let mut watch = self.pipeline.watch(id);
        while self.next(&mut watch).await?.is_some() {
            let described = self.describe(id).await?;
            if wanted(&described) {
                return Ok(described);
            }
        }
        seen(format!("deployment {id} ended and was never {what}"))
    }

    /// One page.
    pub(super) async fn page(
        &self,
        id: &DeploymentId,
        cursor: &Cursor,
    ) -> Checked<greenlight_core::EventPage> {
        let page = self.soon("page of events", self.pipeline.events(id, cursor)).await?;
        page.or_else(|error| seen(format!("no events after {cursor} were told: {}", chain(&error))))
    }

    /// All pages of a deployment to its end.
    pub(super) async fn pages(&self, id: &DeploymentId) -> Checked<Pages> {
        let mut pages = Pages { events: Vec::new(), cursors: Vec::new(), end: Cursor::start() };
        loop {
            let page = self.page(id, &pages.end).await?;
            pages.cursors.push((pages.end, pages.events.len()));
            pages.events.extend(page.events);
            pages.end = page.next;
            if page.ended {
                return Ok(pages);
            }
        }
    }
}

/// An error with its causes, in one line.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
