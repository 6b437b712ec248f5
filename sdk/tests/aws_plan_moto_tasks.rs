//! What a plan finds in the task definition and the service.

use aws_sdk_ecs::types::{
    CapacityProviderStrategyItem, DeploymentController, DeploymentControllerType, LoadBalancer,
    StabilityStatus,
};
use serde_json::json;

use crate::aws_plan_support::{Cases, Ground};
use crate::local_support::assert_golden;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_set_up_with_moto_has_no_findings_and_planning_changes_nothing() {
    let ground = Ground::new().await;
    let plan = ground.plan(&ground.appspec).await;
    assert_eq!(crate::aws_plan_support::text(&plan), "");
    assert!(plan.can_start() && plan.budget.is_some() && plan.config.is_some());
    assert_eq!(ground.account.front.changes(), Vec::<String>::new());
    ground.account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_definition_of_moto_that_does_not_suit_is_an_error() {
    let ground = Ground::new().await;
    let mut cases = Cases::default();
    cases.add("a revision that was never registered", &ground.findings_with("web:2", "web:7").await);
    cases.add(
        "a container of another name",
        &ground.findings_with("ContainerName: web", "ContainerName: wep").await,
    );
    cases.add("another port", &ground.findings_with("ContainerPort: 80", "ContainerPort: 81").await);
    cases.add("a container without ports", &ground.findings_with("web:2", "web:1").await);
    let ecs = aws_sdk_ecs::Client::new(ground.account.config());
    ecs.deregister_task_definition().task_definition("web:2").send().await.unwrap();
    cases.add("a revision that was deregistered", &ground.findings().await);
    let placeholder = ground
        .appspec
        .replace("arn:aws:ecs:us-east-1:123456789012:task-definition/web:2", "<TASK_DEFINITION>");
    let codes: Vec<_> =
        ground.plan(&placeholder).await.findings.into_iter().map(|found| found.code).collect();
    assert_eq!(codes, ["placeholder"], "nothing is asked about what a tool fills in later");
    assert_golden("aws-plan-task-definition.txt", cases.as_str());
    ground.account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_of_moto_that_cannot_be_deployed_to_is_an_error() {
    let ground = Ground::new().await;
    let mut cases = Cases::default();
    let serve = async |cluster: &str, service: &str| {
        ground.group(json!({ "ecsServices": [{ "clusterName": cluster, "serviceName": service }] })).await;
    };
    serve("main", "wep").await;
    cases.add("a service of another name", &ground.findings().await);
    serve("mian", "web").await;
    cases.add("a cluster of another name", &ground.findings().await);

    let ecs = aws_sdk_ecs::Client::new(ground.account.config());
    let controller = DeploymentController::builder().r#type(DeploymentControllerType::Ecs).build().unwrap();
    let rolling =
        ecs.create_service().cluster("main").service_name("rolling").deployment_controller(controller);
    rolling.task_definition("web:1").desired_count(1).send().await.unwrap();
    serve("main", "rolling").await;
    cases.add("a service that ECS updates itself", &ground.findings().await);

    serve("main", "web").await;
    ecs.delete_service().cluster("main").service("web").force(true).send().await.unwrap();
    cases.add("a service that was deleted", &ground.findings().await);
    assert_golden("aws-plan-service.txt", cases.as_str());
    ground.account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capacity_provider_that_the_appspec_drops_is_warned_of_with_moto() {
    let ground = Ground::new().await;
    let ecs = aws_sdk_ecs::Client::new(ground.account.config());
    let balancing = aws_sdk_elasticloadbalancingv2::Client::new(ground.account.config());
    let blue = balancing.describe_target_groups().names("shop-blue").send().await.unwrap();
    let blue = LoadBalancer::builder().target_group_arn(blue.target_groups()[0].target_group_arn().unwrap());
    let each = |name: &str| {
        CapacityProviderStrategyItem::builder().capacity_provider(name).weight(1).build().unwrap()
    };
    let call = ecs.create_task_set().cluster("main").service("web").task_definition("web:1");
    let call = call.load_balancers(blue.container_name("web").container_port(80).build());
    let made = call
        .capacity_provider_strategy(each("FARGATE"))
        .capacity_provider_strategy(each("FARGATE_SPOT"))
        .send()
        .await
        .unwrap();
    let task_set = made.task_set().unwrap();
    assert_eq!(task_set.stability_status(), Some(&StabilityStatus::SteadyState));
    assert_eq!(ground.findings().await, "", "a task set that does not serve is none to follow");
    let call = ecs.update_service_primary_task_set().cluster("main").service("web");
    call.primary_task_set(task_set.task_set_arn().unwrap()).send().await.unwrap();
    assert_golden("aws-plan-capacity.txt", &ground.findings().await);

    let strategy = "ContainerPort: 80 }\n        CapacityProviderStrategy: [{ CapacityProvider: FARGATE_SPOT, Base: 0, Weight: 1 }]";
    assert_eq!(ground.findings_with("ContainerPort: 80 }", strategy).await, "");
    ground.account.endpoint.shutdown().await;
}
