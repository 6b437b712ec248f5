//! The AWS SDK for Rust as a client of the endpoint, and what deployments through it need.

use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_codedeploy::Client;
use aws_sdk_codedeploy::config::retry::RetryConfig;
use aws_sdk_codedeploy::config::{AsyncSleep, BehaviorVersion, Region, SharedAsyncSleep, Sleep};
use aws_sdk_codedeploy::types::{
    AppSpecContent, BlueGreenDeploymentConfiguration, BlueInstanceTerminationOption, ComputePlatform,
    DeploymentInfo, DeploymentOption, DeploymentReadyAction, DeploymentReadyOption, DeploymentStatus,
    DeploymentStyle, DeploymentType, EcsService, EcsTarget, InstanceAction, LoadBalancerInfo,
    RevisionLocation, RevisionLocationType, TargetGroupInfo, TargetGroupPairInfo, TrafficRoute,
};
use aws_smithy_http_client::Builder;
use serde_json::{Value, json};

use crate::wait::{DEADLINE, PAUSE};

/// The SDK's client, set up as an application would and pointed at the endpoint. It tries nothing twice, and the
/// pauses of its waiter, of fifteen seconds and more, last a thousandth of that.
#[must_use]
pub fn codedeploy(url: &str) -> Client {
    codedeploy_as(url, "test")
}

/// As [`codedeploy`], with this access key.
#[must_use]
pub fn codedeploy_as(url: &str, access_key: &str) -> Client {
    let config = aws_sdk_codedeploy::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .credentials_provider(Credentials::new(access_key, "test", None, None, "tests"))
        .retry_config(RetryConfig::disabled())
        .http_client(Builder::new().build_http())
        .sleep_impl(SharedAsyncSleep::new(ShortPauses))
        .endpoint_url(url)
        .build();
    Client::from_conf(config)
}

/// Shortens the waiter's pauses, and leaves the client's time-outs as they are.
#[derive(Debug)]
struct ShortPauses;

impl AsyncSleep for ShortPauses {
    fn sleep(&self, duration: Duration) -> Sleep {
        let of_waiter = duration >= Duration::from_secs(10);
        Sleep::new(tokio::time::sleep(if of_waiter { duration / 1000 } else { duration }))
    }
}

/// A deployment group to be created: its waits in minutes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Waits {
    /// For a continuation before traffic is shifted; it is stopped when that does not come. 0: no wait.
    pub ready: i32,
    /// Until blue is terminated.
    pub termination: i32,
}

/// Creates an application for ECS, if it is not there.
///
/// # Panics
///
/// When it cannot be created.
pub async fn create_application(client: &Client, name: &str) {
    let created = client
        .create_application()
        .application_name(name)
        .compute_platform(ComputePlatform::Ecs)
        .send()
        .await;
    if let Err(error) = created {
        let error = error.into_service_error();
        assert!(error.is_application_already_exists_exception(), "{error:?}");
    }
}

/// Creates a deployment group for an ECS service of its name, with everything at once and these waits.
///
/// # Panics
///
/// When it cannot be created.
pub async fn create_group(client: &Client, application: &str, group: &str, waits: Waits) {
    client
        .create_deployment_group()
        .application_name(application)
        .deployment_group_name(group)
        .deployment_config_name("CodeDeployDefault.ECSAllAtOnce")
        .service_role_arn("arn:aws:iam::123456789012:role/deployer")
        .ecs_services(EcsService::builder().cluster_name("cluster").service_name(group).build())
        .deployment_style(
            DeploymentStyle::builder()
                .deployment_type(DeploymentType::BlueGreen)
                .deployment_option(DeploymentOption::WithTrafficControl)
                .build(),
        )
        .load_balancer_info(load_balancer())
        .blue_green_deployment_configuration(blue_green(waits))
        .send()
        .await
        .unwrap();
}

fn load_balancer() -> LoadBalancerInfo {
    let listener = |id: &str| {
        let arn = format!(
            "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/web/0123456789abcdef/{id}"
        );
        TrafficRoute::builder().listener_arns(arn).build()
    };
    let pair = TargetGroupPairInfo::builder()
        .target_groups(TargetGroupInfo::builder().name("web-1").build())
        .target_groups(TargetGroupInfo::builder().name("web-2").build())
        .prod_traffic_route(listener("1111111111111111"))
        .test_traffic_route(listener("2222222222222222"))
        .build();
    LoadBalancerInfo::builder().target_group_pair_info_list(pair).build()
}

