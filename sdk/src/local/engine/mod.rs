//! What carries out the lifecycle machine's actions, and keeps its time.
//!
//! All state is behind one lock that is never held across a wait. An operation or the end of an effect takes the
//! lock, gives the machine its input, and carries out what comes back: quick things at once, slow ones (a process
//! that starts, a hook that runs) as tasks that come back with an input of their own. One more task keeps the time.

mod access;
mod delete;
mod describe;
mod drive;
mod group_key;
mod hooks;
mod install;
mod journal;
mod keep;
mod list;
mod new_deployment;
mod observer;
mod operations;
mod seen;
mod service;
mod shared;
mod state;
mod time_keeper;
mod told;
mod under_way;

#[cfg(test)]
mod tests;

use std::fmt;
use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use greenlight_core::DeploymentId;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::task::{AbortHandle, JoinSet};

use super::bindings::Bindings;
use super::clock::LocalClock;
use super::ids::Ids;
use super::persist::Persist;
use state::State;
use under_way::UnderWay;

pub(crate) use access::Seen;
pub(crate) use group_key::GroupKey;
pub(crate) use keep::{Kept, layouts};
pub(crate) use list::Summary;
pub(crate) use new_deployment::NewDeployment;
pub(crate) use observer::Observer;
pub(super) use operations::GroupView;
pub(crate) use service::{Layout, Service, ServiceKey};
pub(crate) use state::{Created, Previous};

/// The engine of one local pipeline.
pub(crate) struct Engine {
    pub(super) clock: LocalClock,
    pub(super) ids: Ids,
    pub(crate) bindings: Bindings,
    /// What keeps the state, when it is to survive the process.
    persist: Option<Arc<dyn Persist>>,
    /// After how long a simulated task set is healthy.
    install_time: Duration,
    observer: Option<Observer>,
    state: Mutex<State>,
    /// Woken when the next thing that is due may have changed.
    time_changed: Notify,
    under_way: UnderWay,
    tasks: Mutex<JoinSet<()>>,
    /// Where tasks run, so that operations may be called from a thread that has no runtime.
    runtime: Handle,
}

/// What an engine is made of.
pub(crate) struct EngineParts {
    pub(crate) clock: LocalClock,
    pub(crate) ids: Ids,
    pub(crate) bindings: Bindings,
    pub(crate) services: Vec<(ServiceKey, Service)>,
    pub(crate) persist: Option<Arc<dyn Persist>>,
    pub(crate) install_time: Duration,
    pub(crate) observer: Option<Observer>,
}

/// The state, locked. What was changed is handed over to be kept before it is unlocked.
struct Guard<'a> {
    state: MutexGuard<'a, State>,
    engine: &'a Engine,
}

impl Deref for Guard<'_> {
    type Target = State;

    fn deref(&self) -> &State {
        &self.state
    }
}

impl DerefMut for Guard<'_> {
    fn deref_mut(&mut self) -> &mut State {
        &mut self.state
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.engine.keep(&mut self.state);
    }
}

/// Why nothing can be done any more.
#[derive(Debug, thiserror::Error)]
#[error("it was shut down")]
struct ShutDown;

impl Engine {
    /// An engine whose services serve already, on the runtime that calls. Its time begins with [`run`](Self::run).
    pub(crate) fn new(parts: EngineParts) -> Arc<Self> {
        let EngineParts { clock, ids, bindings, services, persist, install_time, observer } = parts;
        Arc::new(Self {
            clock,
            ids,
            bindings,
            state: Mutex::new(State::new(services, persist.is_some())),
            persist,
            install_time,
            observer,
            time_changed: Notify::new(),
            under_way: UnderWay::default(),
            tasks: Mutex::new(JoinSet::new()),
            runtime: Handle::current(),
        })
    }

    /// Begins to keep the time and to look after the task sets that run already.
    pub(crate) fn run(self: &Arc<Self>) {
        self.spawn(time_keeper::keep_time(Arc::clone(self)));
        let running = self.state().running();
        for (service, slot, task_set) in running {
            self.spawn(install::look_after(Arc::clone(self), service, slot, task_set));
        }
    }

    /// Ends everything that the engine does by itself. Its task sets and routers are still there.
    pub(crate) fn halt(&self) {
        let mut state = self.state();
        state.halted = true;
        for record in state.records() {
            record.journal.wake_all();
        }
        drop(state);
        self.tasks().abort_all();
    }

    /// As [`halt`](Self::halt), and waits until nothing of it runs any more.
    pub(crate) async fn halt_and_wait(&self) {
        self.halt();
        let mut tasks = std::mem::take(&mut *self.tasks());
        tasks.shutdown().await;
    }

    /// The names of the alarms that are set now.
    pub(crate) fn set_alarm(self: &Arc<Self>, name: &str, active: bool) {
        let mut state = self.state();
        if active {
            state.alarms.insert(name.to_owned());
        } else {
            state.alarms.remove(name);
        }
        state.touched.alarms = true;
        let deployments: Vec<DeploymentId> = state.active().cloned().collect();
        for id in deployments {
            self.judge_alarms(&mut state, &id);
        }
    }

    /// As [`halt_and_wait`](Self::halt_and_wait), and ends the services and the hook functions too: the listeners first,
    /// then the processes, each with its stop grace.
    pub(crate) async fn shutdown(&self) {
        self.halt_and_wait().await;
        let parts = self.parts();
        futures_util::future::join_all(parts.iter().map(|(router, _)| router.shutdown())).await;
        let task_sets = parts.iter().flat_map(|(_, task_sets)| task_sets);
        let stopped = futures_util::future::join_all(task_sets.map(|task_set| task_set.stop()));
        let functions = self.bindings.functions.values().chain(&self.bindings.fallback);
        let ended = futures_util::future::join_all(functions.map(|function| function.shutdown()));
        futures_util::future::join(stopped, ended).await;
    }

    /// Moves the time on and does everything that is due by then.
    pub(crate) fn advance(self: &Arc<Self>, by: Duration) {
        let mut state = self.state();
        self.clock.advance(by);
        self.keep_clock();
        self.do_what_is_due(&mut state);
        self.time_changed.notify_one();
    }

    fn state(&self) -> Guard<'_> {
        Guard { state: self.state.lock().unwrap_or_else(PoisonError::into_inner), engine: self }
    }

    fn tasks(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        let mut tasks = self.tasks();
        while tasks.try_join_next().is_some() {}
        tasks.spawn_on(task, &self.runtime)
    }

    /// Spawns something that virtual time has to wait for.
    fn spawn_under_way(self: &Arc<Self>, task: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        let ticket = under_way::Ticket::new(Arc::clone(self));
        // As an `async` block around it, the task would take its room twice.
        self.spawn(task.map(move |()| drop(ticket)))
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("clock", &self.clock).finish_non_exhaustive()
    }
}
