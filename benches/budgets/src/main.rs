//! `cargo budgets`: how many instructions each hot path takes, held against `benches/budgets.toml`.
//!
//! Each path is played by this same program under valgrind's callgrind, which counts what one function does: the
//! set-up around it is not counted, and neither is any other thread. `benches/README.md` says when a count may change.

mod paths;

use std::process::ExitCode;

use greenlight_budgets::{
    arguments::{USAGE, Wish},
    budgets::Budgets,
    callgrind::Callgrind,
    comparison::Comparison,
    failure::Failure,
    subject::Subject,
};

use paths::{HotPath, Setting};

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, Failure> {
    match Wish::from_args(std::env::args().skip(1))? {
        Wish::Help => print!("{USAGE}"),
        Wish::Play { path, runs, setting } => HotPath::named(&path)?.play(runs, &Setting::of(setting))?,
        Wish::Compare => return compare(),
        Wish::Bless { because } => bless(&because)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn compare() -> Result<ExitCode, Failure> {
    let budgets = Budgets::read()?;
    let comparison = Comparison::new(&budgets, &count()?);
    println!("{comparison}");
    Ok(if comparison.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn bless(because: &str) -> Result<(), Failure> {
    let mut budgets = Budgets::read_or_none()?;
    let counts = count()?;
    println!("{}", Comparison::new(&budgets, &counts));
    let changed = budgets.bless(&counts, because);
    budgets.write()?;
    println!("{changed} budgets were written; the file belongs into the commit that changed them");
    Ok(())
}

/// The instructions of one run of each path.
fn count() -> Result<Vec<(&'static Subject, f64)>, Failure> {
    let callgrind = Callgrind::find()?;
    let setting = Setting::prepare()?;
    let mut counts = Vec::new();
    for path in paths::ALL {
        eprintln!("counting {}", path.subject.name);
        counts.push((&path.subject, callgrind.count(&path.subject, setting.folder())?));
    }
    Ok(counts)
}
