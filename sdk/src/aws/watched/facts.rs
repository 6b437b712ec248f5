//! What is found out about a deployment once.

use std::collections::BTreeMap;

use aws_sdk_codedeploy::types::DeploymentInfo;
use greenlight_core::{AppSpec, DeploymentConfig, FunctionName, HookEvent, Percent, TrafficRouting};

use super::Asking;
use crate::aws::api::{Kind, Trouble};
use crate::aws::read;
use crate::aws::seen::{Facts, Seen};

/// What whoever started a deployment knows of it.
#[derive(Debug, Clone, Default)]
pub(in crate::aws) struct Hints {
    pub(in crate::aws) routing: Option<TrafficRouting>,
    pub(in crate::aws) hooks: Option<BTreeMap<HookEvent, FunctionName>>,
    /// The id of its target, which can be made from the group's service.
    pub(in crate::aws) target: Option<String>,
}

/// What was found out.
pub(super) struct Known {
    pub(super) facts: Facts,
    pub(super) target: Option<String>,
}

/// Finds out what never changes. What the caller has no permission to see is left out: the deployment can be followed without.
pub(super) async fn learn(
    info: &DeploymentInfo,
    seen: &Seen,
    hints: Hints,
    asking: Asking<'_>,
) -> Result<Known, Trouble> {
    let mut known = Known { facts: read::facts(info), target: hints.target };
    known.facts.routing = match hints.routing {
        Some(routing) => Some(routing),
        None => routing(&seen.deployment.deployment_config, asking).await?,
    };
    let rolls_back = seen.deployment.rollback.as_ref().and_then(|info| info.triggering_deployment.as_ref());
    if let Some(forward) = rolls_back {
        let forward_info;
        let forward = asking.others.get(forward);
        let view = match forward.view() {
            Some(view) => Some(view),
            None => {
                // Boxed: a forward deployment is no rollback, so that this goes one step deep.
                forward_info = Box::pin(forward.now(asking)).await;
                allowed(forward_info.map(Some))?
            }
        };
        known.facts.rolls_back_from = view.map_or(Percent::ALL, |view| view.seen.green);
        return Ok(known);
    }
    known.facts.hooks = match hints.hooks {
        Some(hooks) => hooks,
        None => hooks(info, seen, asking).await?,
    };
    Ok(known)
}

async fn routing(config: &str, asking: Asking<'_>) -> Result<Option<TrafficRouting>, Trouble> {
    if let Some(config) = DeploymentConfig::built_in(config) {
        return Ok(Some(config.routing));
    }
    let config = asking.calls.config(config, asking.patience).await.map(|config| read::routing(&config));
    allowed(config)
}

/// The hooks of the deployment's AppSpec.
async fn hooks(
    info: &DeploymentInfo,
    seen: &Seen,
    asking: Asking<'_>,
) -> Result<BTreeMap<HookEvent, FunctionName>, Trouble> {
    // The text of a revision in Amazon S3 is not the service's to give.
    let Some(revision) = info.revision().filter(|revision| read::sha256(revision).is_some()) else {
        return Ok(BTreeMap::new());
    };
    let application = &seen.deployment.application;
    let text = allowed(asking.calls.revision_text(application, revision, asking.patience).await)?;
    let spec = text.and_then(|text| AppSpec::read(&text).spec);
    Ok(spec.map(|spec| spec.hooks).unwrap_or_default())
}

/// What was refused is not known.
fn allowed<T>(answer: Result<Option<T>, Trouble>) -> Result<Option<T>, Trouble> {
    match answer {
        Err(trouble) if trouble.kind == Kind::Refused => {
            tracing::warn!(%trouble, "some of a deployment's events cannot be told");
            Ok(None)
        }
        other => other,
    }
}
