//! Asking CodeDeploy for what its event leaves out.

use aws_sdk_codedeploy::Client;
use aws_sdk_codedeploy::types::{AppSpecContent, DeploymentInfo, RevisionLocation, RevisionLocationType};
use tokio::time::Instant;

use super::ask::Asking;
use super::cache::Cache;
use super::{Known, revision, target};
use crate::log::Log;

/// Finds out about deployments, and remembers what does not change.
#[derive(Debug)]
pub(crate) struct Recovery {
    client: Client,
    deployments: Cache<Lasting>,
    targets: Cache<String>,
}

/// What does not change while a deployment lasts.
#[derive(Clone, Debug, Default)]
struct Lasting {
    application: Option<String>,
    group: Option<String>,
    sha256: Option<String>,
    attributes: Vec<(&'static str, String)>,
}

impl Recovery {
    pub(crate) const fn new(client: Client) -> Self {
        Self { client, deployments: Cache::new(), targets: Cache::new() }
    }

    /// All that can be found out by then.
    pub(crate) async fn recover(&self, deployment: &str, until: Instant, log: &Log) -> Known {
        let asking = Asking::until(until);
        let (lasting, target) =
            tokio::join!(self.lasting(deployment, &asking), self.target(deployment, &asking));
        asking.tell(log);
        let mut known = Known {
            application: lasting.application,
            group: lasting.group,
            revision: lasting.sha256,
            ..target
        };
        known.attributes.extend(lasting.attributes.into_iter().map(|(name, value)| (name.to_owned(), value)));
        known
    }

    async fn lasting(&self, deployment: &str, asking: &Asking) -> Lasting {
        if let Some(lasting) = self.deployments.get(deployment) {
            return lasting;
        }
        let call = || self.client.get_deployment().deployment_id(deployment).send();
        let Some(answer) = asking.call("GetDeployment", call).await else { return Lasting::default() };
        let mut lasting = answer.deployment_info().map(lasting).unwrap_or_default();
        let complete = match (&lasting.application, &lasting.sha256) {
            (Some(application), Some(sha256)) => match self.appspec(application, sha256, asking).await {
                Some(text) => {
                    let task_definition = revision::task_definition(&text);
                    lasting.attributes.extend(task_definition.map(|arn| ("task-definition", arn)));
                    true
                }
                None => false,
            },
            // A revision in S3 is not read: the role would need a permission for every bucket.
            _ => true,
        };
        if complete {
            self.deployments.put(deployment, lasting.clone());
        }
        lasting
    }

    async fn appspec(&self, application: &str, sha256: &str, asking: &Asking) -> Option<String> {
        let location = RevisionLocation::builder()
            .revision_type(RevisionLocationType::AppSpecContent)
            .app_spec_content(AppSpecContent::builder().sha256(sha256).build())
            .build();
        let call = || {
            let call = self.client.get_application_revision().application_name(application);
            call.revision(location.clone()).send()
        };
        let answer = asking.call("GetApplicationRevision", call).await?;
        Some(answer.revision()?.app_spec_content()?.content()?.to_owned())
    }

    async fn target(&self, deployment: &str, asking: &Asking) -> Known {
        let mut known = Known::default();
        let id = match self.targets.get(deployment) {
            Some(id) => Some(id),
            None => self.target_id(deployment, asking).await,
        };
        let Some(id) = id else { return known };
        let call = || self.client.get_deployment_target().deployment_id(deployment).target_id(&id).send();
        let answer = asking.call("GetDeploymentTarget", call).await;
        if let Some(found) = answer.as_ref().and_then(|answer| answer.deployment_target()) {
            self.targets.put(deployment, id);
            target::read(found, &mut known);
        }
        known
    }

    /// The deployments of a service have one target.
    async fn target_id(&self, deployment: &str, asking: &Asking) -> Option<String> {
        let call = || self.client.list_deployment_targets().deployment_id(deployment).send();
        asking.call("ListDeploymentTargets", call).await?.target_ids().first().cloned()
    }
}

fn lasting(info: &DeploymentInfo) -> Lasting {
    let sha256 = info.revision().and_then(|revision| {
        let inline = revision.app_spec_content().and_then(|content| content.sha256());
        // Deployments of Lambda functions may have this one.
        inline.or_else(|| revision.string().and_then(|text| text.sha256()))
    });
    let rollback = info.rollback_info().and_then(|rollback| rollback.rollback_triggering_deployment_id());
    let attributes = [
        ("deployment-config", info.deployment_config_name()),
        ("compute-platform", info.compute_platform().map(|platform| platform.as_str())),
        ("creator", info.creator().map(|creator| creator.as_str())),
        ("rolls-back", rollback),
    ];
    Lasting {
        application: info.application_name().map(str::to_owned),
        group: info.deployment_group_name().map(str::to_owned),
        sha256: sha256.map(str::to_owned),
        attributes: attributes
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?.to_owned())))
            .collect(),
    }
}
