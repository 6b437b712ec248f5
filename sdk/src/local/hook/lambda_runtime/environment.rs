//! One process with its Runtime API: what Lambda calls an execution environment.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use rand::Rng as _;

use super::api::{Answer, FunctionError, Invocation, RuntimeApi};
use super::failure::Failure;
use super::identity::HookIdentities;
use super::log::HookLog;
use super::settings::Settings;
use super::variables::variables;
use super::work::Work;
use crate::local::process::{OutputSink, Process};

/// How long a process may take to end after SIGTERM: Lambda's own time for a runtime with extensions.
const STOP_GRACE: Duration = Duration::from_secs(2);

/// A process that was started, and may be asked for one thing at a time. Dropping it kills its processes at once.
#[derive(Debug)]
pub(super) struct Environment {
    process: Process,
    api: RuntimeApi,
    identity: Identity,
    function_arn: Arc<str>,
}

/// Who it is at the endpoint, until it ends.
#[derive(Debug)]
struct Identity {
    identities: HookIdentities,
    access_key_id: String,
}

impl Environment {
    /// Starts a process. What it prints goes to the log.
    pub(super) async fn start(
        settings: &Settings,
        identities: &HookIdentities,
        log: &HookLog,
    ) -> Result<Self, Failure> {
        let cannot = |problem| {
            Failure::NotStarted(format!("the function {} cannot be started: {problem}", settings.function))
        };
        let api = RuntimeApi::open().await.map_err(|error| cannot(error.to_string()))?;
        let credentials = identities.issue();
        let identity =
            Identity { identities: identities.clone(), access_key_id: credentials.access_key_id.clone() };
        let env = variables(settings, api.address(), &credentials).map_err(cannot)?;
        let command = settings.command(env);
        let program = command.find().map_err(cannot)?;
        let log = log.clone();
        let sink = OutputSink::new(move |line| log.line(&line.text));
        let process =
            Process::start(&command, &program, Some(sink)).map_err(|error| cannot(error.to_string()))?;
        Ok(Self { process, api, identity, function_arn: settings.arn().into() })
    }

    /// Waits until the process asks for work.
    pub(super) async fn ready(&self, limit: Duration) -> Result<(), Failure> {
        tokio::select! {
            // In this order: a process that has ended asks for nothing, though its connection may be there still.
            biased;
            exit = self.process.exited() => Err(Failure::Function(match self.api.exchange().init_error() {
                Some(error) => could_not_begin(&error),
                None => format!("ended with {exit} before it asked for work"),
            })),
            ready = self.api.exchange().ready() => match ready {
                Ok(()) => Ok(()),
                Err(error) => {
                    self.process.settle().await;
                    Err(Failure::Function(could_not_begin(&error)))
                }
            },
            () = tokio::time::sleep(limit) => {
                self.process.settle().await;
                Err(Failure::Function(format!(
                    "did not ask for work within {} s and was killed", limit.as_secs_f64()
                )))
            }
        }
    }

    /// Has it work on something; it must be ready. Gives what it answers. After an error of the function itself it can be
    /// used again, and after the others not.
    pub(super) async fn invoke(&self, work: &Work, limit: Duration) -> Result<Bytes, Failure> {
        if let Some(execution) = &work.execution {
            self.identity.identities.deliver(&self.identity.access_key_id, execution);
        }
        let answer = self.api.exchange().offer(Invocation {
            request_id: work.request_id.clone(),
            event: work.event.clone(),
            deadline: SystemTime::now() + limit,
            function_arn: Arc::clone(&self.function_arn),
            trace_id: trace_id(),
        });
        let answer = tokio::select! {
            biased;
            // The sender lives in `self`, until it is used.
            Ok(answer) = answer => answer,
            exit = self.process.exited() => {
                return Err(Failure::Function(format!("ended with {exit} before it had answered")));
            }
            () = tokio::time::sleep(limit) => {
                self.process.settle().await;
                return Err(Failure::TimedOut(format!(
                    "did not answer within its timeout of {} s and was killed", limit.as_secs_f64()
                )));
            }
        };
        // What was printed before the answer belongs to this invocation, though it comes through other pipes.
        self.process.settle().await;
        match answer {
            Answer::Done(result) => Ok(result),
            Answer::Failed(error) => Err(Failure::Handled(error)),
        }
    }

    /// Ends it in good order: SIGTERM, then SIGKILL.
    pub(super) async fn stop(self) {
        self.process.terminate();
        if tokio::time::timeout(STOP_GRACE, self.process.exited()).await.is_err() {
            self.process.kill();
            self.process.exited().await;
        }
    }
}

impl Drop for Identity {
    fn drop(&mut self) {
        self.identities.end(&self.access_key_id);
    }
}

fn could_not_begin(error: &FunctionError) -> String {
    format!("could not be initialised: {error}")
}

/// An X-Ray trace header that asks for no trace.
fn trace_id() -> String {
    let seconds = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let mut random = rand::rng();
    let (root, parent): (u128, u64) = (random.random(), random.random());
    format!("Root=1-{seconds:08x}-{:024x};Parent={parent:016x};Sampled=0", root >> 32)
}
