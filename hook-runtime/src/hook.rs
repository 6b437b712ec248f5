//! A plugin that is ready to run.

use std::{fmt, sync::Arc};

use wasmtime_wasi::p2::bindings::CommandPre;

use crate::{HookReport, HookRun, Runtime, contract, execute};

/// A plugin, compiled and linked. Cheap to clone; may run many times, also at the same time. Every run has a
/// fresh sandbox: nothing survives from one to the next.
///
/// Made by `Runtime::load`, or from native code by [`Runtime::map`].
#[derive(Clone)]
pub struct Hook(Arc<Loaded>);

pub(crate) struct Loaded {
    pub(crate) name: String,
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
    pub(crate) fn new(loaded: Loaded) -> Self {
        Self(Arc::new(loaded))
    }

    /// Runs the plugin once.
    ///
    /// Never fails and never panics: a plugin that crashes, runs out of time or memory, or exits, and even a
    /// fault of the host, is an [`Outcome`](crate::Outcome) in the report, with all that the plugin recorded
    /// before. Dropping the future ends the plugin at once.
    ///
    /// Needs a tokio runtime with timers and I/O enabled; one thread is enough.
    pub async fn run(&self, run: HookRun) -> HookReport {
        execute::execute(self, run).await
    }

    /// The name under which it was loaded.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The lower-case hexadecimal SHA-256 of the component, also when native code of it was mapped.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.0.digest
    }

    /// The interfaces that it imports, such as `greenlight:hook/report@0.1.0`, in its own order: all that it
    /// could ever ask for.
    #[must_use]
    pub fn imports(&self) -> &[String] {
        &self.0.imports
    }

    /// Whether it is a plain WASI command, which judges by its exit status.
    #[must_use]
    pub fn is_command(&self) -> bool {
        matches!(self.0.entry, Entry::Command(_))
    }

    pub(crate) fn entry(&self) -> &Entry {
        &self.0.entry
    }

    pub(crate) fn runtime(&self) -> &Runtime {
        &self.0.runtime
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hook")
            .field("name", &self.0.name)
            .field("digest", &self.0.digest)
            .field("imports", &self.0.imports)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (sha256:{})", self.0.name, self.0.digest)
    }
}
