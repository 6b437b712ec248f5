//! The lifecycle of one deployment that shifts traffic, as a pure state machine: blue/green deployments of an
//! Amazon ECS service, and those of a Lambda alias.
//!
//! [`Lifecycle::step`] takes the time and an [`Input`] and gives back what to do ([`Action`]) and what to tell
//! ([`EventKind`](crate::EventKind)), in order. The machine does no I/O, has no clock and draws no random numbers:
//! the same inputs at the same times always give the same outputs. Whoever drives it calls
//! [`step`](Lifecycle::step) with [`Input::Tick`] at [`next_deadline`](Lifecycle::next_deadline); a tick that comes
//! late is harmless, because everything is timed by its own deadline and not by the tick.
//! `examples/play_lifecycle.rs` is a whole driver in a page. The machine is a value that can be stored; a driver that
//! was killed reads it back and goes on with what is [`outstanding`](Lifecycle::outstanding).
//!
//! ```text
//! Created ─ InProgress ─ [Ready] ─ InProgress ─┬─ Succeeded
//!                │          │           │      │
//!                └──────────┴───────────┴──────┴─ Failed │ Stopped ─ rollback, a second Lifecycle
//! ```
//!
//! A rollback is a deployment of its own, with its own machine: the failed one gives out its
//! [`Settings`] with [`Action::StartRollback`]. What is not known for certain about the service is one named
//! setting each in [`Behaviour`].
//!
//! ```
//! use greenlight_core::lifecycle::{Action, Input, Lifecycle, Output, Settings};
//! use greenlight_core::{Timestamp, TrafficRouting};
//!
//! let settings = Settings::forward("d-1NNWZG91L".parse()?, TrafficRouting::AllAtOnce);
//! let mut lifecycle = Lifecycle::new(settings, Timestamp::EPOCH);
//! let outputs = lifecycle.step(Timestamp::EPOCH, Input::Start)?;
//! assert!(outputs.contains(&Output::Action(Action::CreateTaskSet)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod behaviour;
mod events;
mod failure;
mod input;
mod machine;
mod output;
mod phase;
mod platform;
mod rollback;
mod settings;

use std::time::Duration;

pub use behaviour::{Behaviour, FailedEventDiagnostics, ReadySlot};
pub use input::{Input, Refusal};
pub use machine::Lifecycle;
pub use output::{Action, HookInvocation, Output};
pub use platform::Platform;
pub use settings::{HookSettings, InstanceAction, Kind, ReadyAction, ReadyWait, Settings, Termination};

/// How long a hook has to report, from its invocation (service limits: lifecycle event).
pub const HOOK_TIMEOUT: Duration = Duration::from_secs(3600);

/// How long the service has to route test traffic, to do one step of a shift, or to delete a task set (service limits:
/// lifecycle event). The time between two steps of a shift does not count, so a shift itself may take days.
pub const EVENT_TIMEOUT: Duration = Duration::from_secs(3600);

/// How long the replacement task set has to become healthy (service limits: Install).
pub const INSTALL_TIMEOUT: Duration = Duration::from_secs(3600);
