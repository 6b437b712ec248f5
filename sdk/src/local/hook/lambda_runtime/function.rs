//! A Lambda function that runs as a process of this machine.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;

use super::error::LambdaProcessError;
use super::failure::Failure;
use super::identity::HookIdentities;
use super::pool::Pool;
use super::settings::{MAX_TIMEOUT, Settings};
use super::work::Work;
use super::{request_id, shim};
use crate::local::hook::event::event;
use crate::local::hook::{
    DirectAnswer, DirectCall, DirectError, FunctionFailure, HookAnswer, HookCall, HookFunction, HookProgress,
};

/// Lambda's own pauses before it invokes a function again that failed: one minute, then two.
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>
const RETRY_PAUSE: Duration = Duration::from_secs(60);

/// A Lambda function of any language, run as a process of this machine and unchanged.
///
/// The command is a runtime with a function: the `bootstrap` of a Rust or Go function, or an interpreter with its
/// runtime interface client. [`node`](Self::node) and [`python`](Self::python) need nothing but the interpreter. The
/// process is started at the first call, kept for the next ones, and asks a
/// [Runtime API](https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html) of its own on a loopback port for
/// its work.
///
/// * It is called as CodeDeploy calls it: the event has the two fields of the service, the result is ignored, and only
///   a report through the CodeDeploy API counts, at [`with_codedeploy_url`](Self::with_codedeploy_url).
/// * An error, a crash or a time-out is followed by up to two more calls, after a minute and after two more by the
///   pipeline's clock, as Lambda does with asynchronous invocations.
/// * Its environment is Lambda's, and nothing of this process but `PATH`, `LD_LIBRARY_PATH` and `TMPDIR`. Its
///   credentials are made up for it, and tell the endpoint for which executions it may report: see
///   [`HookIdentities`].
/// * What it prints becomes the hook's log.
/// * No process of it outlives this one.
///
/// It is no sandbox: the process has the rights of the user that runs it, on files and on the network. Run only what
/// you would run by hand.
///
/// ```
/// use std::time::Duration;
/// use greenlight::local::LambdaProcess;
///
/// let validate = LambdaProcess::new("validate", ["./bootstrap"])
///     .with_directory("target/lambda/validate")
///     .with_codedeploy_url("http://127.0.0.1:4650")
///     .with_env("CHECKOUT_PATH", "/checkout")
///     .with_timeout(Duration::from_secs(30));
/// assert_eq!(validate.to_string(), "validate (./bootstrap)");
/// ```
#[derive(Debug)]
pub struct LambdaProcess {
    settings: Settings,
    identities: HookIdentities,
    /// Made at the first use, when the settings are complete.
    pool: OnceLock<Pool>,
}

impl LambdaProcess {
    /// A function that a command runs: a program, which with a slash is relative to the directory of the function,
    /// and its arguments.
    #[must_use]
    pub fn new<S: Into<String>>(function: impl Into<String>, command: impl IntoIterator<Item = S>) -> Self {
        let command = command.into_iter().map(Into::into).collect();
        Self {
            settings: Settings::new(function.into(), command),
            identities: HookIdentities::new(),
            pool: OnceLock::new(),
        }
    }

    /// A Node.js function: `handler` is file and export as Lambda writes them, such as `index.handler` for the export
    /// `handler` of `index.mjs`, `index.js` or `index.cjs` in `directory`.
    ///
    /// Runs with the `node` in `PATH`. The packages of the function, its AWS SDK too, are looked for in `node_modules`
    /// from its directory upwards, and in `NODE_PATH`.
    #[must_use]
    pub fn node(
        function: impl Into<String>,
        handler: impl Into<String>,
        directory: impl Into<PathBuf>,
    ) -> Self {
        Self::shimmed(function, &shim::NODE, handler).with_directory(directory)
    }

    /// A Python function: `handler` is module and function as Lambda writes them, such as
    /// `lambda_function.lambda_handler` for the function `lambda_handler` of `lambda_function.py` in `directory`.
    ///
    /// Runs with the `python3` in `PATH`. Modules are looked for in its directory, then where that Python looks.
    #[must_use]
    pub fn python(
        function: impl Into<String>,
        handler: impl Into<String>,
        directory: impl Into<PathBuf>,
    ) -> Self {
        Self::shimmed(function, &shim::PYTHON, handler).with_directory(directory)
    }

