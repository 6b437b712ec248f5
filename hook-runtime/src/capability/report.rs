//! Checks, metrics and log lines, as `greenlight:hook/report`.

use wasmtime::component::{HasSelf, Linker};

use super::{Capability, Parts};
use crate::{
    contract,
    execute::Host,
    recorder::Recorder,
    report::{CheckOutcome, LogLevel, LogSource},
};

/// Takes down what the plugin reports.
pub(crate) struct Report(Recorder);

impl Capability for Report {
    const INTERFACES: &'static [&'static str] = &["greenlight:hook/report@0.1.0"];

    fn link(linker: &mut Linker<Host>) -> wasmtime::Result<()> {
        contract::report::add_to_linker::<_, HasSelf<Self>>(linker, |host| &mut host.report)
    }

    fn build(parts: &Parts<'_>) -> Result<Self, String> {
        Ok(Self(parts.recorder.clone()))
    }
}

impl contract::report::Host for Report {
    fn check(
        &mut self,
        name: String,
        outcome: contract::report::Outcome,
        detail: String,
    ) -> wasmtime::Result<()> {
        let outcome = match outcome {
            contract::report::Outcome::Pass => CheckOutcome::Pass,
            contract::report::Outcome::Fail => CheckOutcome::Fail,
            contract::report::Outcome::Warn => CheckOutcome::Warn,
            contract::report::Outcome::Skip => CheckOutcome::Skip,
        };
        self.0.check(&name, outcome, &detail);
        Ok(())
    }

    fn metric(&mut self, name: String, value: f64, unit: String) -> wasmtime::Result<()> {
        self.0.metric(&name, value, &unit);
        Ok(())
    }

    fn log(&mut self, level: contract::report::Level, text: String) -> wasmtime::Result<()> {
        let level = match level {
            contract::report::Level::Trace => LogLevel::Trace,
            contract::report::Level::Debug => LogLevel::Debug,
            contract::report::Level::Info => LogLevel::Info,
            contract::report::Level::Warn => LogLevel::Warn,
            contract::report::Level::Error => LogLevel::Error,
        };
        for line in text.lines() {
            self.0.log(LogSource::Plugin, level, line);
        }
        Ok(())
    }
}
