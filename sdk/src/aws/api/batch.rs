//! Questions after deployments that wait for the budget together are asked together.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use aws_sdk_codedeploy::Client;
use aws_sdk_codedeploy::types::DeploymentInfo;
use greenlight_core::DeploymentId;
use tokio::sync::oneshot;

use super::Trouble;

/// The most that `BatchGetDeployments` takes by the service's model; the user guide says 100.
const AT_ONCE: usize = 25;

type Answer = Result<DeploymentInfo, Trouble>;

/// Told of each request what came of it.
pub(super) type Note<'a> = dyn Fn(Option<&Trouble>) + Send + Sync + 'a;

type Waiting = VecDeque<(DeploymentId, oneshot::Sender<Answer>)>;

/// The questions that wait.
#[derive(Debug, Default)]
pub(super) struct Batch {
    waiting: Mutex<Waiting>,
    asking: tokio::sync::Mutex<()>,
    /// Whether the caller may only ask after one at a time.
    one_by_one: AtomicBool,
}

impl Batch {
    /// Asks once after a deployment, together with whoever waits for `turn` at the same time. What came of each request is
    /// noted once, however many waited for it.
    pub(super) async fn ask<F: Future<Output = ()>>(
        &self,
        client: &Client,
        id: &DeploymentId,
        turn: impl Fn() -> F,
        note: &Note<'_>,
    ) -> Answer {
        let mut receiver = self.enqueue(id);
        loop {
            tokio::select! {
                biased;
                answer = &mut receiver => match answer {
                    Ok(answer) => return answer,
                    // Whoever asked for us was dropped before the answer came.
                    Err(_) => receiver = self.enqueue(id),
                },
                _asking = self.asking.lock() => {
                    turn().await;
                    self.ask_all(client, &turn, note).await;
                }
            }
        }
    }

    fn enqueue(&self, id: &DeploymentId) -> oneshot::Receiver<Answer> {
        let (sender, receiver) = oneshot::channel();
        self.queue(|queue| queue.push_back((id.clone(), sender)));
        receiver
    }

    /// Asks after as many as can be asked after at once.
    async fn ask_all<F: Future<Output = ()>>(&self, client: &Client, turn: impl Fn() -> F, note: &Note<'_>) {
        let together = if self.one_by_one.load(Ordering::Relaxed) { 1 } else { AT_ONCE };
        let asked = self.queue(|queue| {
            // Nobody waits any more for those whose future was dropped.
            queue.retain(|(_, sender)| !sender.is_closed());
            queue.drain(..queue.len().min(together)).collect::<Vec<_>>()
        });
        let mut has_turn = true;
        if let [_, _, ..] = asked.as_slice() {
            has_turn = false;
            let ids = asked.iter().map(|(id, _)| id.to_string()).collect();
            match client.batch_get_deployments().set_deployment_ids(Some(ids)).send().await {
                Ok(output) => {
                    let found = output.deployments_info.unwrap_or_default();
                    note(None);
                    return self.hand_out(client, asked, found, (has_turn, &turn), note).await;
                }
                Err(error) => {
                    let trouble = Trouble::of(error);
                    note(Some(&trouble));
                    if trouble.kind != super::Kind::Refused {
                        for (_, sender) in asked {
                            drop(sender.send(Err(trouble.clone())));
                        }
                        return;
                    }
                    if trouble.is_denied() {
                        self.one_by_one.store(true, Ordering::Relaxed);
                    }
                }
            }
        }
        // One alone, or a refusal that may be meant for one of many.
        self.hand_out(client, asked, Vec::new(), (has_turn, &turn), note).await;
    }

    /// Gives to each what was found, and asks after what was not, one by one: each in a turn of its own, of which one may be there
    /// already.
    async fn hand_out<F: Future<Output = ()>>(
        &self,
        client: &Client,
        asked: Vec<(DeploymentId, oneshot::Sender<Answer>)>,
        mut found: Vec<DeploymentInfo>,
        (mut has_turn, turn): (bool, impl Fn() -> F),
        note: &Note<'_>,
    ) {
        for (id, sender) in asked {
            let at = found.iter().position(|info| info.deployment_id() == Some(id.as_str()));
            let answer = match at {
                Some(at) => Ok(found.swap_remove(at)),
                None => {
                    if !std::mem::take(&mut has_turn) {
                        turn().await;
                    }
                    let answer = one(client, &id).await;
                    note(answer.as_ref().err());
                    answer
                }
            };
            drop(sender.send(answer));
        }
    }

    fn queue<T>(&self, change: impl FnOnce(&mut Waiting) -> T) -> T {
        change(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn one(client: &Client, id: &DeploymentId) -> Answer {
    let output = client.get_deployment().deployment_id(id.as_str()).send().await.map_err(Trouble::of)?;
    output.deployment_info.ok_or_else(|| Trouble::incomplete("deployment"))
}
