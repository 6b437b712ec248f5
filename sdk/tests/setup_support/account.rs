//! What is there before anything is set up: a load balancer with a production listener, and a service behind it.

use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_ecs::types::{ContainerDefinition, DeploymentController, DeploymentControllerType};
use aws_sdk_elasticloadbalancingv2::types::{Action, ActionTypeEnum, ProtocolEnum, TargetTypeEnum};
use aws_sdk_lambda::config::SharedAsyncSleep;
use greenlight::endpoint::{Endpoint, EndpointBuilder};
use greenlight_tests::{Front, Moto};
use http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use super::time::Pauses;
use crate::endpoint_support::{endpoint_with, soon};

/// The role that CodeDeploy assumes.
pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/codedeploy";

/// An account of AWS.
pub(crate) struct Account {
    config: SdkConfig,
    pub(crate) front: Front,
    pub(crate) pauses: Pauses,
    pub(crate) endpoint: Endpoint,
    pub(crate) balancer: String,
    pub(crate) production: String,
    _moto: Moto,
}

impl Account {
    pub(crate) async fn new() -> Self {
        Self::with(|endpoint| endpoint).await
    }

    /// One with something set at its CodeDeploy.
    pub(crate) async fn with(set: impl FnOnce(EndpointBuilder) -> EndpointBuilder) -> Self {
        let moto = Moto::start().await;
        let endpoint = endpoint_with(set).await;
        let front = Front::start(&endpoint.url(), moto.url()).await;
        let pauses = Pauses::default();
        let config = config(&front.url(), &pauses);
        let (balancer, production) = serving(&config, moto.url()).await;
        front.mend();
        Self { config, front, pauses, endpoint, balancer, production, _moto: moto }
    }

    /// What clients of it are made with: they try nothing twice.
    pub(crate) fn config(&self) -> &SdkConfig {
        &self.config
    }
}

fn config(url: &str, pauses: &Pauses) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
            "test", "test", None, None, "tests",
        )))
        .retry_config(RetryConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .sleep_impl(SharedAsyncSleep::new(pauses.clone()))
        .endpoint_url(url)
        .build()
}

/// Makes a load balancer whose production listener forwards to `shop-blue`, and the service `main/web`.
async fn serving(config: &SdkConfig, moto: &str) -> (String, String) {
    let balancing = aws_sdk_elasticloadbalancingv2::Client::new(config);
    let (vpc, subnets) = network(moto).await;
    let made = balancing.create_load_balancer().name("shop").set_subnets(Some(subnets)).send().await.unwrap();
    let balancer = made.load_balancers()[0].load_balancer_arn().unwrap().to_owned();
    let blue =
        balancing.create_target_group().name("shop-blue").vpc_id(vpc).port(80).protocol(ProtocolEnum::Http);
    let blue = blue.target_type(TargetTypeEnum::Ip).health_check_path("/health").send().await.unwrap();
    let blue = blue.target_groups()[0].target_group_arn().unwrap().to_owned();
    let forward = Action::builder().r#type(ActionTypeEnum::Forward).target_group_arn(blue).build();
    let listener =
        balancing.create_listener().load_balancer_arn(&balancer).port(80).protocol(ProtocolEnum::Http);
    let listener = listener.default_actions(forward).send().await.unwrap();
    let production = listener.listeners()[0].listener_arn().unwrap().to_owned();

    let ecs = aws_sdk_ecs::Client::new(config);
    ecs.create_cluster().cluster_name("main").send().await.unwrap();
    let container = ContainerDefinition::builder().name("web").image("web:1").memory(128).build();
    let first = ecs.register_task_definition().family("web").container_definitions(container);
    first.send().await.unwrap();
    let controller = DeploymentController::builder().r#type(DeploymentControllerType::CodeDeploy).build();
    let service =
        ecs.create_service().cluster("main").service_name("web").deployment_controller(controller.unwrap());
    service.task_definition("web:1").desired_count(1).send().await.unwrap();
    (balancer, production)
}

/// The VPC that an account has from the start, and two of its subnets.
async fn network(moto: &str) -> (String, Vec<String>) {
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<bytes::Bytes>>();
    let request = Request::post(moto)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0")
        .body(Full::new("Action=DescribeSubnets&Version=2016-11-15".into()));
    let response = soon("subnets", client.request(request.unwrap())).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let text = String::from_utf8_lossy(&body).into_owned();
    let all = |tag: &str| -> Vec<String> {
        let tag = format!("<{tag}>");
        let parts = text.split(&tag).skip(1);
        parts.map(|part| part.split('<').next().unwrap().to_owned()).collect()
    };
    (all("vpcId")[0].clone(), all("subnetId").into_iter().take(2).collect())
}
