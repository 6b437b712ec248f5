//! What was in progress when the endpoint was killed.

use std::collections::BTreeMap;
use std::fmt;

/// Stages that last, so that every run meets them. Others, as the switch of a listener, are over in a moment.
const LASTING: [&str; 8] = [
    "BeforeInstall",
    "AfterInstall",
    "AfterAllowTestTraffic",
    "BeforeAllowTraffic",
    "AllowTraffic",
    "AfterAllowTraffic",
    "Ready",
    "termination wait",
];

/// How many deployments were in which stage at kills.
#[derive(Debug, Default)]
pub(crate) struct Stages(BTreeMap<String, u32>);

impl Stages {
    /// Counts a deployment that is in this stage at a kill.
    pub(crate) fn count(&mut self, stage: &str) {
        *self.0.entry(stage.to_owned()).or_default() += 1;
    }

    /// Checks that every stage that lasts was met.
    pub(crate) fn expect_all(&self) {
        let never: Vec<&&str> = LASTING.iter().filter(|stage| !self.0.contains_key(**stage)).collect();
        assert!(never.is_empty(), "no deployment was killed in {never:?}\n{self}");
    }
}

impl fmt::Display for Stages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total: u32 = self.0.values().sum();
        write!(f, "{total} deployments were under way at a kill:")?;
        self.0.iter().try_for_each(|(stage, count)| write!(f, "\n  {stage}: {count}"))
    }
}
