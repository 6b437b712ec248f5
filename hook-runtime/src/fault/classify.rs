//! Tells from what the engine returned, and what was noted on the way, why a plugin ended.

use wasmtime::{PoolConcurrencyLimitError, Trap};
use wasmtime_wasi::I32Exit;

use super::{Cause, Fault, Phase, TrapKind, backtrace, panic};
use crate::{
    Limits,
    execute::{Refusal, Stop, TableRefusal},
    text,
};

/// What is known when a run has ended in an error.
pub(crate) struct Evidence<'a> {
    pub(crate) plugin: &'a str,
    pub(crate) phase: Phase,
    pub(crate) limits: &'a Limits,
    pub(crate) max_stack: u64,
    /// The runtime asked the plugin to stop, for this reason.
    pub(crate) stop: Option<Stop>,
    /// The last growth of a memory, or of a table, that was refused.
    pub(crate) refusal: Option<Refusal>,
    pub(crate) table_refusal: Option<TableRefusal>,
    pub(crate) computed: std::time::Duration,
    pub(crate) stderr: Vec<String>,
}

/// The fault that `error` and `evidence` amount to.
pub(crate) fn classify(error: &wasmtime::Error, evidence: Evidence<'_>) -> Fault {
    let backtrace = backtrace::frames(error);
    let cause = cause(error, &evidence, &backtrace);
    Fault {
        plugin: evidence.plugin.to_owned(),
        phase: evidence.phase,
        cause,
        backtrace,
        stderr: evidence.stderr,
    }
}

fn cause(error: &wasmtime::Error, evidence: &Evidence<'_>, frames: &[super::Frame]) -> Cause {
    let Evidence { limits, stderr, .. } = evidence;
    let trap = error.downcast_ref::<Trap>().copied();
    if let (Some(stop), Some(Trap::Interrupt)) = (evidence.stop, trap) {
        return stopped(stop, evidence);
    }
    if trap == Some(Trap::StackOverflow)
        || (trap == Some(Trap::MemoryOutOfBounds) && backtrace::is_recursion(frames))
    {
        return Cause::StackOverflow { limit: evidence.max_stack };
    }
    // Languages answer a refused growth with an abort of their own. A panic is not one of them: it may
    // come long after a growth that the plugin survived.
    if let Some(Refusal { wanted, limit, bound }) = evidence.refusal
        && !panic::is_rust_panic(stderr)
    {
        return Cause::Memory { wanted, limit, bound };
    }
    if let Some(TableRefusal { wanted, limit }) = evidence.table_refusal
        && !panic::is_rust_panic(stderr)
    {
        return Cause::Table { wanted, limit };
    }
    if let Some(I32Exit(code)) = error.downcast_ref::<I32Exit>() {
        return Cause::Exit { code: *code };
    }
    if let Some(trap) = trap {
        return trapped(trap, stderr);
    }
    if error.downcast_ref::<PoolConcurrencyLimitError>().is_some() {
        return Cause::Runtime { message: "its pool of instances is used up".to_owned() };
    }
    by_message(error, limits)
}

fn stopped(stop: Stop, evidence: &Evidence<'_>) -> Cause {
    match stop {
        Stop::Cpu => Cause::Cpu { limit: evidence.limits.cpu },
        Stop::WallClock => {
            Cause::WallClock { limit: evidence.limits.wall_clock, computed: evidence.computed }
        }
    }
}

fn trapped(trap: Trap, stderr: &[String]) -> Cause {
    let kind = match trap {
        Trap::UnreachableCodeReached => match panic::message(stderr) {
            Some(message) => return Cause::Trap { trap: TrapKind::Panic, message },
            None => TrapKind::Unreachable,
        },
        Trap::MemoryOutOfBounds | Trap::TableOutOfBounds | Trap::HeapMisaligned => TrapKind::OutOfBounds,
        Trap::IndirectCallToNull | Trap::BadSignature | Trap::NullReference => TrapKind::BadCall,
        Trap::IntegerOverflow | Trap::IntegerDivisionByZero | Trap::BadConversionToInteger => {
            TrapKind::Arithmetic
        }
        _ => TrapKind::Other,
    };
    let engine = trap.to_string();
    let engine = engine.strip_prefix("wasm trap: ").unwrap_or(&engine);
    Cause::Trap { trap: kind, message: engine.to_owned() }
}

/// The engine has no types for some of its errors, only texts. A test holds each of them.
fn by_message(error: &wasmtime::Error, limits: &Limits) -> Cause {
    let whole = format!("{error:#}");
    if whole.contains("fuel allocated for hostcalls") {
        Cause::HostCall { limit: limits.host_call_bytes as u64 }
    } else if whole.contains("resource table has no free keys") || whole.contains("handle limit") {
        Cause::Handles { limit: limits.handles as u64 }
    } else {
        // A plugin can cause this by breaking the rules of the component model, as with a string that is not one.
        Cause::Trap {
            trap: TrapKind::Other,
            message: text::sentence(&error.root_cause().to_string(), 1 << 10),
        }
    }
}
