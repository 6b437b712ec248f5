//! Which revisions serve.

use std::collections::BTreeSet;

use super::TaskDefinition;
use crate::setup::error::{failed, is};
use crate::setup::{SetupError, deployment_group};

/// What can be said of the revisions that run.
#[derive(Debug)]
pub(super) enum Running {
    /// By ARN or as `family:revision`.
    Known(Vec<String>),
    /// No service is known that could be looked at.
    Unknown,
}

impl TaskDefinition {
    /// The revisions that the service runs, which is named, or that of the deployment group, or both.
    pub(super) async fn running(&self) -> Result<Running, SetupError> {
        let mut services: BTreeSet<_> = self.service.clone().into_iter().collect();
        services.extend(self.services_of_group().await?);
        if services.is_empty() {
            return Ok(Running::Unknown);
        }
        let mut running = Vec::new();
        for (cluster, service) in &services {
            running.extend(self.run_by(cluster, service).await?);
        }
        Ok(Running::Known(running))
    }

    async fn run_by(&self, cluster: &str, service: &str) -> Result<Vec<String>, SetupError> {
        let output = match self.ecs.describe_services().cluster(cluster).services(service).send().await {
            Ok(output) => output,
            Err(error) if is(&error, &["ClusterNotFoundException"]) => return Ok(Vec::new()),
            Err(error) => return Err(failed("ecs:DescribeServices", format!("{cluster}/{service}"), error)),
        };
        let of_service = output.services().iter().filter_map(|service| service.task_definition());
        let sets = output.services().iter().flat_map(|service| service.task_sets());
        let of_sets = sets.filter_map(|set| set.task_definition());
        Ok(of_service.chain(of_sets).map(str::to_owned).collect())
    }

    /// The cluster and the name of each service of the deployment group, if that is named and there.
    async fn services_of_group(&self) -> Result<Vec<(String, String)>, SetupError> {
        let Some((application, group)) = &self.group else { return Ok(Vec::new()) };
        let info = deployment_group::find(&self.codedeploy, application, group).await?;
        let services = info.and_then(|info| info.ecs_services).unwrap_or_default();
        Ok(services.into_iter().filter_map(|one| Some((one.cluster_name?, one.service_name?))).collect())
    }
}
