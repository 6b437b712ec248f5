//! The sentence that people read of a fault.

use std::fmt;

use super::{Cause, Fault, MemoryBound, TrapKind};
use crate::units;

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { plugin, phase, cause, .. } = self;
        match cause {
            Cause::Setup { problem } => write!(f, "plugin \"{plugin}\" was not started: {problem}"),
            Cause::Trap { trap: TrapKind::Panic, message } => {
                write!(f, "plugin \"{plugin}\" panicked in {phase}: {message}")
            }
            Cause::Trap { message, .. } => {
                write!(f, "plugin \"{plugin}\" crashed in {phase}: {message}")?;
                if let Some(frame) = self.backtrace.first() {
                    write!(f, ", in {frame}")?;
                }
                f.write_str("; the plugin has an error, the report holds its backtrace and output")
            }
            Cause::WallClock { limit, computed } => write!(
                f,
                "plugin \"{plugin}\" ran out of time in {phase}: no verdict within {}, {} of it spent computing; \
                 let the plugin wait less, or raise its wall-clock limit",
                units::time(*limit),
                units::time(*computed),
            ),
            Cause::Cpu { limit } => write!(
                f,
                "plugin \"{plugin}\" computed for more than {} in {phase}; look for an endless loop, or raise \
                 its cpu limit",
                units::time(*limit),
            ),
            Cause::Memory { wanted, limit, bound } => write!(
                f,
                "plugin \"{plugin}\" ran out of memory in {phase}: it asked for {} and may have {}; {}",
                units::bytes(*wanted),
                units::bytes(*limit),
                match bound {
                    MemoryBound::Limits => "let the plugin hold less, or raise its memory limit",
                    MemoryBound::Runtime => "let the plugin hold less, or raise the runtime's max_memory",
                    MemoryBound::Plugin =>
                        "let the plugin hold less, or link it with a larger maximum memory",
                },
            ),
            Cause::Table { wanted, limit } => write!(
                f,
                "plugin \"{plugin}\" ran out of table elements in {phase}: it asked for {wanted} and may have \
                 {limit}; raise its table-elements limit",
            ),
            Cause::StackOverflow { limit } => write!(
                f,
                "plugin \"{plugin}\" overflowed its stack of {} in {phase}; look for a recursion without end, \
                 or raise the runtime's max_stack",
                units::bytes(*limit),
            ),
            Cause::Exit { code } => write!(
                f,
                "plugin \"{plugin}\" exited in {phase} with status {code} and without a verdict; return a verdict \
                 instead of exiting",
            ),
            Cause::HostCall { limit } => write!(
                f,
                "plugin \"{plugin}\" passed more than {} to the host in one call in {phase}; pass less at a \
                 time, or raise its host-call-bytes limit",
                units::bytes(*limit),
            ),
            Cause::Handles { limit } => write!(
                f,
                "plugin \"{plugin}\" held more than {limit} resources of the host in {phase}; drop requests, \
                 streams and timers after use, or raise its handles limit",
            ),
            Cause::State { bytes, limit } => write!(
                f,
                "plugin \"{plugin}\" answered pending with {} of state in {phase}, and {} are allowed; hand over \
                 less, or raise its state-bytes limit",
                units::bytes(*bytes),
                units::bytes(*limit),
            ),
            Cause::Runtime { message } => write!(
                f,
                "the hook runtime failed while plugin \"{plugin}\" was in {phase}: {message}; this is a fault of \
                 the runtime, please report it",
            ),
        }
    }
}
