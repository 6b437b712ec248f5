//! Why a run ended without a verdict.

mod backtrace;
mod classify;
mod crash;
mod panic;
mod sentence;

use std::{fmt, time::Duration};

use serde::Serialize;

pub use self::backtrace::Frame;
pub(crate) use self::classify::{Evidence, classify};
pub(crate) use self::crash::begins as begins_crash;
use crate::units;

/// A run that ended without a verdict. Its `Display` is one sentence that names the plugin, the phase, the
/// limit if there is one, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Fault {
    /// The plugin's name.
    pub plugin: String,
    /// How far it had come.
    pub phase: Phase,
    /// What happened.
    pub cause: Cause,
    /// Where in the plugin it happened, innermost first; empty when the plugin was waiting, or is unknown.
    pub backtrace: Vec<Frame>,
    /// The last lines of its standard error, oldest first, and before them the first lines of a crash whose trace is longer.
    pub stderr: Vec<String>,
}

/// How far a run had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Before any of the plugin's code ran.
    Setup,
    /// While the plugin was put into its sandbox and ran its start functions.
    Instantiate,
    /// In the plugin's `validate`.
    Validate,
    /// While it ran as a command.
    Run,
}

/// What ended a run without a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Cause {
    /// The run was asked for in a way that cannot be carried out, such as a test URL that is none.
    Setup {
        /// What is wrong with it, and the fix.
        problem: String,
    },
    /// The plugin stopped itself, as programs do that meet a state they cannot handle.
    Trap {
        /// Which way.
        trap: TrapKind,
        /// What it said about that, or what the engine says.
        message: String,
    },
    /// No verdict came in time.
    WallClock {
        /// [`Limits::wall_clock`](crate::Limits::wall_clock); in milliseconds when serialised.
        #[serde(rename = "limit_ms", serialize_with = "units::millis::serialize")]
        limit: Duration,
        /// How much of it the plugin computed; in milliseconds when serialised.
        #[serde(rename = "computed_ms", serialize_with = "units::millis::serialize")]
        computed: Duration,
    },
    /// The plugin computed for too long, as in an endless loop.
    Cpu {
        /// [`Limits::cpu`](crate::Limits::cpu); in milliseconds when serialised.
        #[serde(rename = "limit_ms", serialize_with = "units::millis::serialize")]
        limit: Duration,
    },
    /// The plugin needed more memory than it may have.
    Memory {
        /// What it asked for in all, in bytes.
        wanted: u64,
        /// What it may have, in bytes.
        limit: u64,
        /// What sets that limit.
        bound: MemoryBound,
    },
    /// The plugin needed a larger table of functions than it may have.
    Table {
        /// The elements that it asked for.
        wanted: u64,
        /// [`Limits::table_elements`](crate::Limits::table_elements).
        limit: u64,
    },
    /// Calls nested too deeply, as in a recursion without end.
    StackOverflow {
        /// [`RuntimeOptions::max_stack`](crate::RuntimeOptions::max_stack), in bytes.
        limit: u64,
    },
    /// The plugin ended itself like a command instead of returning a verdict.
    Exit {
        /// Its status; 0 is no verdict either.
        code: i32,
    },
    /// The plugin passed too much to the host at once.
    HostCall {
        /// [`Limits::host_call_bytes`](crate::Limits::host_call_bytes).
        limit: u64,
    },
    /// The plugin held too many of the host's resources at once.
    Handles {
        /// [`Limits::handles`](crate::Limits::handles).
        limit: u64,
    },
    /// The pending verdict hands too much to the next attempt.
    State {
        /// What it hands over, in bytes.
        bytes: u64,
        /// [`Limits::state_bytes`](crate::Limits::state_bytes).
        limit: u64,
    },
    /// The runtime itself failed. The plugin is not to blame.
    Runtime {
        /// What is known of it.
        message: String,
    },
}

/// How a plugin stopped itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum TrapKind {
    /// By a panic or an abort with a message on standard error.
    Panic,
    /// By an instruction that must not be reached, without a message.
    Unreachable,
    /// By an access outside of its memory or tables.
    OutOfBounds,
    /// By a call through a pointer that leads to no function of that kind.
    BadCall,
    /// By an integer division by zero, an overflow, or a number that does not convert.
    Arithmetic,
    /// In any other way.
    Other,
}

/// What sets a plugin's memory limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MemoryBound {
    /// [`Limits::memory`](crate::Limits::memory).
    Limits,
    /// [`RuntimeOptions::max_memory`](crate::RuntimeOptions::max_memory).
    Runtime,
    /// The plugin itself declares how far its memory may grow.
    Plugin,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Setup => "setup",
            Self::Instantiate => "instantiate",
            Self::Validate => "validate",
            Self::Run => "its run",
        })
    }
}

impl std::error::Error for Fault {}