fn blue_green(waits: Waits) -> BlueGreenDeploymentConfiguration {
    let action = if waits.ready > 0 {
        DeploymentReadyAction::StopDeployment
    } else {
        DeploymentReadyAction::ContinueDeployment
    };
    BlueGreenDeploymentConfiguration::builder()
        .deployment_ready_option(
            DeploymentReadyOption::builder()
                .action_on_timeout(action)
                .wait_time_in_minutes(waits.ready)
                .build(),
        )
        .terminate_blue_instances_on_deployment_success(
            BlueInstanceTerminationOption::builder()
                .action(InstanceAction::Terminate)
                .termination_wait_time_in_minutes(waits.termination)
                .build(),
        )
        .build()
}

/// The text of an AppSpec for a revision of a task definition, with hooks as `(event, function)`.
#[must_use]
pub fn ecs_appspec(revision: u32, hooks: &[(&str, &str)]) -> String {
    let hooks: Vec<Value> = hooks.iter().map(|(event, function)| json!({ *event: function })).collect();
    let mut appspec = json!({
        "version": 0.0,
        "Resources": [{ "TargetService": {
            "Type": "AWS::ECS::Service",
            "Properties": {
                "TaskDefinition": format!("arn:aws:ecs:us-east-1:123456789012:task-definition/web:{revision}"),
                "LoadBalancerInfo": { "ContainerName": "web", "ContainerPort": 8080 },
            },
        }}],
    });
    if !hooks.is_empty() {
        appspec["Hooks"] = hooks.into();
    }
    appspec.to_string()
}

/// The text of an AppSpec as a revision.
#[must_use]
pub fn content(appspec: &str) -> RevisionLocation {
    RevisionLocation::builder()
        .revision_type(RevisionLocationType::AppSpecContent)
        .app_spec_content(AppSpecContent::builder().content(appspec).build())
        .build()
}

/// Starts a deployment and gives its id.
///
/// # Panics
///
/// When it cannot be started.
pub async fn deploy(client: &Client, application: &str, group: &str, appspec: &str) -> String {
    let created = client
        .create_deployment()
        .application_name(application)
        .deployment_group_name(group)
        .revision(content(appspec))
        .send()
        .await
        .unwrap();
    created.deployment_id.expect("a deployment has an id")
}

/// What GetDeployment says.
///
/// # Panics
///
/// When it says nothing.
pub async fn info(client: &Client, deployment: &str) -> DeploymentInfo {
    let answer = client.get_deployment().deployment_id(deployment).send().await.unwrap();
    answer.deployment_info.expect("a deployment has its information")
}

/// Asks until the deployment is as it should be, and gives what GetDeployment said then.
///
/// # Panics
///
/// When that takes too long.
pub async fn info_when(
    client: &Client,
    deployment: &str,
    what: &str,
    holds: impl Fn(&DeploymentInfo) -> bool,
) -> DeploymentInfo {
    let begin = std::time::Instant::now();
    loop {
        let info = info(client, deployment).await;
        if holds(&info) {
            return info;
        }
        assert!(begin.elapsed() < DEADLINE, "still not so: {what}; {info:?}");
        tokio::time::sleep(PAUSE).await;
    }
}

/// Asks until the deployment has this status.
///
/// # Panics
///
/// When that takes too long.
pub async fn until_status(client: &Client, deployment: &str, status: DeploymentStatus) -> DeploymentInfo {
    info_when(client, deployment, &format!("it is {status}"), |info| info.status.as_ref() == Some(&status))
        .await
}

/// What is told of the only target of a deployment in ECS.
///
/// # Panics
///
/// When it has none, or more.
pub async fn ecs_target(client: &Client, deployment: &str) -> EcsTarget {
    let listed = client.list_deployment_targets().deployment_id(deployment).send().await.unwrap();
    let [target] = listed.target_ids() else { panic!("one target, and not {:?}", listed.target_ids()) };
    let answer =
        client.get_deployment_target().deployment_id(deployment).target_id(target).send().await.unwrap();
    answer.deployment_target.and_then(|target| target.ecs_target).expect("it is a target in ECS")
}

/// The lifecycle events of a target, each as `Install: Succeeded`.
#[must_use]
pub fn events(target: &EcsTarget) -> Vec<String> {
    let text = |event: &aws_sdk_codedeploy::types::LifecycleEvent| {
        let status =
            event.status.as_ref().map_or("", aws_sdk_codedeploy::types::LifecycleEventStatus::as_str);
        format!("{}: {status}", event.lifecycle_event_name().unwrap_or_default())
    };
    target.lifecycle_events().iter().map(text).collect()
}
