//! Checks of the group's alarms.

use std::collections::BTreeMap;

use aws_sdk_codedeploy::types::DeploymentGroupInfo;
use greenlight_core::finding::{Finding, Place};

use super::findings::Findings;
use crate::aws::api::Trouble;

/// The alarms that stop deployments of the group.
pub(super) fn watched(group: &DeploymentGroupInfo) -> Vec<String> {
    let alarms = group.alarm_configuration().filter(|alarms| alarms.enabled());
    let alarms = alarms.map(|alarms| alarms.alarms()).unwrap_or_default();
    alarms.iter().filter_map(|alarm| alarm.name().map(str::to_owned)).collect()
}

/// Checks what was answered: which of them are there, and whether they fire.
pub(super) fn check(
    watched: &[String],
    answer: Result<BTreeMap<String, bool>, Trouble>,
    findings: &mut Findings,
) {
    let states = match answer {
        Ok(states) => states,
        Err(trouble) => {
            let place = Place::named("alarms", watched.join(", "));
            findings.unchecked(place, "the alarms", "cloudwatch:DescribeAlarms", trouble);
            return;
        }
    };
    for name in watched {
        let finding = match states.get(name) {
            Some(false) => continue,
            Some(true) => Finding::warning(
                "alarm-active",
                format!("the alarm `{name}` is active and stops the deployment at once"),
            )
            .with_fix("mend its cause first, or take it out of the deployment group"),
            None => Finding::warning(
                "unknown-alarm",
                format!("the deployment group watches the alarm `{name}`, which does not exist"),
            )
            .with_fix("create it, or take it out of the deployment group"),
        };
        findings.push(finding.with_place(Place::named("alarm", name)));
    }
}