    /// Sets the working directory, which is `LAMBDA_TASK_ROOT` too. Default: that of this process.
    #[must_use]
    pub fn with_directory(self, directory: impl Into<PathBuf>) -> Self {
        self.set(|settings| settings.directory = Some(directory.into()))
    }

    /// Sets `_HANDLER`, by which many runtimes find the function. Default: `bootstrap`.
    #[must_use]
    pub fn with_handler(self, handler: impl Into<String>) -> Self {
        self.set(|settings| settings.handler = handler.into())
    }

    /// Adds a variable. The names that Lambda reserves cannot be set: a call answers so.
    #[must_use]
    pub fn with_env(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.set(|settings| settings.env.push((name.into(), value.into())))
    }

    /// Sets where it reports: `AWS_ENDPOINT_URL_CODEDEPLOY` of the process, which the AWS SDKs read. Default: none, and
    /// its reports go to AWS, which knows nothing of them.
    #[must_use]
    pub fn with_codedeploy_url(self, url: impl Into<String>) -> Self {
        self.set(|settings| settings.codedeploy_url = Some(url.into()))
    }

    /// Sets where it invokes functions, itself among them: `AWS_ENDPOINT_URL_LAMBDA` of the process. Default: none, and
    /// such calls go to AWS.
    #[must_use]
    pub fn with_lambda_url(self, url: impl Into<String>) -> Self {
        self.set(|settings| settings.lambda_url = Some(url.into()))
    }

    /// Sets where deliveries are noted. Default: nowhere that anybody looks.
    #[must_use]
    pub fn with_identities(mut self, identities: HookIdentities) -> Self {
        self.identities = identities;
        self.set(|_| {})
    }

    /// Sets the region and the account that the function believes to be in. Default: `us-east-1`, `123456789012`.
    #[must_use]
    pub fn with_region(self, region: impl Into<String>, account: impl Into<String>) -> Self {
        self.set(|settings| {
            settings.region = region.into();
            settings.account = account.into();
        })
    }

    /// Sets the memory that the function is told to have, in MB; it is not held to it. Default 128.
    #[must_use]
    pub fn with_memory(self, megabytes: u32) -> Self {
        self.set(|settings| settings.memory_mb = megabytes)
    }

    /// Sets how long one call may take, in real time; then the process is killed. Default 60 s. At most 900 s, as on
    /// Lambda: what is longer counts as that.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        self.set(|settings| settings.timeout = timeout.min(MAX_TIMEOUT))
    }

    /// Sets how long a new process may take until it asks for work, in real time; then it is killed. Default 60 s:
    /// Lambda gives ten, and tries once more with the function's time-out.
    #[must_use]
    pub fn with_init_timeout(self, timeout: Duration) -> Self {
        self.set(|settings| settings.init_timeout = timeout)
    }

    /// Sets how often a call that failed is made again. Default 2, as on Lambda.
    #[must_use]
    pub fn with_retries(self, retries: u32) -> Self {
        self.set(|settings| settings.retries = retries)
    }

    /// Sets how many calls may run at once, each in a process of its own; more wait their turn. Default and least: 1.
    #[must_use]
    pub fn with_concurrency(self, processes: u32) -> Self {
        self.set(|settings| settings.concurrency = processes)
    }

    /// Starts a process now, if none is there, and waits until it asks for work. Without this the first call does so.
    ///
    /// # Errors
    ///
    /// When it cannot be started, or ends or waits for something else instead of asking for work.
    pub async fn warm_up(&self) -> Result<(), LambdaProcessError> {
        let pool = self.pool();
        pool.warm_up().await.map_err(|failure| LambdaProcessError::new(&self.settings.function, failure))
    }

    /// Ends all its processes: those that work on a call are killed, the others have two seconds after SIGTERM. Calls
    /// are answered with [`HookAnswer::NotInvoked`] from then on. Dropping it kills them all at once.
    pub async fn shutdown(&self) {
        HookFunction::shutdown(self).await;
    }

    fn shimmed(function: impl Into<String>, shim: &shim::Shim, handler: impl Into<String>) -> Self {
        let function = Self::new(function, shim.command).with_handler(handler);
        function.set(|settings| settings.execution_env = Some(shim.execution_env))
    }

    /// Changes the settings. A process that was started with others is not used any more.
    fn set(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        self.pool.take();
        change(&mut self.settings);
        self
    }

    fn pool(&self) -> &Pool {
        self.pool.get_or_init(|| Pool::new(self.settings.clone(), self.identities.clone()))
    }

    /// What follows from a failed call: another one, or nothing any more.
    fn after_failure(&self, call: &HookCall, request_id: String, did: &str) -> HookAnswer {
        let Settings { function, retries, .. } = &self.settings;
        let log = |level: &str, text| {
            (call.progress)(HookProgress::Log { level: level.to_owned(), text });
        };
        if call.attempt > *retries {
            let calls = if call.attempt == 1 { "its only call" } else { "the last of its calls" };
            log(
                "error",
                format!(
                    "the function {function} {did}; this was {calls}, and a deployment that it has not reported to waits \
                     for the end of the hook's hour"
                ),
            );
            return HookAnswer::WillReport;
        }
        let delay = RETRY_PAUSE.saturating_mul(call.attempt);
        log("warn", format!("the function {function} {did}; it is called again in {} s", delay.as_secs()));
        HookAnswer::Pending { delay, state: request_id }
    }
}

