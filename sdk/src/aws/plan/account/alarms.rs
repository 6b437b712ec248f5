//! Alarms of CloudWatch.

use std::collections::BTreeMap;

use aws_sdk_cloudwatch::types::{AlarmType, StateValue};

use super::Account;
use crate::aws::api::Trouble;

impl Account {
    /// Whether each of these alarms fires, by name; those that do not exist are left out. CodeDeploy takes ten for a
    /// group at most, so that one answer holds them all.
    pub(in crate::aws::plan) async fn alarms(
        &self,
        names: Vec<String>,
    ) -> Result<BTreeMap<String, bool>, Trouble> {
        if names.is_empty() {
            return Ok(BTreeMap::new());
        }
        let call = self.alarms.describe_alarms().set_alarm_names(Some(names));
        // Without the types, composite alarms are left out even where they are named.
        let call = call.alarm_types(AlarmType::MetricAlarm).alarm_types(AlarmType::CompositeAlarm);
        let output = call.send().await.map_err(Trouble::of)?;
        let metric = output.metric_alarms().iter().map(|alarm| (alarm.alarm_name(), alarm.state_value()));
        let composite =
            output.composite_alarms().iter().map(|alarm| (alarm.alarm_name(), alarm.state_value()));
        let all = metric.chain(composite);
        Ok(all
            .filter_map(|(name, state)| Some((name?.to_owned(), state == Some(&StateValue::Alarm))))
            .collect())
    }
}
