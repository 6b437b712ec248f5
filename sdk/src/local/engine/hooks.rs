//! Runs hook functions.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use greenlight_core::lifecycle::{HookInvocation, Input};
use greenlight_core::{Clock, DeploymentId, EventKind, HookEvent, HookExecution, HookState, HookStatus};

use super::Engine;
use super::state::{Later, PendingCall, RunningHook, State};
use super::told::Told;
use crate::local::hook::{HookAnswer, HookCall, HookProgress};

/// How one call of a hook ended, for its event.
pub(super) struct HookEnd {
    state: HookState,
    reason: Option<String>,
    duration: Option<Duration>,
}

impl HookEnd {
    pub(super) const fn new(state: HookState) -> Self {
        Self { state, reason: None, duration: None }
    }

    fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    const fn after(mut self, duration: Duration) -> Self {
        self.duration = Some(duration);
        self
    }
}

impl Engine {
    /// Invokes a hook function, for the first time or again.
    pub(super) fn invoke_hook(
        self: &Arc<Self>,
        state: &mut State,
        id: &DeploymentId,
        invocation: HookInvocation,
        attempt: u32,
        carried: Option<String>,
    ) {
        let hook = RunningHook { invocation, attempt, task: None };
        let Some(record) = state.record_mut(id) else { return };
        record.tell(
            id,
            self.clock.now(),
            hook.ended(HookEnd::new(HookState::Invoked)),
            self.observer.as_ref(),
        );
        let execution =
            HookExecution { deployment: id.clone(), execution: hook.invocation.execution.clone() };
        let task = self.spawn_under_way(run(Arc::clone(self), execution, carried));
        record.attempt = attempt;
        record.again = None;
        record.hook = Some(RunningHook { task: Some(task), ..hook });
    }

    /// Goes on waiting for the time at which a hook wants to be called again, after a restart.
    pub(super) fn expect_again(
        &self,
        state: &mut State,
        id: &DeploymentId,
        invocation: &HookInvocation,
        attempt: u32,
    ) {
        if let Some(record) = state.record_mut(id) {
            let attempt = attempt.saturating_sub(1).max(1);
            record.hook = Some(RunningHook { invocation: invocation.clone(), attempt, task: None });
        }
    }

    /// Calls a hook again that asked for it, unless its deployment has ended meanwhile.
    pub(super) fn call_again(self: &Arc<Self>, state: &mut State, call: PendingCall) {
        let PendingCall { deployment, invocation, attempt, state: carried } = call;
        let waits = state
            .record(&deployment)
            .and_then(|record| record.hook.as_ref())
            .is_some_and(|hook| hook.invocation.execution == invocation.execution);
        if waits {
            self.invoke_hook(state, &deployment, invocation, attempt, Some(carried));
        }
    }

    /// Takes the end of a hook that runs under this id, if one does.
    pub(super) fn take_hook(&self, state: &mut State, execution: &HookExecution, end: HookEnd) {
        let Some(record) = state.record_mut(&execution.deployment) else { return };
        let matches = |hook: &mut RunningHook| hook.invocation.execution == execution.execution;
        let Some(hook) = record.hook.take_if(matches) else { return };
        record.again = None;
        record.tell(&execution.deployment, self.clock.now(), hook.ended(end), self.observer.as_ref());
    }

    /// What a hook's function is told, unless the hook has ended meanwhile. Made when the function is about to be called:
    /// many hooks may wait for that.
    fn call(self: &Arc<Self>, execution: HookExecution, carried: Option<String>) -> Option<HookCall> {
        let state = self.state();
        let record = state.record(&execution.deployment)?;
        let hook = record.hook.as_ref().filter(|hook| hook.invocation.execution == execution.execution)?;
        let service = state.service(&record.service)?;
        let router = service.as_real().map(|real| &real.router);
        let (event, function) = (hook.invocation.event, hook.invocation.function.clone());
        let (engine, deployment) = (Arc::downgrade(self), execution.deployment.clone());
        Some(HookCall {
            execution,
            function: function.clone(),
            event,
            application: record.head.application.clone(),
            deployment_group: record.head.deployment_group.clone(),
            service: service
                .settings()
                .map_or_else(|| record.service.to_string(), |settings| settings.target_id()),
            test_url: router.and_then(|router| router.test_addr()).map(|address| format!("http://{address}")),
            production_url: router.map(|router| format!("http://{}", router.production_addr())),
            green: record.lifecycle.green_weight(),
            revision: record.head.revision.clone(),
            attempt: hook.attempt,
            state: carried,
            progress: Arc::new(move |progress| {
                let Some(engine) = engine.upgrade() else { return };
                let kind = event_of(event, function.name(), progress);
                engine.note(&mut engine.state(), &deployment, kind);
            }),
        })
    }

