//! What a plugin can ask of the host, one file each, all of one shape: linked once, checked and built for each run.

mod config;
mod deployment;
mod http;
mod output;
mod report;

pub(crate) use self::{config::Config, deployment::Deployment, http::Http, report::Report};
pub(crate) use output::{LastLine, Output};

use std::{sync::Arc, time::Instant};

use bytes::Bytes;
use wasmtime::component::Linker;

use crate::{HookRun, execute::Host, http::Network, recorder::Recorder};

/// One thing that a plugin can ask of the host.
pub(crate) trait Capability: Sized {
    /// The interfaces that it serves, by their full names.
    const INTERFACES: &'static [&'static str];

    /// Adds its functions to the linker. Called once for each runtime.
    fn link(linker: &mut Linker<Host>) -> wasmtime::Result<()>;

    /// Looks whether a run can be carried out, before anything of it has begun. Called once for each run.
    ///
    /// # Errors
    ///
    /// A sentence that says what is wrong and how to mend it.
    fn check(run: &HookRun) -> Result<(), String> {
        let _ = run;
        Ok(())
    }

    /// Makes its part of the sandbox. Called once for each run, after every check has passed, and again for no
    /// other: nothing that it holds is seen by another run.
    ///
    /// # Errors
    ///
    /// As for [`check`](Self::check); only for what cannot be known earlier.
    fn build(parts: &Parts<'_>) -> Result<Self, String>;
}

/// What the capabilities of one run are built from.
pub(crate) struct Parts<'a> {
    pub(crate) run: &'a Arc<HookRun>,
    pub(crate) recorder: &'a Recorder,
    /// What a command reads on standard input; nothing for a validator.
    pub(crate) event: Option<Bytes>,
    /// When the run has to be over.
    pub(crate) deadline: Instant,
    /// How the host reaches the outside world.
    pub(crate) network: &'a Network,
}

/// Every interface that the host serves.
pub(crate) fn interfaces() -> impl Iterator<Item = &'static str> {
    [Output::INTERFACES, Config::INTERFACES, Deployment::INTERFACES, Report::INTERFACES, Http::INTERFACES]
        .into_iter()
        .flatten()
        .copied()
}

/// Adds every capability to `linker`.
pub(crate) fn link(linker: &mut Linker<Host>) -> wasmtime::Result<()> {
    Output::link(linker)?;
    Config::link(linker)?;
    Deployment::link(linker)?;
    Report::link(linker)?;
    Http::link(linker)
}

/// Checks a run for every capability.
pub(crate) fn check(run: &HookRun) -> Result<(), String> {
    Output::check(run)?;
    Config::check(run)?;
    Deployment::check(run)?;
    Report::check(run)?;
    Http::check(run)
}
