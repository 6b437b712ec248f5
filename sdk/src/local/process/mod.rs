//! Commands of this machine of which no process outlives this one: what task sets and hook functions have in common.

mod command;
mod exit;
mod group;
mod output;
mod program;
mod warden;

pub(super) use self::command::Command;
pub use self::exit::Exit;
pub(super) use self::exit::describe_output;
pub(super) use self::group::Process;
pub use self::output::{OutputLine, OutputSink, OutputStream};
