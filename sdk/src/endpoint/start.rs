//! What is there from the start: made as a client would make it, by the same operations.

use greenlight_core::lifecycle::{ReadyAction, Termination};
use greenlight_core::{DeploymentConfig, TrafficRouting};
use serde_json::{Value, json};

use super::EndpointError;
use super::arn::Place;
use super::context::Context;
use super::dispatch::dispatch;
use super::operation::Operation;
use super::wire::AwsJson;
use crate::local::LocalGroup;

/// A deployment group that is to be there.
#[derive(Debug)]
pub(super) struct Group {
    application: String,
    name: String,
    service: String,
    has_test_listener: bool,
    /// The input of `CreateDeploymentGroup`, but for what has ARNs: role and load balancer.
    input: Value,
}

impl Group {
    /// A deployment group as a local pipeline has it.
    pub(super) fn of(group: &LocalGroup) -> Self {
        let (action, wait) = match group.termination {
            Termination::Terminate(wait) => ("TERMINATE", wait),
            Termination::KeepAlive => ("KEEP_ALIVE", std::time::Duration::ZERO),
        };
        let on_timeout = match group.ready.action {
            ReadyAction::ContinueDeployment => "CONTINUE_DEPLOYMENT",
            ReadyAction::StopDeployment => "STOP_DEPLOYMENT",
        };
        let events: Vec<&str> = group.auto_rollback.events().map(|event| event.as_str()).collect();
        let alarms: Vec<Value> = group.alarms.iter().map(|name| json!({"name": name})).collect();
        let input = json!({
            "applicationName": group.application,
            "deploymentGroupName": group.name,
            "deploymentConfigName": group.deployment_config.name,
            "deploymentStyle": {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
            "blueGreenDeploymentConfiguration": {
                "terminateBlueInstancesOnDeploymentSuccess":
                    {"action": action, "terminationWaitTimeInMinutes": wait.as_secs() / 60},
                "deploymentReadyOption":
                    {"actionOnTimeout": on_timeout, "waitTimeInMinutes": group.ready.wait.as_secs() / 60},
            },
            "ecsServices": [{"clusterName": group.cluster, "serviceName": group.service}],
            "autoRollbackConfiguration": {"enabled": !events.is_empty(), "events": events},
            "alarmConfiguration": {"enabled": !alarms.is_empty(), "alarms": alarms},
        });
        Self {
            application: group.application.clone(),
            name: group.name.clone(),
            service: group.service.clone(),
            has_test_listener: group.test_listener.is_some(),
            input,
        }
    }

    fn input(&self, place: &Place) -> Value {
        let (partition, Place { region, account }) = (place.partition(), place);
        let route = |role: &str| {
            let listener = format!("listener/app/{}/greenlight/{role}", self.service);
            json!({"listenerArns": [format!("arn:{partition}:elasticloadbalancing:{region}:{account}:{listener}")]})
        };
        let mut pair = json!({
            "targetGroups": [{"name": "blue"}, {"name": "green"}],
            "prodTrafficRoute": route("production"),
        });
        if let (true, Some(pair)) = (self.has_test_listener, pair.as_object_mut()) {
            pair.insert("testTrafficRoute".to_owned(), route("test"));
        }
        let mut input = self.input.clone();
        if let Some(members) = input.as_object_mut() {
            let role = format!("arn:{partition}:iam::{account}:role/greenlight");
            members.insert("serviceRoleArn".to_owned(), Value::String(role));
            members.insert("loadBalancerInfo".to_owned(), json!({"targetGroupPairInfoList": [pair]}));
        }
        input
    }
}

/// Makes what is not there yet.
///
/// # Errors
///
/// When a client that wanted the same would be refused.
pub(super) fn create(
    context: &Context,
    configs: &[DeploymentConfig],
    groups: &[Group],
) -> Result<(), EndpointError> {
    for config in configs {
        let input = json!({
            "deploymentConfigName": config.name,
            "computePlatform": "ECS",
            "trafficRoutingConfig": routing(config.routing),
        });
        ensure(
            context,
            Operation::CreateDeploymentConfig,
            "the deployment configuration",
            &config.name,
            &input,
        )?;
    }
    for group in groups {
        let application = json!({"applicationName": group.application, "computePlatform": "ECS"});
        let name = &group.application;
        ensure(context, Operation::CreateApplication, "the application", name, &application)?;
        let input = group.input(&context.place);
        ensure(context, Operation::CreateDeploymentGroup, "the deployment group", &group.name, &input)?;
    }
    Ok(())
}

fn routing(routing: TrafficRouting) -> Value {
    let minutes = |interval: std::time::Duration| interval.as_secs() / 60;
    match routing {
        TrafficRouting::Canary { percentage, interval, .. } => json!({
            "type": "TimeBasedCanary",
            "timeBasedCanary": {"canaryPercentage": percentage.get(), "canaryInterval": minutes(interval)},
        }),
        TrafficRouting::Linear { percentage, interval, .. } => json!({
            "type": "TimeBasedLinear",
            "timeBasedLinear": {"linearPercentage": percentage.get(), "linearInterval": minutes(interval)},
        }),
        _ => json!({"type": "AllAtOnce"}),
    }
}

fn ensure(
    context: &Context,
    operation: Operation,
    what: &'static str,
    name: &str,
    input: &Value,
) -> Result<(), EndpointError> {
    match dispatch(&AwsJson, context, operation, input.to_string().as_bytes()) {
        Ok(_) => Ok(()),
        Err(error) if error.name().ends_with("AlreadyExistsException") => Ok(()),
        Err(error) => Err(EndpointError::Start { what, name: name.to_owned(), why: error.to_string() }),
    }
}
