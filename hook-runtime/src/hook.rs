//! A plugin that is ready to run.

use std::{fmt, sync::Arc};

use wasmtime_wasi::p2::bindings::CommandPre;

use crate::{HookReport, HookRun, Runtime, contract, execute};

/// A plugin, compiled and linked. Cheap to clone; may run many times, also at the same time. Every run has a
/// fresh sandbox: nothing survives from one to the next.
///
/// Made by `Runtime::load`, or from native code by [`Runtime::map`].
#[derive(Clone)]
pub struct Hook {
    name: Arc<str>,
    loaded: Arc<Loaded>,
}

pub(crate) struct Loaded {
    pub(crate) digest: String,
    pub(crate) imports: Vec<String>,
    pub(crate) entry: Entry,
    pub(crate) runtime: Runtime,
}

/// How a plugin is called, ready to be put into a sandbox.
pub(crate) enum Entry {
    /// By the function of our interface.
    Validator(contract::ValidationPre<execute::Host>),
    /// As a program.
    Command(CommandPre<execute::Host>),
}

impl Hook {
    pub(crate) fn new(name: &str, loaded: Loaded) -> Self {
        Self { name: name.into(), loaded: Arc::new(loaded) }
    }

    /// The same plugin under another name, which its reports and faults have. Nothing is loaded again: native code and memory
    /// are shared.
    ///
    /// ```
    /// # fn example(hook: greenlight_hook_runtime::Hook) {
    /// let (strict, lenient) = (hook.named("latency-strict"), hook.named("latency-lenient"));
    /// assert_eq!(strict.digest(), lenient.digest());
    /// # }
    /// ```
    #[must_use]
    pub fn named(&self, name: &str) -> Self {
        Self { name: name.into(), loaded: Arc::clone(&self.loaded) }
    }

    /// Runs the plugin once.
    ///
    /// Never fails and never panics: a plugin that crashes, runs out of time or memory, or exits, and even a
    /// fault of the host, is an [`Outcome`](crate::Outcome) in the report, with all that the plugin recorded
    /// before. Dropping the future ends the plugin at once.
    ///
    /// Whoever runs the same more than once can give an [`Arc`] of it: a run takes no copy.
    ///
    /// Needs a tokio runtime with timers and I/O enabled; one thread is enough.
    pub async fn run(&self, run: impl Into<Arc<HookRun>>) -> HookReport {
        execute::execute(self, run.into()).await
    }

    /// The name under which it was loaded, or that it was given since.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The lower-case hexadecimal SHA-256 of the component, also when native code of it was mapped.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.loaded.digest
    }

    /// The interfaces that it imports, such as `greenlight:hook/report@0.1.0`, in its own order: all that it
    /// could ever ask for.
    #[must_use]
    pub fn imports(&self) -> &[String] {
        &self.loaded.imports
    }

    /// Whether it is a plain WASI command, which judges by its exit status.
    #[must_use]
    pub fn is_command(&self) -> bool {
        matches!(self.loaded.entry, Entry::Command(_))
    }

    pub(crate) fn entry(&self) -> &Entry {
        &self.loaded.entry
    }

    /// The runtime that runs it.
    #[must_use]
    pub fn runtime(&self) -> &Runtime {
        &self.loaded.runtime
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hook")
            .field("name", &self.name)
            .field("digest", &self.loaded.digest)
            .field("imports", &self.loaded.imports)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (sha256:{})", self.name, self.loaded.digest)
    }
}
