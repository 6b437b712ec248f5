//! What carries out the lifecycle machine's actions, and keeps its time.
//!
//! All state is behind one lock that is never held across a wait. An operation or the end of an effect takes the
//! lock, gives the machine its input, and carries out what comes back: quick things at once, slow ones (a process
//! that starts, a hook that runs) as tasks that come back with an input of their own. One more task keeps the time.

mod delete;
mod describe;
mod drive;
mod hooks;
mod install;
mod journal;
mod operations;
mod state;
mod time_keeper;
mod under_way;

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use greenlight_core::DeploymentId;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::task::{AbortHandle, JoinSet};

use super::bindings::Bindings;
use super::clock::LocalClock;
use super::ids::Ids;
use state::State;
use under_way::UnderWay;

pub(super) use operations::GroupView;
pub(super) use state::GroupState;

/// The engine of one local pipeline.
pub(super) struct Engine {
    pub(super) clock: LocalClock,
    pub(super) ids: Ids,
    pub(super) bindings: Bindings,
    state: Mutex<State>,
    /// Woken when the next thing that is due may have changed.
    time_changed: Notify,
    under_way: UnderWay,
    tasks: Mutex<JoinSet<()>>,
    /// Where tasks run, so that operations may be called from a thread that has no runtime.
    runtime: Handle,
}

/// Why nothing can be done any more.
#[derive(Debug, thiserror::Error)]
#[error("it was shut down")]
struct ShutDown;

impl Engine {
    /// An engine whose groups serve already, on the runtime that calls. Its time begins with [`run`](Self::run).
    pub(super) fn new(clock: LocalClock, ids: Ids, bindings: Bindings, groups: Vec<GroupState>) -> Arc<Self> {
        Arc::new(Self {
            clock,
            ids,
            bindings,
            state: Mutex::new(State::new(groups)),
            time_changed: Notify::new(),
            under_way: UnderWay::default(),
            tasks: Mutex::new(JoinSet::new()),
            runtime: Handle::current(),
        })
    }

    /// Begins to keep the time and to look after the task sets that run already.
    pub(super) fn run(self: &Arc<Self>) {
        self.spawn(time_keeper::keep_time(Arc::clone(self)));
        let running = self.state().running();
        for (group, slot, task_set) in running {
            self.spawn(install::look_after(Arc::clone(self), group, slot, task_set));
        }
    }

    /// Ends everything that the engine does by itself. Its task sets and routers are still there.
    pub(super) fn halt(&self) {
        let mut state = self.state();
        state.halted = true;
        for record in state.deployments.values() {
            record.journal.wake_all();
        }
        drop(state);
        self.tasks().abort_all();
    }

    /// As [`halt`](Self::halt), and waits until nothing of it runs any more.
    pub(super) async fn halt_and_wait(&self) {
        self.halt();
        let mut tasks = std::mem::take(&mut *self.tasks());
        tasks.shutdown().await;
    }

    /// The names of the alarms that are set now.
    pub(super) fn set_alarm(self: &Arc<Self>, name: &str, active: bool) {
        let mut state = self.state();
        if active {
            state.alarms.insert(name.to_owned());
        } else {
            state.alarms.remove(name);
        }
        let deployments: Vec<DeploymentId> = state.active().collect();
        for id in deployments {
            self.judge_alarms(&mut state, &id);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
        self.spawn(async move {
            task.await;
            drop(ticket);
        })
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("clock", &self.clock).finish_non_exhaustive()
    }
}
