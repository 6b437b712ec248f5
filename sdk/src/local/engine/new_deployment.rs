//! A deployment that is to begin.

use std::collections::BTreeSet;
use std::sync::Arc;

use greenlight_core::lifecycle::Settings;
use greenlight_core::{DeploymentCreator, DeploymentHead};

use super::group_key::GroupKey;
use super::service::ServiceKey;
use super::state::{Previous, Record};
use crate::local::router::TargetGroup;

/// A deployment that is to begin.
#[derive(Debug)]
pub(crate) struct NewDeployment {
    /// Its group: each has one deployment under way at most.
    pub(crate) group: GroupKey,
    /// What it changes. One that the engine does not know is simulated.
    pub(crate) service: ServiceKey,
    pub(crate) head: DeploymentHead,
    /// What its lifecycle depends on, its id included.
    pub(crate) settings: Settings,
    pub(crate) creator: DeploymentCreator,
    /// The AppSpec's task definition.
    pub(crate) task_definition: Option<String>,
    /// What a rollback goes back to; absent: to whatever was there.
    pub(crate) previous: Option<Previous>,
    /// The alarms that stop it.
    pub(crate) alarms: BTreeSet<String>,
    /// Whether the engine itself ends the ready wait at once.
    pub(crate) continue_when_ready: bool,
    /// Kept with it, and told as it is to whoever asks for the deployment; its rollback has the same.
    pub(crate) details: Arc<serde_json::Value>,
    /// The target group of its "blue" task set, unless it is the primary one.
    pub(crate) blue: Option<TargetGroup>,
}

impl Record {
    /// The deployment that rolls this one back.
    pub(super) fn rolled_back_by(&self, settings: Settings) -> NewDeployment {
        let own = &self.head.deployment_config;
        let deployment_config = self.lifecycle.settings().config_of_rollback(own).to_owned();
        let mut head = DeploymentHead { deployment_config, ..self.head.clone() };
        let mut task_definition = self.task_definition.clone();
        if let Some(previous) = &self.previous {
            head.revision.clone_from(&previous.revision);
            task_definition.clone_from(&previous.task_definition);
        }
        NewDeployment {
            group: self.group.clone(),
            service: self.service.clone(),
            head,
            settings,
            creator: DeploymentCreator::CodeDeployRollback,
            task_definition,
            previous: None,
            alarms: BTreeSet::new(),
            continue_when_ready: false,
            details: Arc::clone(&self.details),
            blue: Some(self.blue),
        }
    }
}

/// How many events the deployment will have, if all goes well: begun and ended, each event twice, each hook twice, the
/// test traffic, each share of production traffic, the wait for termination.
pub(super) fn events_of(settings: &Settings) -> usize {
    let shares = usize::try_from(settings.routing.steps()).unwrap_or_default();
    4 + 2 * (settings.events().count() + settings.hooks.len()) + shares
}
