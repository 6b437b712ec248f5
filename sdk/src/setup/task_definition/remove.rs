//! Revisions that a set-up registered, taken away.

use aws_sdk_ecs::types::{Tag, TaskDefinitionField, TaskDefinitionStatus};

use super::running::Running;
use super::{TaskDefinition, name};
use crate::setup::SetupError;
use crate::setup::change::{Action, Change};
use crate::setup::error::{failed, is};
use crate::setup::run::Run;
use crate::setup::under_way;

impl TaskDefinition {
    pub(in crate::setup) async fn take_away(&self, run: &mut Run) -> Result<(), SetupError> {
        if let Some((application, group)) = &self.group {
            under_way::check(&self.codedeploy, application, group).await?;
        }
        let running = self.running().await?;
        // One that was deregistered by a clean-up that was broken off is still to be deleted.
        for status in [TaskDefinitionStatus::Active, TaskDefinitionStatus::Inactive] {
            for arn in self.revisions(&status).await? {
                if !self.made(&arn).await? {
                    continue;
                }
                let why = match &running {
                    Running::Unknown => Some("no service is named, so that it may be the one that serves"),
                    Running::Known(running) => {
                        let runs = running.iter().any(|one| name(one) == name(&arn));
                        runs.then_some("the service runs it; deregister it when a later one does")
                    }
                };
                if why.is_some() {
                    run.keeps("task definition", name(&arn), why);
                } else if run.does(Change::new(Action::Delete, "task definition", name(&arn))) {
                    if status == TaskDefinitionStatus::Active {
                        self.deregister(&arn).await?;
                    }
                    self.delete(&arn).await?;
                }
            }
        }
        Ok(())
    }

    async fn revisions(&self, status: &TaskDefinitionStatus) -> Result<Vec<String>, SetupError> {
        let call = self.ecs.list_task_definitions().family_prefix(&self.family).status(status.clone());
        let mut pages = call.into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failed("ecs:ListTaskDefinitions", &self.family, error))?;
            found.extend(page.task_definition_arns.unwrap_or_default());
        }
        Ok(found)
    }

    /// Whether this set-up registered the revision.
    async fn made(&self, arn: &str) -> Result<bool, SetupError> {
        let call =
            self.ecs.describe_task_definition().task_definition(arn).include(TaskDefinitionField::Tags);
        match call.send().await {
            Ok(output) => {
                let pair = |tag: &Tag| Some((tag.key()?.to_owned(), tag.value()?.to_owned()));
                let tags: Vec<_> = output.tags().iter().filter_map(pair).collect();
                Ok(self.owner.made(tags.iter().map(|(key, value)| (key.as_str(), value.as_str()))))
            }
            Err(error) if is(&error, &["ClientException"]) => Ok(false),
            Err(error) => Err(failed("ecs:DescribeTaskDefinition", name(arn), error)),
        }
    }

    async fn deregister(&self, arn: &str) -> Result<(), SetupError> {
        let call = self.ecs.deregister_task_definition().task_definition(arn);
        call.send().await.map_err(|error| failed("ecs:DeregisterTaskDefinition", name(arn), error))?;
        Ok(())
    }

    async fn delete(&self, arn: &str) -> Result<(), SetupError> {
        let call = self.ecs.delete_task_definitions().task_definitions(arn);
        let output =
            call.send().await.map_err(|error| failed("ecs:DeleteTaskDefinitions", name(arn), error))?;
        match output.failures().first() {
            None => Ok(()),
            Some(failure) => Err(SetupError::Refused {
                action: "ecs:DeleteTaskDefinitions",
                thing: name(arn).to_owned(),
                source: failure.reason().unwrap_or("no reason was given").to_owned().into(),
            }),
        }
    }
}
