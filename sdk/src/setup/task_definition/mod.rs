//! The task definition: a revision for what is to be deployed.

mod normal;
mod raw;
mod remove;
mod running;

use std::fmt;

use aws_config::SdkConfig;
use aws_sdk_ecs::Client;
use greenlight_core::appspec::TaskDefinition as TaskDefinitionArn;
use serde_json::{Map, Value};

use self::raw::Latest;
use super::change::{Action, Change, Changes};
use super::owner::{Owner, TAG};
use super::run::{Mode, Run};
use super::{Made, SetupError};

/// The second step of the tutorial: the revision of a task definition that the AppSpec names.
///
/// A revision is registered when the latest one says something else. What the service fills in by itself, empty lists, and the
/// order of variables are no difference. The declaration goes to the service as it is, so that keys which are newer than this library
/// are kept.
///
/// ```no_run
/// use greenlight::setup::{Owner, TaskDefinition};
///
/// # async fn example(config: &aws_config::SdkConfig) -> Result<(), Box<dyn std::error::Error>> {
/// let json = std::fs::read_to_string("taskdef.json")?;
/// let revision = TaskDefinition::new(config, Owner::new("shop-web")?, &json)?.apply().await?;
/// println!("{}", revision.value);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct TaskDefinition {
    ecs: Client,
    codedeploy: aws_sdk_codedeploy::Client,
    owner: Owner,
    family: String,
    declared: Map<String, Value>,
    /// The service whose revisions are not deregistered: cluster and name.
    service: Option<(String, String)>,
    /// The deployment group that deploys it: application and name.
    group: Option<(String, String)>,
}

impl TaskDefinition {
    /// Takes what `aws ecs register-task-definition --cli-input-json` takes, or what `describe-task-definition` answers.
    ///
    /// # Errors
    ///
    /// [`SetupError::Invalid`] when it is no JSON object with a family and containers.
    pub fn new(config: &SdkConfig, owner: Owner, json: &str) -> Result<Self, SetupError> {
        let invalid = |what: &str| SetupError::invalid(format!("the task definition {what}"));
        let value: Value =
            serde_json::from_str(json).map_err(|error| invalid(&format!("is not valid JSON: {error}")))?;
        let Value::Object(mut declared) = value else {
            return Err(invalid(
                "is no JSON object; write what `aws ecs register-task-definition --cli-input-json` takes",
            ));
        };
        // The answer of `describe-task-definition`.
        if let Some(Value::Object(mut inner)) = declared.remove("taskDefinition") {
            if let Some(tags) = declared.remove("tags") {
                inner.insert("tags".to_owned(), tags);
            }
            declared = inner;
        }
        declared.retain(|key, _| !normal::is_of_the_service(key));
        let family = declared.get("family").and_then(Value::as_str).filter(|family| !family.is_empty());
        let family =
            family.ok_or_else(|| invalid("has no `family`; name the family of its revisions"))?.to_owned();
        let containers = declared.get("containerDefinitions").and_then(Value::as_array);
        if containers.is_none_or(Vec::is_empty) {
            return Err(invalid("has no `containerDefinitions`; write at least one container"));
        }
        Ok(Self {
            ecs: Client::new(config),
            codedeploy: aws_sdk_codedeploy::Client::new(config),
            owner,
            family,
            declared,
            service: None,
            group: None,
        })
    }

    /// The service that is deployed: a revision that it runs is not taken away with the set-up.
    #[must_use]
    pub fn with_service(mut self, cluster: impl Into<String>, service: impl Into<String>) -> Self {
        self.service = Some((cluster.into(), service.into()));
        self
    }

    /// The deployment group whose service is deployed: a revision that this service runs is not taken away with the set-up, and none
    /// while the group deploys.
    #[must_use]
    pub fn with_deployment_group(mut self, application: impl Into<String>, group: impl Into<String>) -> Self {
        self.group = Some((application.into(), group.into()));
        self
    }

    /// The family of its revisions.
    #[must_use]
    pub fn family(&self) -> &str {
        &self.family
    }

    /// What [`apply`](Self::apply) would do. Nothing is changed.
    ///
    /// # Errors
    ///
    /// [`SetupError`].
    pub async fn dry_run(&self) -> Result<Changes, SetupError> {
        let done = Run::new(Mode::DryRun).pass(async |run| self.ensure(run).await).await?;
        Ok(done.changes)
    }

    /// Sees to it that the latest revision is the declared one, and gives its ARN for the AppSpec.
    ///
    /// # Errors
    ///
    /// [`SetupError`].
    pub async fn apply(&self) -> Result<Made<TaskDefinitionArn>, SetupError> {
        Run::new(Mode::Apply).pass(async |run| self.ensure(run).await).await
    }

    /// What [`remove`](Self::remove) would do. Nothing is changed.
    ///
    /// # Errors
    ///
    /// [`SetupError`].
    pub async fn dry_run_removal(&self) -> Result<Changes, SetupError> {
        let done = Run::new(Mode::DryRun).pass(async |run| self.take_away(run).await).await?;
        Ok(done.changes)
    }

    /// Deregisters and deletes the revisions that this set-up registered, but none that the service runs. Where neither the
    /// [service](Self::with_service) is named nor a [deployment group](Self::with_deployment_group) that is there, all of them stay.
    ///
    /// # Errors
    ///
    /// [`SetupError`], and [`SetupError::UnderWay`] while the group deploys.
    pub async fn remove(&self) -> Result<Changes, SetupError> {
        let done = Run::new(Mode::Apply).pass(async |run| self.take_away(run).await).await?;
        Ok(done.changes)
    }

    pub(super) async fn ensure(&self, run: &mut Run) -> Result<TaskDefinitionArn, SetupError> {
        let latest = raw::latest(&self.ecs, &self.family).await?;
        let mut change = Change::new(Action::Create, "task definition", &self.family);
        if let Some(Latest { arn, definition }) = &latest {
            let differences = normal::differences(&self.declared, definition);
            if differences.is_empty() {
                run.keeps("task definition", name(arn), None);
                return Ok(TaskDefinitionArn::new(arn));
            }
            change = Change::new(
                Action::Create,
                "task definition",
                format!("{} after {}", self.family, name(arn)),
            );
            change = change.with_all(differences);
        }
        if !run.does(change) {
            // The next number is the service's to give, for revisions that were deleted count too.
            return Ok(TaskDefinitionArn::new(format!("({}: its next revision)", self.family)));
        }
        let arn = raw::register(&self.ecs, &self.family, &self.tagged()).await?;
        Ok(TaskDefinitionArn::new(arn))
    }

    /// The declaration with the tag of this set-up.
    fn tagged(&self) -> Value {
        let mut declared = self.declared.clone();
        let mut tags = match declared.remove("tags") {
            Some(Value::Array(tags)) => tags,
            _ => Vec::new(),
        };
        tags.retain(|tag| tag.get("key").and_then(Value::as_str) != Some(TAG));
        tags.push(serde_json::json!({ "key": TAG, "value": self.owner.name() }));
        declared.insert("tags".to_owned(), tags.into());
        declared.into()
    }
}

impl fmt::Display for TaskDefinition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the task definition {}", self.family)
    }
}

/// `web:7` of its ARN.
fn name(arn: &str) -> &str {
    arn.rsplit_once('/').map_or(arn, |(_, name)| name)
}
