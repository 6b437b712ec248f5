//! The result of a measurement, as it is shown, kept and compared. Times are in microseconds, sizes in bytes.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::super::shown;
use super::conditions::Conditions;
use super::load::Loaded;
use super::quantile::{Quantile, Ratio, Samples};
use super::warm::Measured;

/// Raised when the form of the file changes.
pub(super) const FORM: u32 = 1;

/// Everything that was measured.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Figures {
    pub(super) form: u32,
    pub(super) file: String,
    pub(super) sha256: String,
    pub(super) conditions: Conditions,
    pub(super) load: Load,
    pub(super) first_call_us: f64,
    pub(super) warm: Warm,
    /// How many of all runs ended how.
    pub(super) verdicts: BTreeMap<String, u64>,
    /// How the first run ended that did not end as expected.
    pub(super) unexpected: Option<String>,
}

/// Having the plugin ready.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Load {
    pub(super) wasm_bytes: u64,
    pub(super) native_bytes: u64,
    pub(super) runtime_start_us: f64,
    /// The median of `compiles`.
    pub(super) compile_us: f64,
    pub(super) compiles: usize,
    pub(super) first_map_us: f64,
    pub(super) map: Quantile,
}

/// Runs after the warm-up, one after another.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Warm {
    pub(super) runs: usize,
    pub(super) interrupted: bool,
    pub(super) p50: Quantile,
    pub(super) p90: Quantile,
    pub(super) p99: Quantile,
    pub(super) cpu_p50: Quantile,
    /// In which a request was under way.
    pub(super) waited_p50: Quantile,
    /// The part of all time in which a request was under way, 0 to 1.
    pub(super) waited_share: f64,
    pub(super) peak_memory_bytes: u64,
    /// By one caller that calls again at once.
    pub(super) calls_per_second: f64,
}

/// Figures over those of an earlier measurement; more than 1 is slower.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Comparison {
    pub(super) same_plugin: bool,
    pub(super) differences: Vec<String>,
    pub(super) map: Ratio,
    pub(super) p50: Ratio,
    pub(super) p90: Ratio,
    pub(super) p99: Ratio,
}

/// What `--format json` writes.
#[derive(Debug, Serialize)]
pub(super) struct Output<'a> {
    #[serde(flatten)]
    pub(super) figures: &'a Figures,
    pub(super) against: Option<Comparison>,
}

impl Figures {
    #[expect(clippy::cast_precision_loss, reason = "nanoseconds of a measurement are far below 2^52")]
    pub(super) fn of(file: &Path, conditions: Conditions, loaded: &Loaded, measured: Measured) -> Self {
        let Measured { first_call, calls, cpu, waited, peak_memory, verdicts, unexpected, interrupted } =
            measured;
        let micros = |nanos: u64| nanos as f64 / 1000.0;
        let total: u64 = calls.iter().sum();
        let waiting: u64 = waited.iter().sum();
        let runs = calls.len();
        let over_total = |figure: f64| figure / total as f64;
        let calls = Samples::new(calls);
        let compiles = loaded.compiles.len();
        Self {
            form: FORM,
            file: shown(file),
            sha256: loaded.hook.digest().to_owned(),
            conditions,
            load: Load {
                wasm_bytes: loaded.wasm_bytes,
                native_bytes: loaded.native_bytes,
                runtime_start_us: micros(loaded.runtime_start),
                compile_us: Samples::new(loaded.compiles.clone()).quantile(0.5).us,
                compiles,
                first_map_us: micros(loaded.first_map),
                map: loaded.maps.quantile(0.5),
            },
            first_call_us: micros(first_call),
            warm: Warm {
                runs,
                interrupted,
                p50: calls.quantile(0.5),
                p90: calls.quantile(0.9),
                p99: calls.quantile(0.99),
                cpu_p50: Samples::new(cpu).quantile(0.5),
                waited_p50: Samples::new(waited).quantile(0.5),
                waited_share: over_total(waiting as f64),
                peak_memory_bytes: peak_memory,
                calls_per_second: over_total(runs as f64 * 1e9),
            },
            verdicts,
            unexpected,
        }
    }

    /// Whether the figures are of what was meant to be measured.
    pub(super) const fn is_as_expected(&self) -> bool {
        self.unexpected.is_none() && !self.warm.interrupted
    }

    pub(super) fn against(&self, before: &Self) -> Comparison {
        Comparison {
            same_plugin: self.sha256 == before.sha256,
            differences: self.conditions.differences(&before.conditions),
            map: self.load.map.over(before.load.map),
            p50: self.warm.p50.over(before.warm.p50),
            p90: self.warm.p90.over(before.warm.p90),
            p99: self.warm.p99.over(before.warm.p99),
        }
    }
}
