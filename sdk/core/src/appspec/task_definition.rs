//! The task definition that a deployment starts.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::node::clipped;
use super::placeholder::is_placeholder;

/// A task definition as an AppSpec names it: an ARN with a revision, or a placeholder that a tool replaces.
///
/// ```
/// use greenlight_core::appspec::TaskDefinition;
///
/// let task = TaskDefinition::new("arn:aws:ecs:eu-west-1:111122223333:task-definition/web:7");
/// assert_eq!(task.family(), Some("web"));
/// assert_eq!(task.revision(), Some(7));
/// assert!(TaskDefinition::new("<TASK_DEFINITION>").is_placeholder());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct TaskDefinition(String);

impl TaskDefinition {
    /// Takes the text as it is; [`AppSpec::read`](super::AppSpec::read) warns of one that the service will refuse.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a tool has to replace the text before CodeDeploy sees it.
    #[must_use]
    pub fn is_placeholder(&self) -> bool {
        is_placeholder(&self.0)
    }

    /// The family, unless the text is a placeholder.
    #[must_use]
    pub fn family(&self) -> Option<&str> {
        if self.is_placeholder() {
            return None;
        }
        let name = self.name();
        Some(name.split_once(':').map_or(name, |(family, _)| family)).filter(|family| !family.is_empty())
    }

    /// The revision, where one is given as a number.
    #[must_use]
    pub fn revision(&self) -> Option<u32> {
        self.name()
            .split_once(':')
            .and_then(|(_, revision)| revision.parse().ok())
            .filter(|number| *number > 0)
    }

    /// Why the service may refuse the text or take another revision than was meant, and what to write.
    pub(super) fn doubt(&self) -> Option<(&'static str, String, &'static str)> {
        const FIX: &str = "write `arn:aws:ecs:REGION:ACCOUNT:task-definition/FAMILY:REVISION`";
        if self.is_placeholder() {
            return None;
        }
        let parts: Vec<&str> = self.0.splitn(6, ':').collect();
        let [arn, partition, service, region, account, resource] = parts.as_slice() else {
            return Some((
                "task-definition-not-arn",
                format!("`{}` is not the ARN of a task definition", clipped(&self.0)),
                FIX,
            ));
        };
        if *arn != "arn"
            || !partition.starts_with("aws")
            || *service != "ecs"
            || !resource.starts_with("task-definition/")
        {
            return Some((
                "task-definition-not-arn",
                format!("`{}` is not the ARN of a task definition", clipped(&self.0)),
                FIX,
            ));
        }
        if !is_account(account) || region.is_empty() {
            let message = format!(
                "the ARN has `{}:{}` where a region and the 12 digits of an account belong",
                clipped(region),
                clipped(account)
            );
            return Some(("task-definition-account", message, FIX));
        }
        if self.revision().is_none() {
            let message = "the ARN names no revision by its number".to_owned();
            let fix = "add `:REVISION`, or another revision than the tested one may be started";
            return Some(("task-definition-revision", message, fix));
        }
        None
    }

    /// `family:revision`.
    fn name(&self) -> &str {
        self.0.rsplit_once('/').map_or(self.0.as_str(), |(_, name)| name)
    }
}

/// Whether the text is an account number: 12 digits.
pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl fmt::Display for TaskDefinition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<&str> for TaskDefinition {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for TaskDefinition {
    fn from(text: String) -> Self {
        Self(text)
    }
}
