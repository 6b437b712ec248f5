//! What survives the process: what is written at each change, and how an engine goes on from it.

use std::collections::BTreeSet;
use std::future::{Future, ready};
use std::sync::Arc;

use futures_util::FutureExt as _;
use greenlight_core::lifecycle::{Action, Input, Lifecycle};
use greenlight_core::{Clock, DeploymentEvent, DeploymentId, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Engine;
use super::journal::{Journal, Owner};
use super::service::{Layout, ServiceKey};
use super::state::{Later, PendingCall, Record, State};
use crate::local::persist::{Change, NotWritten};

/// Deployments by id.
const DEPLOYMENTS: &str = "engine-deployments";
/// Events by deployment and number.
const EVENTS: &str = "engine-events";
/// Layouts of services by key.
const SERVICES: &str = "engine-services";
/// Single values.
const ENGINE: &str = "engine";
/// The engine's time when something was last kept.
const NOW: &str = "now";
/// By how much the clock was moved.
const ADVANCED: &str = "advanced";
const ALARMS: &str = "alarms";

/// What has changed since it was last kept.
#[derive(Debug, Default)]
pub(super) struct Touched {
    pub(super) deployments: BTreeSet<DeploymentId>,
    pub(super) services: BTreeSet<ServiceKey>,
    pub(super) alarms: bool,
    /// Whether nothing is kept, so that nobody asks.
    ignored: bool,
}

impl Touched {
    /// Notes nothing.
    pub(super) fn ignored() -> Self {
        Self { ignored: true, ..Self::default() }
    }

    pub(super) fn deployment(&mut self, id: &DeploymentId) {
        if !self.ignored && !self.deployments.contains(id) {
            self.deployments.insert(id.clone());
        }
    }

    pub(super) fn service(&mut self, key: &ServiceKey) {
        if !self.ignored && !self.services.contains(key) {
            self.services.insert(key.clone());
        }
    }
}

/// What was kept, row by row.
pub(crate) trait Kept {
    /// The rows of a table in the order of their keys.
    fn table(&self, name: &str) -> Vec<(String, Vec<u8>)>;
}

/// A row that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the row `{key}` of the table `{table}` cannot be read: {source}")]
pub(crate) struct Damaged {
    table: &'static str,
    key: String,
    source: serde_json::Error,
}

impl Engine {
    /// Ends when everything that the engine did before this call is on the disk. Must not be called with the state
    /// locked.
    pub(crate) fn written(&self) -> impl Future<Output = Result<(), NotWritten>> + Send + use<> {
        match &self.persist {
            Some(persist) => {
                // A task may run before the critical section that started it is over, and only its end hands changes over.
                drop(self.state());
                persist.written().right_future()
            }
            None => ready(Ok(())).left_future(),
        }
    }

    /// Hands over what has changed. Called with the state locked, so that changes are kept in their order.
    pub(super) fn keep(&self, state: &mut State) {
        let Some(persist) = &self.persist else { return };
        let touched = std::mem::take(&mut state.touched);
        if touched.deployments.is_empty() && touched.services.is_empty() && !touched.alarms {
            return;
        }
        let mut changes = Vec::new();
        for id in &touched.deployments {
            let Some(record) = state.unmarked(id) else { continue };
            let Record { journal, head, .. } = &mut *record;
            for (number, event) in journal.take_unkept(Owner { id, head }) {
                changes.push(put(EVENTS, event_key(id, number), &event));
            }
            changes.push(put(DEPLOYMENTS, id.to_string(), &*record));
        }
        for key in &touched.services {
            if let Some(service) = state.service(key) {
                changes.push(put(SERVICES, key.to_string(), &service.layout));
            }
        }
        if touched.alarms {
            changes.push(put(ENGINE, ALARMS.to_owned(), &state.alarms));
        }
        changes.push(put(ENGINE, NOW.to_owned(), &self.clock.now()));
        persist.save(changes);
    }

    /// Keeps by how much the clock was moved.
    pub(super) fn keep_clock(&self) {
        if let Some(persist) = &self.persist {
            let advanced = u64::try_from(self.clock.advanced().as_millis()).unwrap_or(u64::MAX);
            persist.save(vec![
                put(ENGINE, ADVANCED.to_owned(), &advanced),
                put(ENGINE, NOW.to_owned(), &self.clock.now()),
            ]);
        }
    }

    /// Takes up what was kept. Nothing goes on before [`resume`](Self::resume).
    ///
    /// # Errors
    ///
    /// When a row cannot be read.
    pub(crate) fn restore(&self, kept: &dyn Kept) -> Result<(), Damaged> {
        let mut state = self.state();
        for (key, value) in kept.table(ENGINE) {
            match key.as_str() {
                NOW => self.clock.not_before(read::<Timestamp>(ENGINE, &key, &value)?),
                ADVANCED => {
                    let advanced = std::time::Duration::from_millis(read::<u64>(ENGINE, &key, &value)?);
                    self.clock.advance(advanced.saturating_sub(self.clock.advanced()));
                }
                ALARMS => state.alarms = read(ENGINE, &key, &value)?,
                _ => {}
            }
        }
        for (key, layout) in layouts(kept)? {
            // One that is real was opened with its layout by whoever made the engine.
            let install_time = self.install_time;
            state.service_or_insert(&key, || super::Service::simulated(layout, install_time));
        }
        let mut events = kept.table(EVENTS).into_iter().peekable();
        for (key, value) in kept.table(DEPLOYMENTS) {
            let mut record: Record = read(DEPLOYMENTS, &key, &value)?;
            let prefix = format!("{key}/");
            let mut of_this: Vec<DeploymentEvent> = Vec::new();
            while let Some((key, value)) =
                events.next_if(|(key, _)| *key < prefix || key.starts_with(&prefix))
            {
                if key.starts_with(&prefix) {
                    of_this.push(read(EVENTS, &key, &value)?);
                }
            }
            record.journal = Journal::restored(of_this, &record.head);
            let id = record.lifecycle.settings().id.clone();
            state.insert(id.clone(), record);
            state.refresh_deadline(&id);
        }
        // It is on the disk as it is here.
        state.touched = Touched::default();
        Ok(())
    }

    /// Goes on with every deployment that is under way: what was asked for and not answered is asked for again.
    pub(crate) fn resume(self: &Arc<Self>) {
        let mut state = self.state();
        let active: Vec<DeploymentId> = state.active().cloned().collect();
        for id in active {
            self.resume_one(&mut state, &id);
            self.judge_alarms(&mut state, &id);
        }
    }

    fn resume_one(self: &Arc<Self>, state: &mut State, id: &DeploymentId) {
        let Some(record) = state.record(id) else { return };
        // What became overdue meanwhile has overtaken whatever was outstanding: a hook whose hour is over is not invoked.
        if Lifecycle::clone(&record.lifecycle)
            .step(self.clock.now(), Input::Tick)
            .is_ok_and(|outputs| !outputs.is_empty())
        {
            return self.tell(state, id, Input::Tick);
        }
        let (outstanding, attempt) = (record.lifecycle.outstanding(), record.attempt.max(1));
        let again = record.again.clone();
        // Only the first start counts, so it does no harm to one that has begun.
        self.tell(state, id, Input::Start);
        for action in outstanding {
            match (action, again.clone()) {
                (Action::InvokeHook(invocation), Some((at, carried))) => {
                    self.expect_again(state, id, &invocation, attempt);
                    let call = PendingCall { deployment: id.clone(), invocation, attempt, state: carried };
                    state.do_later(at, Later::CallHook(Box::new(call)));
                }
                (Action::InvokeHook(invocation), None) => {
                    self.invoke_hook(state, id, invocation, attempt, None);
                }
                (action, _) => self.ask_again(state, id, action),
            }
        }
    }
}

/// The layouts of the services that were kept.
///
/// # Errors
///
/// When a row cannot be read.
pub(crate) fn layouts(kept: &dyn Kept) -> Result<Vec<(ServiceKey, Layout)>, Damaged> {
    let rows = kept.table(SERVICES).into_iter();
    rows.map(|(key, value)| {
        let layout = read(SERVICES, &key, &value)?;
        Ok((ServiceKey::new(key), layout))
    })
    .collect()
}

/// Ten digits, so that the order of the keys is that of the events.
fn event_key(id: &DeploymentId, number: usize) -> String {
    format!("{id}/{number:010}")
}

fn put(table: &'static str, key: String, value: &impl Serialize) -> Change {
    let value = serde_json::to_vec(value).unwrap_or_else(|error| {
        // None of the values has a form that JSON lacks; one that had would be found as damaged at the next start.
        tracing::error!(%table, %key, %error, "a value cannot be kept");
        Vec::new()
    });
    Change::Put { table, key, value }
}

fn read<T: DeserializeOwned>(table: &'static str, key: &str, value: &[u8]) -> Result<T, Damaged> {
    serde_json::from_slice(value).map_err(|source| Damaged { table, key: key.to_owned(), source })
}
