//! What a figure means nothing without.

use std::fs;
use std::thread;

use greenlight_hook_runtime::testing::{Case, Service};
use greenlight_hook_runtime::{Limits, Runtime};
use serde::{Deserialize, Serialize};

use super::Amount;

/// The machine, the versions, and what was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Conditions {
    pub(super) system: String,
    pub(super) processor: String,
    pub(super) processors: usize,
    /// Programs that ran or waited to run in the minute before, on average.
    pub(super) load: String,
    pub(super) greenlight: String,
    pub(super) wasmtime: String,
    pub(super) optimised: bool,
    /// Whom the plugin asked: the fake of a case, a service, or nobody.
    pub(super) service: String,
    pub(super) wall_clock_limit_ms: u64,
    pub(super) memory_limit_bytes: usize,
    pub(super) warm_up: u32,
}

impl Conditions {
    /// Looks at this machine and at how this program was built.
    pub(super) fn here(case: Option<&Case>, service: &Service, amount: Amount) -> Self {
        let limits = case.map_or_else(Limits::default, |case| case.limits.clone());
        Self {
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            processor: of_file("/proc/cpuinfo", model),
            processors: thread::available_parallelism().map_or(1, Into::into),
            load: of_file("/proc/loadavg", |text| text.split(' ').next().map(str::to_owned)),
            greenlight: env!("CARGO_PKG_VERSION").to_owned(),
            wasmtime: Runtime::engine_version(),
            optimised: !cfg!(debug_assertions),
            service: match (service, case) {
                (Service::Running { test, .. }, _) => test.clone(),
                (Service::Fake, Some(case)) => {
                    format!("the fake of the case {:?}, on this machine", case.name)
                }
                (Service::Fake, None) => "none".to_owned(),
            },
            wall_clock_limit_ms: u64::try_from(limits.wall_clock.as_millis()).unwrap_or(u64::MAX),
            memory_limit_bytes: limits.memory,
            warm_up: amount.warm_up,
        }
    }

    /// What differs from `before` so that a comparison says less, in words.
    pub(super) fn differences(&self, before: &Self) -> Vec<String> {
        let (processors, before_processors) = (self.processors.to_string(), before.processors.to_string());
        let optimised = |it: bool| if it { "optimised" } else { "not optimised" };
        [
            ("system", self.system.as_str(), before.system.as_str()),
            ("processor", &self.processor, &before.processor),
            ("processors", &processors, &before_processors),
            ("greenlight", &self.greenlight, &before.greenlight),
            ("wasmtime", &self.wasmtime, &before.wasmtime),
            ("greenlight is", optimised(self.optimised), optimised(before.optimised)),
            ("service", &self.service, &before.service),
        ]
        .into_iter()
        .filter(|(_, now, before)| now != before)
        .map(|(what, now, before)| format!("{what} {now}, before {before}"))
        .collect()
    }
}

fn of_file(path: &str, read: impl Fn(&str) -> Option<String>) -> String {
    // Not every system has these files.
    let text = fs::read_to_string(path).unwrap_or_default();
    read(&text).unwrap_or_else(|| "unknown".to_owned())
}

fn model(text: &str) -> Option<String> {
    let named = text.lines().filter_map(|line| line.split_once(':'));
    let model = named.into_iter().find(|(name, _)| name.trim() == "model name")?;
    Some(model.1.trim().to_owned())
}