    fn hook_answered(self: &Arc<Self>, call: &HookExecution, answer: HookAnswer, took: Duration) {
        let mut state = self.state();
        let state = &mut *state;
        let reported =
            |status, reason| Input::HookReported { execution: call.execution.clone(), status, reason };
        let (end, input) = match answer {
            HookAnswer::Succeeded => {
                (HookEnd::new(HookState::Succeeded).after(took), reported(HookStatus::Succeeded, None))
            }
            HookAnswer::Failed { reason } => {
                let end = HookEnd::new(HookState::Failed).because(&reason).after(took);
                (end, reported(HookStatus::Failed, Some(reason)))
            }
            HookAnswer::NotInvoked { detail } => {
                let end = HookEnd::new(HookState::Failed).because(&detail);
                (end, Input::HookNotInvoked { execution: call.execution.clone(), detail })
            }
            HookAnswer::Pending { delay, state: carried } => {
                return self.call_later(state, call, delay, carried, took);
            }
            HookAnswer::WillReport => {
                // Its task has nothing to do any more, and is forgotten now: the report may take its time.
                let hook = state.unmarked(&call.deployment).and_then(|record| record.hook.as_mut());
                if let Some(hook) = hook.filter(|hook| hook.invocation.execution == call.execution) {
                    hook.task = None;
                }
                return;
            }
        };
        if let Err(refusal) = self.end_hook(state, call, end, input) {
            tracing::debug!(deployment = %call.deployment, %refusal, "a hook's answer came too late");
        }
    }

    fn call_later(
        &self,
        state: &mut State,
        call: &HookExecution,
        delay: Duration,
        carried: String,
        took: Duration,
    ) {
        let Some(record) = state.record_mut(&call.deployment) else { return };
        let Some(hook) = record.hook.as_mut().filter(|hook| hook.invocation.execution == call.execution)
        else {
            return;
        };
        let again = PendingCall {
            deployment: call.deployment.clone(),
            invocation: hook.invocation.clone(),
            attempt: hook.attempt.saturating_add(1),
            state: carried,
        };
        hook.task = None;
        let reason = format!("asked to be called again in {} s", delay.as_secs_f64());
        let waits = hook.ended(HookEnd::new(HookState::Pending).because(reason).after(took));
        let at = self.clock.now() + delay;
        record.attempt = again.attempt;
        record.again = Some((at, again.state.clone()));
        record.tell(&call.deployment, self.clock.now(), waits, self.observer.as_ref());
        state.do_later(at, Later::CallHook(Box::new(again)));
        self.time_changed.notify_one();
    }
}

async fn run(engine: Arc<Engine>, execution: HookExecution, carried: Option<String>) {
    // What the function may report about has to be there after a restart.
    if engine.written().await.is_err() {
        return;
    }
    let Some(call) = engine.call(execution.clone(), carried) else { return };
    let function = engine.bindings.function(call.function.name());
    let began = Instant::now();
    let answer = match function {
        None => HookAnswer::NotInvoked { detail: "no hook function of this name is bound".to_owned() },
        // A panic must end in a report like everything else, or the deployment would wait for an hour. A function
        // that is not `async` can panic before there is a future.
        Some(function) => match catch_unwind(AssertUnwindSafe(|| function.invoke(call))) {
            Ok(answer) => AssertUnwindSafe(answer).catch_unwind().await,
            Err(panic) => Err(panic),
        }
        .unwrap_or_else(|panic| HookAnswer::Failed { reason: sentence_of(&*panic) }),
    };
    engine.hook_answered(&execution, answer, began.elapsed());
}

fn sentence_of(panic: &(dyn Any + Send)) -> String {
    let words = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
    match words {
        Some(words) => format!("the hook function panicked: {words}"),
        None => "the hook function panicked; see its output".to_owned(),
    }
}

impl RunningHook {
    /// The event that says what became of it.
    pub(super) fn ended(&self, end: HookEnd) -> Told {
        let HookInvocation { event, function, .. } = &self.invocation;
        let duration_ms = end.duration.map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
        Told::hook(*event, function, end.state, self.attempt, end.reason, duration_ms)
    }
}

fn event_of(lifecycle_event: HookEvent, function: &str, progress: HookProgress) -> EventKind {
    let function = function.to_owned();
    match progress {
        HookProgress::Check { name, outcome, detail } => {
            EventKind::Check { lifecycle_event, function, name, outcome, detail }
        }
        HookProgress::Metric { name, value, unit } => {
            EventKind::Metric { lifecycle_event, function, name, value, unit }
        }
        HookProgress::Log { level, text } => EventKind::HookLog { lifecycle_event, function, level, text },
    }
}
