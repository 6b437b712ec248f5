//! The processes of one function: one for each invocation in progress, kept warm in between.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use tokio::sync::{Semaphore, watch};

use super::environment::Environment;
use super::failure::Failure;
use super::identity::HookIdentities;
use super::log::{HookLog, OpenLog, Progress};
use super::settings::Settings;
use super::work::Work;

/// The processes of one function.
#[derive(Debug)]
pub(super) struct Pool {
    settings: Settings,
    identities: HookIdentities,
    places: Semaphore,
    idle: Mutex<Vec<Member>>,
    closing: watch::Sender<bool>,
}

/// A process and its log.
#[derive(Debug)]
struct Member {
    environment: Environment,
    log: HookLog,
}

impl Pool {
    pub(super) fn new(settings: Settings, identities: HookIdentities) -> Self {
        let places = Semaphore::new(places(&settings));
        Self { settings, identities, places, idle: Mutex::default(), closing: watch::Sender::new(false) }
    }

    /// Has a process work on something, after those that came before if all are busy.
    pub(super) async fn invoke(&self, work: &Work, progress: Progress) -> Result<Bytes, Failure> {
        self.unless_closing(self.run(work, progress)).await
    }

    /// Starts a process if none is there.
    pub(super) async fn warm_up(&self) -> Result<(), Failure> {
        self.unless_closing(async {
            let _place = self.places.acquire().await.map_err(|_| Failure::ShutDown)?;
            let member = match self.take_idle() {
                Some(member) => member,
                None => {
                    let log = HookLog::default();
                    let environment = Environment::start(&self.settings, &self.identities, &log).await?;
                    environment.ready(self.settings.init_timeout).await?;
                    Member { environment, log }
                }
            };
            self.put_back(member);
            Ok(())
        })
        .await
    }

    /// Ends all processes; those that work on something are killed. Nothing is started afterwards.
    pub(super) async fn shutdown(&self) {
        self.closing.send_replace(true);
        // Whoever has a place gives it back at once, with its process killed.
        let all = u32::try_from(places(&self.settings)).unwrap_or(u32::MAX);
        if let Ok(all) = self.places.acquire_many(all).await {
            self.places.close();
            drop(all);
        }
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        futures_util::future::join_all(idle.into_iter().map(|member| member.environment.stop())).await;
    }

    /// Drops the work, and with it its process, when the function is shut down.
    async fn unless_closing<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        let mut closing = self.closing.subscribe();
        tokio::select! {
            biased;
            _ = closing.wait_for(|closing| *closing) => Err(Failure::ShutDown),
            done = work => done,
        }
    }

    async fn run(&self, work: &Work, progress: Progress) -> Result<Bytes, Failure> {
        let _place = self.places.acquire().await.map_err(|_| Failure::ShutDown)?;
        let (member, _log) = self.ready(progress).await?;
        let done = member.environment.invoke(work, self.settings.timeout).await;
        if matches!(done, Ok(_) | Err(Failure::Handled(_))) {
            self.put_back(member);
        }
        done
    }

    /// A process that waits for work, and the log of the invocation that it gets.
    async fn ready(&self, progress: Progress) -> Result<(Member, OpenLog), Failure> {
        while let Some(member) = self.take_idle() {
            let log = member.log.open(Arc::clone(&progress));
            // One that ended since, or never finished with what it had, is replaced: that is no failure of this call.
            match member.environment.ready(self.settings.timeout).await {
                Ok(()) => return Ok((member, log)),
                Err(failure) => tracing::debug!(function = %self.settings.function, ?failure, "replaced"),
            }
        }
        let log = HookLog::default();
        let open = log.open(progress);
        let environment = Environment::start(&self.settings, &self.identities, &log).await?;
        environment.ready(self.settings.init_timeout).await?;
        Ok((Member { environment, log }, open))
    }

    fn take_idle(&self) -> Option<Member> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn put_back(&self, member: Member) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(member);
    }
}

fn places(settings: &Settings) -> usize {
    usize::try_from(settings.concurrency.max(1)).unwrap_or(1).min(Semaphore::MAX_PERMITS)
}
