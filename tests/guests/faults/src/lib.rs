//! A plugin that misbehaves on request: the config key `behaviour` names one of the files of this folder.
//!
//! For the tests of the runtime and of everything above it. Names are those of the table in `BEHAVIOURS`; an
//! unknown one fails with a sentence that lists them.

mod attack;
mod checks_then_trap;
mod control_chars;
mod env_dump;
mod exit;
mod fail;
mod fetch;
mod files;
mod global_state;
mod host_calls;
mod log_flood;
mod memory;
mod metrics;
mod panic;
mod pass;
mod pending;
mod print_flood;
mod sleep;
mod sockets;
mod spin;
mod stack_overflow;
mod stand;
mod unreachable;
mod work;

use greenlight_hook::{Failure, Hook, OrFail, Verdict, config, fail};

greenlight_hook::export!(validate);

type Behaviour = fn(&Hook) -> Result<Verdict, Failure>;

const BEHAVIOURS: &[(&str, Behaviour)] = &[
    ("pass", pass::run),
    ("fail", fail::run),
    ("fail-checks", fail::by_checks),
    ("fail-error", fail::by_error),
    ("pending", pending::run),
    ("panic", panic::run),
    ("unreachable", unreachable::run),
    ("loop", spin::run),
    ("memory", memory::run),
    ("stack-overflow", stack_overflow::run),
    ("exit-0", exit::zero),
    ("exit-1", exit::one),
    ("log-flood", log_flood::run),
    ("print-flood", print_flood::run),
    ("sleep", sleep::run),
    ("checks-then-trap", checks_then_trap::run),
    ("env-dump", env_dump::run),
    ("global-state", global_state::run),
    ("files", files::run),
    ("sockets", sockets::run),
    ("fetch", fetch::run),
    ("attack", attack::run),
    ("many-checks", host_calls::many_checks),
    ("many-metrics", metrics::many),
    ("odd-metrics", metrics::odd),
    ("big-host-call", host_calls::big),
    ("control-chars", control_chars::run),
    ("work", work::run),
    ("stand", stand::run),
];

fn validate(hook: &Hook) -> Result<Verdict, Failure> {
    let name: String = config::require("behaviour")?;
    let Some((_, behaviour)) = BEHAVIOURS.iter().find(|(known, _)| *known == name) else {
        let known: Vec<&str> = BEHAVIOURS.iter().map(|(known, _)| *known).collect();
        fail!("there is no behaviour `{name}`; known: {}", known.join(", "));
    };
    behaviour(hook)
}

/// A whole number from the config, for how much of something.
fn amount(key: &str, default: u64) -> Result<u64, Failure> {
    Ok(config::get(key).or_fail("the fault's own config")?.unwrap_or(default))
}
