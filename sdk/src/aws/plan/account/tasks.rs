//! Services and task definitions of Amazon ECS.

use aws_sdk_ecs::types::{Service, TaskDefinition};

use super::{Account, Answer, some};
use crate::aws::api::Trouble;

impl Account {
    pub(in crate::aws::plan) async fn service(&self, cluster: &str, service: &str) -> Answer<Service> {
        let answer = self.tasks.describe_services().cluster(cluster).services(service).send().await;
        let answer = answer.map_err(Trouble::of).map(|output| output.services().first().cloned());
        some(answer, &["ClusterNotFound", "ServiceNotFound"])
    }

    pub(in crate::aws::plan) async fn task_definition(&self, arn: &str) -> Answer<TaskDefinition> {
        let answer = self.tasks.describe_task_definition().task_definition(arn).send().await;
        // ECS has no name of its own for one that does not exist.
        some(answer.map_err(Trouble::of).map(|output| output.task_definition), &["Client"])
    }
}