#[async_trait]
impl HookFunction for LambdaProcess {
    async fn invoke(&self, call: HookCall) -> HookAnswer {
        // All calls for one execution have one request id, as on Lambda.
        let carried = call.state.clone().filter(|state| request_id::is_one(state));
        let request_id = carried.unwrap_or_else(request_id::random);
        let execution = Some(call.execution.execution.clone());
        let work = Work { request_id: request_id.clone(), event: event(&call.execution), execution };
        match self.pool().invoke(&work, Arc::clone(&call.progress)).await {
            Ok(_) => HookAnswer::WillReport,
            Err(Failure::NotStarted(detail)) => HookAnswer::NotInvoked { detail },
            Err(Failure::ShutDown) => HookAnswer::NotInvoked {
                detail: format!("the function {} was shut down", self.settings.function),
            },
            Err(Failure::Function(did) | Failure::TimedOut(did)) => {
                self.after_failure(&call, request_id, &did)
            }
            Err(Failure::Handled(error)) => self.after_failure(&call, request_id, &error.did()),
        }
    }

    async fn call(&self, call: DirectCall) -> Result<DirectAnswer, DirectError> {
        let DirectCall { request_id, payload, execution, progress } = call;
        let function = &self.settings.function;
        let work = Work { request_id, event: payload, execution };
        let failed = |error_type: &str, did: &str| {
            let error_type = Some(error_type.to_owned());
            Ok(DirectAnswer::Failed(FunctionFailure {
                error_type,
                message: format!("the function {function} {did}"),
            }))
        };
        match self.pool().invoke(&work, progress).await {
            Ok(result) => Ok(DirectAnswer::Returned(result)),
            Err(Failure::Handled(error)) => {
                let (error_type, message) = (error.error_type, error.message);
                Ok(DirectAnswer::Failed(FunctionFailure { error_type, message }))
            }
            // Lambda's own names for the two.
            Err(Failure::Function(did)) => failed("Runtime.ExitError", &did),
            Err(Failure::TimedOut(did)) => failed("Sandbox.Timedout", &did),
            Err(Failure::NotStarted(problem)) => Err(DirectError::NotStarted { problem }),
            Err(Failure::ShutDown) => Err(DirectError::ShutDown { function: function.clone() }),
        }
    }

    async fn shutdown(&self) {
        self.pool().shutdown().await;
    }
}

/// Formats as `validate (./bootstrap)`.
impl fmt::Display for LambdaProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let program = self.settings.command.first().map_or("no command", String::as_str);
        write!(f, "{} ({program})", self.settings.function)
    }
}
