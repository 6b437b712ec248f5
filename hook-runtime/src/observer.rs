//! Seeing what a plugin reports while it still runs.

use serde::Serialize;

use crate::report::{Check, LogLine, Metric};

/// Something that a plugin did just now.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Observation {
    /// It recorded a check.
    Check(Check),
    /// It wrote a line.
    Log(LogLine),
    /// It recorded a metric.
    Metric(Metric),
}

/// Is told of every check, line and metric, in order, as they come.
///
/// It sees exactly what the [`HookReport`](crate::HookReport) will hold: cleaned and within the limits.
/// It is called on the executor's thread while the plugin waits, so it should be quick: send to a channel.
///
/// Closures are observers:
///
/// ```
/// use greenlight_hook_runtime::{HookContext, HookRun, Observation};
///
/// let run = HookRun::new(HookContext::new("d-1NNWZG91L", "AfterAllowTestTraffic"))
///     .with_observer(|seen: &Observation| println!("{seen:?}"));
/// # drop(run);
/// ```
pub trait Observer: Send + Sync {
    /// Called once for each observation.
    fn observe(&self, observation: &Observation);
}

impl<F: Fn(&Observation) + Send + Sync> Observer for F {
    fn observe(&self, observation: &Observation) {
        self(observation);
    }
}
