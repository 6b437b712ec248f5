//! Following a deployment, and its rollback, to the end.

use std::collections::VecDeque;

use futures_util::stream::{self, Stream};

use crate::error::QueryError;
use crate::pipeline_ext::WatchError;
use crate::{
    Cursor, Deployment, DeploymentEvent, DeploymentId, DeploymentPipeline, EventKind, Outcome, RollbackInfo,
};

/// The events of a deployment and of its rollback, in order, without gaps or repeats, up to
/// [`EventKind::Finished`].
///
/// Made by [`DeploymentPipelineExt::watch`](crate::DeploymentPipelineExt::watch). After an error,
/// [`next`](Self::next) goes on where it was: a lost connection costs nothing but time.
#[derive(Debug)]
pub struct Watch<'a, P: ?Sized> {
    pipeline: &'a P,
    forward: DeploymentId,
    current: DeploymentId,
    cursor: Cursor,
    buffered: VecDeque<DeploymentEvent>,
    state: State,
}

#[derive(Debug, PartialEq)]
enum State {
    Following,
    Ended,
    Finished,
}

impl<'a, P: DeploymentPipeline + ?Sized> Watch<'a, P> {
    /// Follows `id` from its first event.
    pub(crate) fn new(pipeline: &'a P, id: DeploymentId) -> Self {
        Self {
            pipeline,
            current: id.clone(),
            forward: id,
            cursor: Cursor::start(),
            buffered: VecDeque::new(),
            state: State::Following,
        }
    }

    /// The next event, or none after [`EventKind::Finished`].
    ///
    /// # Errors
    ///
    /// When the pipeline cannot be asked. Calling it again goes on without a gap.
    pub async fn next(&mut self) -> Option<Result<DeploymentEvent, WatchError>> {
        loop {
            if let Some(event) = self.buffered.pop_front() {
                return Some(Ok(event));
            }
            let more = match self.state {
                State::Finished => return None,
                State::Following => self.fill().await,
                State::Ended => self.follow_or_finish().await,
            };
            if let Err(source) = more {
                return Some(Err(WatchError::Query { id: self.current.clone(), source }));
            }
        }
    }

    /// Reads to the end and returns how it ended.
    ///
    /// # Errors
    ///
    /// When the pipeline cannot be asked.
    pub async fn finish(mut self) -> Result<Outcome, WatchError> {
        while let Some(event) = self.next().await {
            if let EventKind::Finished(outcome) = event?.kind {
                return Ok(outcome);
            }
        }
        Err(WatchError::Unfinished { id: self.forward })
    }

    /// The same as a stream.
    pub fn into_stream(self) -> impl Stream<Item = Result<DeploymentEvent, WatchError>> + Send + 'a {
        stream::unfold(self, |mut watch| async move { watch.next().await.map(|event| (event, watch)) })
    }

    async fn fill(&mut self) -> Result<(), QueryError> {
        let page = self.pipeline.events(&self.current, &self.cursor).await?;
        self.cursor = page.next;
        self.buffered.extend(page.events);
        if page.ended {
            self.state = State::Ended;
        }
        Ok(())
    }

    /// Goes on with the rollback of the deployment that has ended, or sums up.
    async fn follow_or_finish(&mut self) -> Result<(), QueryError> {
        let deployment = self.pipeline.describe(&self.current).await?;
        let rollback = deployment
            .rollback
            .clone()
            .and_then(|RollbackInfo { rollback_deployment, .. }| rollback_deployment);
        if self.current == self.forward
            && let Some(rollback) = rollback
        {
            self.current = rollback;
            self.cursor = Cursor::start();
            self.state = State::Following;
            return Ok(());
        }
        let outcome = if self.current == self.forward {
            Outcome::of(&deployment, None)
        } else {
            let forward = self.pipeline.describe(&self.forward).await?;
            Outcome::of(&forward, Some(&deployment))
        };
        if let Some(outcome) = outcome {
            self.buffered.push_back(finished(&self.forward, &deployment, outcome));
            self.state = State::Finished;
        } else {
            // An implementation said that nothing follows before it said how the deployment ended: ask again.
            self.state = State::Following;
        }
        Ok(())
    }
}

fn finished(forward: &DeploymentId, last: &Deployment, outcome: Outcome) -> DeploymentEvent {
    DeploymentEvent {
        time: last.completed.unwrap_or(last.created),
        deployment: forward.clone(),
        kind: EventKind::Finished(outcome),
    }
}
