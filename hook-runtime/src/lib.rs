//! Runs validation tests as WebAssembly components: capabilities, limits, verdicts.

mod capability;
mod context;
mod contract;
mod engine;
mod execute;
mod fault;
mod grants;
mod hook;
pub mod http;
mod limits;
#[cfg(feature = "compile")]
mod load;
mod observer;
mod options;
mod recorder;
mod report;
mod run;
mod runtime;
mod text;
mod ticker;
mod units;

#[cfg(feature = "compile")]
pub use crate::load::LoadError;
pub use crate::{
    context::{HookContext, Weights},
    contract::CONTRACT_VERSION,
    fault::{Cause, Fault, Frame, MemoryBound, Phase, TrapKind},
    grants::Grants,
    hook::Hook,
    limits::Limits,
    observer::{Observation, Observer},
    options::RuntimeOptions,
    report::{
        Check, CheckOutcome, Dropped, HookReport, HookStatus, LogLevel, LogLine, LogSource, Metric, Outcome,
        Timings, Verdict,
    },
    run::HookRun,
    runtime::{Runtime, RuntimeError},
};
