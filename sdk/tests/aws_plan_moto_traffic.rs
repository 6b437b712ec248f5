//! What a plan finds in target groups and listeners.

use aws_sdk_ecs::types::LoadBalancer;
use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, ForwardActionConfig, ProtocolEnum, RuleCondition, TargetGroupTuple,
};
use serde_json::json;

use crate::aws_plan_support::{Cases, Ground};
use crate::endpoint_deployment_support::{deploy, listener};
use crate::local_support::assert_golden;

const PAIR: [&str; 2] = ["shop-blue", "shop-green"];

/// Forwards to target groups by their names and weights.
async fn forward(balancing: &Client, to: &[(&str, i32)]) -> Action {
    let mut config = ForwardActionConfig::builder();
    for (name, weight) in to {
        let found = balancing.describe_target_groups().names(*name).send().await.unwrap();
        let arn = found.target_groups()[0].target_group_arn().unwrap();
        config =
            config.target_groups(TargetGroupTuple::builder().target_group_arn(arn).weight(*weight).build());
    }
    Action::builder().r#type(ActionTypeEnum::Forward).forward_config(config.build()).build()
}

async fn route(ground: &Ground, listener: &str, to: &[(&str, i32)]) {
    let balancing = Client::new(ground.account.config());
    let action = forward(&balancing, to).await;
    balancing.modify_listener().listener_arn(listener).default_actions(action).send().await.unwrap();
}

/// Makes the target group, and gives its ARN.
async fn target_group(ground: &Ground, name: &str) -> String {
    let balancing = Client::new(ground.account.config());
    let blue = balancing.describe_target_groups().names("shop-blue").send().await.unwrap();
    let vpc = blue.target_groups()[0].vpc_id().unwrap();
    let call = balancing.create_target_group().name(name).vpc_id(vpc).port(80).protocol(ProtocolEnum::Http);
    let made = call.send().await.unwrap();
    made.target_groups()[0].target_group_arn().unwrap().to_owned()
}

/// Lets a task set serve that is attached to a target group.
async fn serve(ground: &Ground, target_group: &str) {
    let ecs = aws_sdk_ecs::Client::new(ground.account.config());
    let balancer =
        LoadBalancer::builder().target_group_arn(target_group).container_name("web").container_port(80);
    let call = ecs.create_task_set().cluster("main").service("web").task_definition("web:1");
    let made = call.load_balancers(balancer.build()).send().await.unwrap();
    let arn = made.task_set().unwrap().task_set_arn().unwrap();
    let call = ecs.update_service_primary_task_set().cluster("main").service("web").primary_task_set(arn);
    call.send().await.unwrap();
}

async fn arn(ground: &Ground, name: &str) -> String {
    let found =
        Client::new(ground.account.config()).describe_target_groups().names(name).send().await.unwrap();
    found.target_groups()[0].target_group_arn().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn target_groups_and_listeners_that_moto_does_not_have_are_errors() {
    let ground = Ground::new().await;
    let (production, test) = (ground.account.production.clone(), ground.test_listener().await);
    let mut cases = Cases::default();
    ground.pair(["shop-blue", "shop-gren"], &production, Some(&test)).await;
    cases.add("a target group of another name", &ground.findings().await);
    ground.pair(PAIR, &listener("gone/1/2"), Some(&listener("gone/1/3"))).await;
    cases.add("listeners that are gone", &ground.findings().await);
    ground.pair(PAIR, &production, Some(&test)).await;
    let balancing = Client::new(ground.account.config());
    balancing.delete_listener().listener_arn(&test).send().await.unwrap();
    cases.add("a test listener that was deleted", &ground.findings().await);
    assert_golden("aws-plan-listeners.txt", cases.as_str());
    ground.account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn listeners_of_moto_that_are_out_of_step_are_found_rule_by_rule() {
    let ground = Ground::new().await;
    let (production, test) = (ground.account.production.clone(), ground.test_listener().await);
    target_group(&ground, "other").await;
    let mut cases = Cases::default();
    route(&ground, &production, &[("shop-blue", 90), ("shop-green", 10)]).await;
    cases.add("weights of a deployment that was stopped", &ground.findings().await);
    route(&ground, &production, &[("other", 1)]).await;
    route(&ground, &test, &[("other", 1)]).await;
    cases.add("listeners that forward to another service", &ground.findings().await);

    route(&ground, &production, &[("shop-blue", 100), ("shop-green", 0)]).await;
    route(&ground, &test, &[("shop-green", 1)]).await;
    assert_eq!(ground.findings().await, "", "a test listener may be at the other target group");
    serve(&ground, &arn(&ground, "shop-blue").await).await;
    assert_eq!(ground.findings().await, "");

    let balancing = Client::new(ground.account.config());
    let condition = RuleCondition::builder().field("path-pattern").values("/api/*").build();
    let rule = balancing.create_rule().listener_arn(&production).priority(10).conditions(condition);
    let rule = rule.actions(forward(&balancing, &[("shop-green", 1)]).await).send().await.unwrap();
    cases.add("a rule that was left behind", &ground.findings().await);
    let rule = rule.rules()[0].rule_arn().unwrap();
    balancing.delete_rule().rule_arn(rule).send().await.unwrap();
    serve(&ground, &arn(&ground, "other").await).await;
    cases.add("a task set at another target group", &ground.findings().await);
    assert_golden("aws-plan-traffic.txt", cases.as_str());
    ground.account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn listeners_of_moto_are_left_alone_while_a_deployment_moves_them() {
    let ground = Ground::new().await;
    let waits = crate::endpoint_deployment_support::waits(0, 60);
    ground.group(json!({ "blueGreenDeploymentConfiguration": waits })).await;
    let bare = ground.appspec.split("Hooks:").next().unwrap().to_owned();
    let id = deploy(&ground.client, &bare).await;
    route(&ground, &ground.account.production, &[("shop-blue", 90), ("shop-green", 10)]).await;
    let seen = ground.findings().await.replace(&id, "[ID]");
    assert_golden("aws-plan-active-deployment.txt", &seen);
    ground.client.done("StopDeployment", json!({ "deploymentId": id })).await;
    ground.account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_group_without_a_test_listener_lacks_is_warned_of_with_moto() {
    let ground = Ground::new().await;
    let production = ground.account.production.clone();
    ground.pair(PAIR, &production, None).await;
    let mut cases = Cases::default();
    ground.group(json!({ "deploymentConfigName": "CodeDeployDefault.ECSAllAtOnce" })).await;
    cases.add("no test listener, and a hook that needs one", &ground.findings().await);
    ground.group(json!({ "deploymentConfigName": "CodeDeployDefault.ECSCanary10Percent5Minutes" })).await;
    let network = production.replace("listener/app/", "listener/net/");
    let test = listener("test");
    ground.pair(PAIR, &network, Some(&test)).await;
    // moto has no such load balancer here, which the plan says too.
    cases.add("a canary behind a network load balancer", &ground.findings().await);
    assert_golden("aws-plan-group.txt", cases.as_str());
    ground.account.endpoint.shutdown().await;
}
