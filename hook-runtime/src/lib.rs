//! Runs validation tests as WebAssembly components: capabilities, limits, verdicts.
//!
//! A validation test, here called a plugin, is a component of the world `greenlight:hook/hook` in
//! `wit/v0.1.0`. It exports one function, `validate`, and answers with a [`Verdict`]. A [`Runtime`] compiles it into
//! a [`Hook`], which runs it as often as wanted:
//!
//! ```no_run
//! use std::time::Duration;
//! use greenlight_hook_runtime::{
//!     Grants, HookContext, HookRun, HookStatus, Limits, Runtime, RuntimeOptions, http::HttpGrants,
//! };
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let runtime = Runtime::new(RuntimeOptions::default())?;
//! let hook = runtime.load_file("smoke.wasm")?;
//!
//! let mut context = HookContext::new("d-1NNWZG91L", "AfterAllowTestTraffic");
//! context.test_url = Some("http://10.0.0.7:9000".into());
//! let run = HookRun::new(context)
//!     .with_config([("path", "/health")])
//!     .with_grants(Grants::none().with_http(HttpGrants::parse(["{test}"])?))
//!     .with_limits(Limits::default().with_wall_clock(Duration::from_secs(60)))
//!     .with_observer(|seen: &_| println!("{seen:?}"));
//!
//! let report = hook.run(run).await;
//! match report.status() {
//!     HookStatus::Passed => println!("go on: {}", report.reason()),
//!     HookStatus::Pending => println!("ask again: {}", report.reason()),
//!     _ => println!("stop: {}", report.reason()),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A plugin may also be a plain WASI command, which knows nothing of Greenlight: it is told of the deployment by one JSON object on
//! standard input, and judges by its exit status. 0 passes, 75 asks to be called again, and any other fails for the reason in the
//! last line of standard error. `Form` (with the feature `compile`) tells what a file is.
//!
//! # Promises
//!
//! * **Every run ends in a report.** A crash, an endless loop, a wait without end, exhausted memory, an exit and a
//!   fault of the host are each a [`Cause`] of their own, with a sentence that names the fix. What a plugin
//!   recorded before is kept.
//! * **Deny by default.** No environment, no arguments, no files, no sockets; HTTP by [`Grants`] only.
//! * **Everything is bounded.** [`Limits`] are all on, and hold on one processor and on a runtime with one thread.
//! * **Nothing survives.** Each run has a fresh sandbox.
//! * **Plugins' text is not trusted.** Control characters are taken out, lengths are bounded.
//!
//! # Features
//!
//! `compile` (default) adds `Runtime::load` and `Runtime::precompile`, and with them the Cranelift compiler. Without it
//! there is [`Runtime::map`], which takes native code that was compiled ahead. `adapt` has `Runtime::load` take core modules too,
//! and offers the function of that name, which makes components of them. `pack` adds `bundle`, which makes and reads what
//! is deployed to AWS Lambda. `testing` adds `testing`, which tries plugins against a declared fake of their service.

#[cfg(feature = "adapt")]
mod adapt;
#[cfg(feature = "pack")]
pub mod bundle;
mod capability;
mod command;
mod context;
mod contract;
mod engine;
mod execute;
mod fault;
#[cfg(feature = "compile")]
mod form;
mod grants;
mod hook;
pub mod http;
mod limits;
mod load;
mod map;
mod observer;
mod options;
mod recorder;
mod report;
mod run;
mod runtime;
pub mod scalar;
pub mod suite;
#[cfg(feature = "testing")]
pub mod testing;
mod text;
mod ticker;
mod turns;
pub mod units;
mod version;
mod words;

#[cfg(feature = "adapt")]
pub use crate::adapt::{AdaptError, adapt};
pub use crate::{
    context::{HookContext, Weights},
    contract::CONTRACT_VERSION,
    engine::{ENGINE_MARK, Target, UnknownTarget},
    fault::{Cause, Fault, Frame, MemoryBound, Phase, TrapKind},
    grants::Grants,
    hook::Hook,
    limits::Limits,
    load::LoadError,
    map::MapError,
    observer::{Observation, Observer},
    options::RuntimeOptions,
    report::{
        Check, CheckOutcome, Dropped, HookReport, HookStatus, HttpUsage, LogLevel, LogLine, LogSource,
        Metric, Outcome, Timings, Verdict,
    },
    run::HookRun,
    runtime::{Runtime, RuntimeError},
};
#[cfg(feature = "compile")]
pub use crate::{
    form::{Form, FormError},
    load::{CodeCache, Precompiled},
};
