//! The hand-over of invocations between the engine and one process.

use std::fmt;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use tokio::sync::{Notify, oneshot, watch};

use super::error::ApiError;

/// One call of the function.
#[derive(Clone, Debug)]
pub(in super::super) struct Invocation {
    pub(in super::super) request_id: String,
    pub(in super::super) event: Bytes,
    /// When the process is killed for being late.
    pub(in super::super) deadline: SystemTime,
    pub(in super::super) function_arn: Arc<str>,
    pub(in super::super) trace_id: String,
}

/// How the process answered a call.
#[derive(Debug)]
pub(in super::super) enum Answer {
    /// With a result.
    Done(Bytes),
    Failed(FunctionError),
}

/// An error in the words of the function or of its runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct FunctionError {
    pub(in super::super) error_type: Option<String>,
    pub(in super::super) message: String,
}

/// Where one process gets its invocations, one at a time.
#[derive(Debug)]
pub(in super::super) struct Exchange {
    state: Mutex<State>,
    offered: Notify,
    /// How many requests for work are waiting.
    waiting: watch::Sender<usize>,
    init_error: watch::Sender<Option<FunctionError>>,
}

#[derive(Debug)]
enum State {
    Idle,
    Offered(Invocation, oneshot::Sender<Answer>),
    Running(String, oneshot::Sender<Answer>),
}

impl Exchange {
    pub(super) fn new() -> Self {
        Self {
            state: Mutex::new(State::Idle),
            offered: Notify::new(),
            waiting: watch::Sender::new(0),
            init_error: watch::Sender::new(None),
        }
    }

    /// Ends when the process asks for work: then it is through with what it had. An error is one of its
    /// initialisation.
    pub(in super::super) async fn ready(&self) -> Result<(), FunctionError> {
        let (mut waiting, mut failed) = (self.waiting.subscribe(), self.init_error.subscribe());
        tokio::select! {
            // Both senders live in `self`, so neither wait can fail.
            failed = failed.wait_for(Option::is_some) => Err(failed.ok().and_then(|error| error.clone())
                .unwrap_or_else(|| FunctionError { error_type: None, message: String::new() })),
            _ = waiting.wait_for(|waiting| *waiting > 0) => Ok(()),
        }
    }

    /// The error of its initialisation, if there was one.
    pub(in super::super) fn init_error(&self) -> Option<FunctionError> {
        self.init_error.borrow().clone()
    }

    /// Gives the process an invocation. The receiver gets its answer.
    pub(in super::super) fn offer(&self, invocation: Invocation) -> oneshot::Receiver<Answer> {
        let (sender, answer) = oneshot::channel();
        *self.state() = State::Offered(invocation, sender);
        self.offered.notify_waiters();
        answer
    }

    /// Waits for an invocation and takes it.
    pub(super) async fn next(&self) -> Result<Invocation, ApiError> {
        if matches!(*self.state(), State::Running(..)) {
            return Err(ApiError::StillRunning);
        }
        let _waiting = Waiting::new(&self.waiting);
        loop {
            // Registered before the state is looked at, so that an offer in between is not missed.
            let mut offered = pin!(self.offered.notified());
            offered.as_mut().enable();
            if let Some(invocation) = self.take() {
                return Ok(invocation);
            }
            offered.await;
        }
    }

    /// Whether this is the id of the invocation that the process works on.
    pub(super) fn is_running(&self, request_id: &str) -> bool {
        matches!(&*self.state(), State::Running(running, _) if running == request_id)
    }

    /// Takes the answer to the invocation in progress.
    pub(super) fn answer(&self, request_id: &str, answer: Answer) -> Result<(), ApiError> {
        let mut state = self.state();
        match std::mem::replace(&mut *state, State::Idle) {
            State::Running(running, sender) if running == request_id => {
                // Whoever waited may have given up meanwhile.
                let _ = sender.send(answer);
                Ok(())
            }
            other => {
                *state = other;
                Err(ApiError::InvalidRequestId)
            }
        }
    }

    /// Takes an error of the initialisation; the first one counts.
    pub(super) fn fail_init(&self, error: FunctionError) {
        self.init_error.send_if_modified(|known| {
            let first = known.is_none();
            if first {
                *known = Some(error);
            }
            first
        });
    }

    fn take(&self) -> Option<Invocation> {
        let mut state = self.state();
        match std::mem::replace(&mut *state, State::Idle) {
            State::Offered(invocation, sender) => {
                *state = State::Running(invocation.request_id.clone(), sender);
                Some(invocation)
            }
            other => {
                *state = other;
                None
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Invocation {
    /// The deadline as its header has it: milliseconds since the epoch.
    pub(super) fn deadline_ms(&self) -> u128 {
        self.deadline.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO).as_millis()
    }
}

impl FunctionError {
    /// What the function did, after its name.
    pub(in super::super) fn did(&self) -> String {
        format!("failed: {self}")
    }
}

/// Formats as `TypeError: x is not a function`.
impl fmt::Display for FunctionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.error_type, self.message.as_str()) {
            (None, "") => f.write_str("it gave no reason"),
            (None, message) => f.write_str(message),
            (Some(error_type), "") => f.write_str(error_type),
            (Some(error_type), message) => write!(f, "{error_type}: {message}"),
        }
    }
}

/// Counts a request for work as long as its client waits.
struct Waiting<'a>(&'a watch::Sender<usize>);

impl<'a> Waiting<'a> {
    fn new(count: &'a watch::Sender<usize>) -> Self {
        count.send_modify(|count| *count += 1);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}
