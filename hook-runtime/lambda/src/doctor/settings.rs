//! What needs no call: the suite, the function's time, memory, name and variables.

use std::time::Duration;

use super::{Finding, Outcome};
use crate::host::Parts;
use crate::plugins::{Plugin, Plugins};
use crate::{Budget, Environment};

/// What the host takes beside its plugins, in bytes: resident memory of a warm process, with room for requests.
const HOST_BYTES: u64 = 32 << 20;

/// What the policies that AWS manages let CodeDeploy invoke.
const MANAGED_PREFIX: &str = "CodeDeployHook_";

/// Looks at all of it.
pub(super) fn look(parts: &Parts, budget: &Budget) -> Vec<Finding> {
    let environment = &parts.environment;
    let mut findings = Vec::new();
    match &parts.plugins {
        Ok(plugins) => {
            let sentence = format!("its plugins are mapped: {plugins}");
            findings.push(Finding::new("suite", Outcome::Ok, shown(environment), sentence));
            findings.extend(time(plugins, budget));
            findings.extend(memory(plugins, environment));
        }
        Err(problem) => {
            let sentence = format!("every hook will be reported as failed: {problem}");
            findings.push(Finding::new("suite", Outcome::Failed, shown(environment), sentence));
        }
    }
    findings.extend(environment.ignored.iter().map(|ignored| {
        Finding::new("environment", Outcome::Missing, ignored.variable.as_str(), ignored.why.as_str())
    }));
    findings.push(name(environment));
    findings
}

fn shown(environment: &Environment) -> String {
    environment.suite.display().to_string()
}

/// A plugin that may take longer than the function is stopped in the middle, and its hook fails.
fn time(plugins: &Plugins, budget: &Budget) -> Vec<Finding> {
    let left = budget.plugins_until.saturating_duration_since(budget.begun);
    let longer = |plugin: &&Plugin| plugin.settings.timeout > left;
    let mut findings: Vec<Finding> = plugins
        .iter()
        .filter(longer)
        .map(|plugin| {
            let (name, timeout) = (&plugin.settings.name, plugin.settings.timeout);
            let sentence = format!(
                "it may take {timeout:?}, and the function's own timeout leaves {:.1} s for plugins",
                left.as_secs_f64()
            );
            let fix = match needed(timeout) {
                seconds @ ..=900 => {
                    format!(
                        "raise the function's timeout to {seconds} s, or lower that of {name} in the suite"
                    )
                }
                _ => format!("lower the timeout of {name} in the suite: a function has 15 minutes at most"),
            };
            Finding::new("time", Outcome::Missing, name.as_str(), sentence).with_fix(fix)
        })
        .collect();
    if findings.is_empty() {
        let sentence =
            format!("its timeout leaves {:.1} s for plugins, and none may take longer", left.as_secs_f64());
        findings.push(Finding::new("time", Outcome::Ok, "the function", sentence));
    }
    findings
}

/// The function's timeout, in seconds, that leaves so much for plugins; [`Budget`] keeps a quarter of it, and at most 5 s.
fn needed(plugin: Duration) -> u64 {
    let seconds = plugin.as_secs_f64();
    let whole = if seconds >= 15.0 { seconds + 5.0 } else { seconds * 4.0 / 3.0 };
    // A second more: the function has begun when its time is looked at.
    Duration::from_secs_f64(whole.ceil() + 1.0).as_secs()
}

fn memory(plugins: &Plugins, environment: &Environment) -> Vec<Finding> {
    let Some(has) = environment.memory_mb else { return Vec::new() };
    let mut sizes: Vec<u64> = plugins.iter().map(|plugin| plugin.settings.memory).collect();
    sizes.sort_unstable_by(|one, other| other.cmp(one));
    let bytes = |plugins: &[u64]| plugins.iter().sum::<u64>().saturating_add(HOST_BYTES);
    let largest = megabytes(bytes(sizes.get(..1).unwrap_or_default()));
    let at_once = megabytes(bytes(sizes.get(..plugins.concurrency()).unwrap_or(sizes.as_slice())));
    let finding = |outcome, sentence| Finding::new("memory", outcome, "the function", sentence);
    vec![if has < largest {
        finding(Outcome::Missing, format!("its {has} MB cannot hold what its largest plugin may use"))
            .with_fix(format!("give the function {largest} MB, or lower `memory` in the suite"))
    } else if has < at_once {
        finding(
            Outcome::Unknown,
            format!("its {has} MB hold its plugins unless all use what they may at once"),
        )
        .with_fix(format!("give the function {at_once} MB to be sure"))
    } else {
        finding(Outcome::Ok, format!("its {has} MB hold all that its plugins may use"))
    }]
}

const fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1 << 20)
}

fn name(environment: &Environment) -> Finding {
    let name = environment.function.as_str();
    if name.starts_with(MANAGED_PREFIX) {
        let sentence = "the policies that AWS manages let CodeDeploy invoke a function of this name";
        return Finding::new("name", Outcome::Ok, name, sentence);
    }
    let sentence = format!(
        "without {MANAGED_PREFIX} at its beginning CodeDeploy may not invoke the function by \
         AWSCodeDeployRoleForECSLimited or AWSCodeDeployRoleForLambda"
    );
    Finding::new("name", Outcome::Unknown, name, sentence).with_fix(
        "use AWSCodeDeployRoleForECS, allow lambda:InvokeFunction on the function for the service role, or rename it",
    )
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    #[test]
    fn the_timeout_that_is_advised_leaves_the_plugin_its_time() {
        let now = Instant::now();
        for seconds in [1, 2, 3, 14, 15, 16, 30, 600] {
            let plugin = Duration::from_secs(seconds);
            let budget = Budget::new(now, Duration::from_secs(needed(plugin)));
            assert!(budget.plugins_until - now > plugin, "{seconds}: {budget}");
        }
    }
}
