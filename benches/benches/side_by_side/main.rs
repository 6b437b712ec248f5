//! Greenlight beside what would be used in its place: the bare engine, extism, a process for each hook.
//!
//! The tables are asked for by name: `cargo bench --bench side_by_side -- warm load at-once plugins`; without a name, all.
//! Every contender makes the same judgement in each. One that is not there is told and left out.

mod at_once;
mod cores;
mod load;
mod memory;
mod plugins;
mod sides;
mod table;
mod warm;

use std::{env, error::Error, process::ExitCode};

use greenlight_benches::{conditions::Conditions, exit, goals::Goals, mode::Mode, records::Records};

use crate::sides::Sides;

/// Errors cross threads here.
type Failure = Box<dyn Error + Send + Sync>;
type Outcome<T> = Result<T, Failure>;

/// What every part is given.
struct Bench {
    mode: Mode,
    records: Records,
    goals: Goals,
    sides: Sides,
}

type Part = (&'static str, fn(&mut Bench) -> Outcome<()>);

/// Memory comes first: what others have left in pools would be counted for nobody.
const PARTS: [Part; 6] = [
    ("at-once", memory::run),
    ("load", load::run),
    ("warm", warm::run),
    ("at-once", at_once::run),
    ("at-once", cores::run),
    ("plugins", plugins::run),
];

fn main() -> ExitCode {
    exit::status(run(Mode::from_args()).map_err(|error| -> Box<dyn Error> { error }))
}

fn run(mode: Mode) -> Outcome<()> {
    if mode == Mode::List {
        println!("side_by_side: benchmark");
        return Ok(());
    }
    let words: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if let Some(odd) = words.iter().find(|word| !PARTS.iter().any(|(name, _)| name == word)) {
        return Err(format!("there is no part `{odd}`; there are load, warm, at-once and plugins").into());
    }
    let records = Records::from_env();
    let mut bench = Bench { mode, goals: Goals::new(), sides: Sides::prepare()?, records };
    println!("\nSide by side, in turns: median (quartiles)\n{}", Conditions::here());
    for (name, part) in PARTS {
        if words.is_empty() || words.iter().any(|word| word == name) {
            part(&mut bench)?;
        }
    }
    println!("\n{}", bench.goals);
    if mode != Mode::Check {
        bench.goals.record(&bench.records)?;
    }
    // A round or two say nothing.
    if mode == Mode::Measure { bench.goals.verdict().map_err(Into::into) } else { Ok(()) }
}
