//! A host of plugins made with extism's Rust SDK, as one would write it. The benchmarks start it and ask it, by lines of standard
//! input, to run its plugin so and so often; it answers each with a line of figures.
//!
//! It is a program of its own because extism brings its own version of the engine.

mod figures;
mod host;
mod request;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use crate::host::{Host, HostError};
use crate::request::Request;

fn main() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Answers lines until there are no more. A line that fails is answered with `error: ` and why.
fn serve() -> Result<(), HostError> {
    let plugin = std::env::args_os().nth(1).map(PathBuf::from);
    let mut host = Host::new(&plugin.ok_or(HostError::NoPlugin)?)?;
    let mut out = io::stdout();
    for line in io::stdin().lines() {
        let answer = line.map_err(HostError::from).and_then(|line| host.answer(&line.parse::<Request>()?));
        match answer {
            Ok(figures) => writeln!(out, "{figures}")?,
            Err(error) => writeln!(out, "error: {error}")?,
        }
        out.flush()?;
    }
    Ok(())
}
