//! Everything that is in an account, by name.

use aws_sdk_ecs::types::TaskDefinitionStatus;

use super::Account;

/// What is there: a line for each thing, in a fixed order. Things that a set-up can make are all among them.
pub(crate) async fn left(account: &Account) -> Vec<String> {
    let config = account.config();
    let mut lines = Vec::new();
    let balancing = aws_sdk_elasticloadbalancingv2::Client::new(config);
    let listeners = balancing.describe_listeners().load_balancer_arn(&account.balancer).send().await.unwrap();
    lines.extend(listeners.listeners().iter().map(|one| format!("listener {}", one.port().unwrap())));
    let groups = balancing.describe_target_groups().send().await.unwrap();
    lines.extend(
        groups.target_groups().iter().map(|one| format!("target group {}", one.target_group_name().unwrap())),
    );

    let codedeploy = aws_sdk_codedeploy::Client::new(config);
    for application in codedeploy.list_applications().send().await.unwrap().applications() {
        lines.push(format!("application {application}"));
        let groups = codedeploy.list_deployment_groups().application_name(application).send().await.unwrap();
        for name in groups.deployment_groups() {
            let call =
                codedeploy.get_deployment_group().application_name(application).deployment_group_name(name);
            let info = call.send().await.unwrap().deployment_group_info.unwrap();
            let pairs = info.load_balancer_info().unwrap().target_group_pair_info_list().to_vec();
            let arn =
                format!("arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:{application}/{name}");
            let tags = codedeploy.list_tags_for_resource().resource_arn(arn).send().await.unwrap();
            lines.push(format!("deployment group {name}: {:?} {:?}", pairs[0], tags.tags()));
        }
    }

    let ecs = aws_sdk_ecs::Client::new(config);
    for status in [TaskDefinitionStatus::Active, TaskDefinitionStatus::Inactive] {
        let revisions = ecs.list_task_definitions().status(status).send().await.unwrap();
        lines.extend(revisions.task_definition_arns().iter().map(|arn| format!("task definition {arn}")));
    }
    let functions = aws_sdk_lambda::Client::new(config).list_functions().send().await.unwrap();
    lines
        .extend(functions.functions().iter().map(|one| format!("function {}", one.function_name().unwrap())));
    let roles = aws_sdk_iam::Client::new(config).list_roles().send().await.unwrap();
    lines.extend(roles.roles().iter().map(|one| format!("role {}", one.role_name())));
    let logs = aws_sdk_cloudwatchlogs::Client::new(config).describe_log_groups().send().await.unwrap();
    lines.extend(logs.log_groups().iter().map(|one| format!("log group {}", one.log_group_name().unwrap())));
    let s3 = aws_sdk_s3::Client::new(config);
    for bucket in s3.list_buckets().send().await.unwrap().buckets() {
        let name = bucket.name().unwrap();
        let objects = s3.list_objects_v2().bucket(name).send().await.unwrap();
        lines.extend(objects.contents().iter().map(|one| format!("object {name}/{}", one.key().unwrap())));
    }
    lines
}
