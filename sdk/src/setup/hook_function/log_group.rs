//! Where the function's log lines go.

use aws_sdk_cloudwatchlogs::types::LogGroup;

use super::HookFunction;
use crate::setup::SetupError;
use crate::setup::change::{Action, Change};
use crate::setup::error::{failed, is};
use crate::setup::owner::TAG;
use crate::setup::run::Run;

impl HookFunction {
    /// Sees to the log group. One that is another's, such as one that Lambda made by itself, is used as it is.
    pub(super) async fn ensure_log_group(&self, run: &mut Run) -> Result<(), SetupError> {
        let name = self.log_group_name();
        let kept = format!("kept for {} days", self.retention_days);
        let Some(seen) = self.seen_log_group(&name).await? else {
            if run.does(Change::new(Action::Create, "log group", &name).with(kept)) {
                let call = self.logs.create_log_group().log_group_name(&name).tags(TAG, self.owner.name());
                call.send()
                    .await
                    .map_err(|error| failed("logs:CreateLogGroup", format!("log group {name}"), error))?;
                self.put_retention(&name).await?;
            }
            return Ok(());
        };
        if !self.made_log_group(&seen).await? {
            run.keeps("log group", name, Some("not made by this set-up"));
            return Ok(());
        }
        let days = seen.retention_in_days();
        if days == Some(self.retention_days) {
            run.keeps("log group", name, None);
            return Ok(());
        }
        let was = days.map_or("for ever".to_owned(), |days| format!("for {days} days"));
        let change = Change::new(Action::Change, "log group", &name);
        if run.does(change.with(format!("kept {was} -> for {} days", self.retention_days))) {
            self.put_retention(&name).await?;
        }
        Ok(())
    }

    pub(super) async fn remove_log_group(&self, run: &mut Run) -> Result<(), SetupError> {
        let name = self.log_group_name();
        let Some(seen) = self.seen_log_group(&name).await? else { return Ok(()) };
        if !self.made_log_group(&seen).await? {
            run.keeps("log group", name, Some("not made by this set-up"));
        } else if run.does(Change::new(Action::Delete, "log group", &name)) {
            match self.logs.delete_log_group().log_group_name(&name).send().await {
                Ok(_) => {}
                Err(error) if is(&error, &["ResourceNotFoundException"]) => {}
                Err(error) => return Err(failed("logs:DeleteLogGroup", format!("log group {name}"), error)),
            }
        }
        Ok(())
    }

    fn log_group_name(&self) -> String {
        format!("/aws/lambda/{}", self.name)
    }

    async fn seen_log_group(&self, name: &str) -> Result<Option<LogGroup>, SetupError> {
        let mut pages = self.logs.describe_log_groups().log_group_name_prefix(name).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failed("logs:DescribeLogGroups", name, error))?;
            let mut groups = page.log_groups.unwrap_or_default().into_iter();
            if let Some(group) = groups.find(|group| group.log_group_name() == Some(name)) {
                return Ok(Some(group));
            }
        }
        Ok(None)
    }

    async fn made_log_group(&self, group: &LogGroup) -> Result<bool, SetupError> {
        // The older of its two ARNs ends in `:*`, which tags are not asked by.
        let arn = group.log_group_arn().or(group.arn()).unwrap_or_default().trim_end_matches(":*");
        let output = self.logs.list_tags_for_resource().resource_arn(arn).send().await;
        let output = output.map_err(|error| failed("logs:ListTagsForResource", arn, error))?;
        let tags = output.tags.unwrap_or_default();
        Ok(self.owner.made(tags.iter().map(|(key, value)| (key.as_str(), value.as_str()))))
    }

    async fn put_retention(&self, name: &str) -> Result<(), SetupError> {
        let call =
            self.logs.put_retention_policy().log_group_name(name).retention_in_days(self.retention_days);
        call.send()
            .await
            .map_err(|error| failed("logs:PutRetentionPolicy", format!("log group {name}"), error))?;
        Ok(())
    }
}
