//! Following a deployment, and its rollback, to the end.

use std::collections::VecDeque;

use futures_util::stream::{self, Stream};
use serde::{Deserialize, Serialize};

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
    position: WatchPosition,
    /// Where to go on when what is buffered was given out.
    next: Cursor,
    buffered: VecDeque<DeploymentEvent>,
    /// Events of the page that were given out before the watch was resumed.
    skip: usize,
    state: State,
}

/// How far a [`Watch`] has come. Kept between two runs of a program, it lets the second one go on where the first
/// one ended: nothing is told twice but, after the end, the outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct WatchPosition {
    forward: DeploymentId,
    /// The forward deployment or its rollback.
    current: DeploymentId,
    /// Where the page began that was read last, and how many of its events were given out: a cursor stands for a
    /// whole page.
    page: Cursor,
    given: usize,
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
        let start = Cursor::start();
        Self::resume(pipeline, WatchPosition { current: id.clone(), forward: id, page: start, given: 0 })
    }

    /// Goes on from where another watch was.
    pub(crate) fn resume(pipeline: &'a P, position: WatchPosition) -> Self {
        Self {
            pipeline,
            next: position.page.clone(),
            skip: position.given,
            position,
            buffered: VecDeque::new(),
            state: State::Following,
        }
    }

    /// How far the watch has come: after the event that [`next`](Self::next) gave out last.
    #[must_use]
    pub fn position(&self) -> WatchPosition {
        self.position.clone()
    }

    /// The next event, or none after [`EventKind::Finished`].
    ///
    /// # Errors
    ///
    /// When the pipeline cannot be asked. Calling it again goes on without a gap.
    pub async fn next(&mut self) -> Option<Result<DeploymentEvent, WatchError>> {
        loop {
            if let Some(event) = self.buffered.pop_front() {
                if self.state != State::Finished {
                    self.position.given += 1;
                }
                return Some(Ok(event));
            }
            let more = match self.state {
                State::Finished => return None,
                State::Following => self.fill().await,
                State::Ended => self.follow_or_finish().await,
            };
            if let Err(source) = more {
                return Some(Err(WatchError::Query { id: self.position.current.clone(), source }));
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
        Err(WatchError::Unfinished { id: self.position.forward })
    }

    /// The same as a stream.
    pub fn into_stream(self) -> impl Stream<Item = Result<DeploymentEvent, WatchError>> + Send + 'a {
        stream::unfold(self, |mut watch| async move { watch.next().await.map(|event| (event, watch)) })
    }

    async fn fill(&mut self) -> Result<(), QueryError> {
        let page = self.pipeline.events(&self.position.current, &self.next).await?;
        let known = self.skip.min(page.events.len());
        self.skip -= known;
        self.position.page = std::mem::replace(&mut self.next, page.next);
        self.position.given = known;
        self.buffered.extend(page.events.into_iter().skip(known));
        if page.ended {
            self.state = State::Ended;
        }
        Ok(())
    }

    /// Goes on with the rollback of the deployment that has ended, or sums up.
    async fn follow_or_finish(&mut self) -> Result<(), QueryError> {
        let deployment = self.pipeline.describe(&self.position.current).await?;
        let rollback = deployment
            .rollback
            .clone()
            .and_then(|RollbackInfo { rollback_deployment, .. }| rollback_deployment);
        if self.position.current == self.position.forward
            && let Some(rollback) = rollback
        {
            self.position =
                WatchPosition { current: rollback, page: Cursor::start(), given: 0, ..self.position.clone() };
            self.next = Cursor::start();
            self.skip = 0;
            self.state = State::Following;
            return Ok(());
        }
        let outcome = if self.position.current == self.position.forward {
            Outcome::of(&deployment, None)
        } else {
            let forward = self.pipeline.describe(&self.position.forward).await?;
            Outcome::of(&forward, Some(&deployment))
        };
        if let Some(outcome) = outcome {
            self.buffered.push_back(finished(&self.position.forward, &deployment, outcome));
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
