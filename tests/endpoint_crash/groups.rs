//! The deployment groups: every wait, hooks at every event, both platforms.

use aws_sdk_codedeploy::Client;
use aws_sdk_codedeploy::types::{
    AutoRollbackConfiguration, AutoRollbackEvent, ComputePlatform, DeploymentOption, DeploymentStyle,
    DeploymentType,
};
use greenlight_tests::codedeploy::{Waits, create_application, create_group, ecs_appspec};
use serde_json::json;

/// A deployment group of the test.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) name: &'static str,
    pub(crate) platform: Platform,
    pub(crate) config: &'static str,
    pub(crate) waits: Waits,
    /// The events that have hooks.
    pub(crate) hooks: &'static [&'static str],
}

/// What a group deploys to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Platform {
    Ecs,
    Lambda,
}

const AT_ONCE: &str = "CodeDeployDefault.ECSAllAtOnce";
const LINEAR: &str = "CodeDeployDefault.ECSLinear10PercentEvery1Minutes";
const CANARY: &str = "CodeDeployDefault.ECSCanary10Percent5Minutes";
const ECS_HOOKS: &[&str] =
    &["BeforeInstall", "AfterInstall", "AfterAllowTestTraffic", "BeforeAllowTraffic", "AfterAllowTraffic"];
const LAMBDA_HOOKS: &[&str] = &["BeforeAllowTraffic", "AfterAllowTraffic"];

const fn ecs(
    name: &'static str,
    config: &'static str,
    waits: (i32, i32),
    hooks: &'static [&'static str],
) -> Group {
    let waits = Waits { ready: waits.0, termination: waits.1 };
    Group { name, platform: Platform::Ecs, config, waits, hooks }
}

const fn lambda(name: &'static str, config: &'static str, hooks: &'static [&'static str]) -> Group {
    let waits = Waits { ready: 0, termination: 0 };
    Group { name, platform: Platform::Lambda, config, waits, hooks }
}

/// All of them. Each has one client.
pub(crate) const GROUPS: &[Group] = &[
    ecs("bare", AT_ONCE, (0, 0), &[]),
    ecs("linear", LINEAR, (0, 5), &[]),
    ecs("canary", CANARY, (0, 5), &["AfterAllowTestTraffic"]),
    ecs("ready", AT_ONCE, (60, 0), &[]),
    ecs("waits", AT_ONCE, (60, 60), &["BeforeAllowTraffic"]),
    ecs("all-hooks", AT_ONCE, (0, 10), ECS_HOOKS),
    ecs("everything", LINEAR, (30, 30), ECS_HOOKS),
    ecs("late-hook", CANARY, (0, 30), &["AfterAllowTraffic"]),
    lambda("function", "CodeDeployDefault.LambdaAllAtOnce", LAMBDA_HOOKS),
    lambda("function-linear", "CodeDeployDefault.LambdaLinear10PercentEvery1Minute", &[]),
];

impl Group {
    /// Its application.
    pub(crate) const fn application(&self) -> &'static str {
        match self.platform {
            Platform::Ecs => "demo",
            Platform::Lambda => "functions",
        }
    }

    /// The AppSpec of its next deployment.
    pub(crate) fn appspec(&self, revision: u32) -> String {
        let hooks: Vec<(&str, &str)> =
            self.hooks.iter().map(|event| (*event, "CodeDeployHook_check")).collect();
        match self.platform {
            Platform::Ecs => ecs_appspec(revision, &hooks),
            Platform::Lambda => lambda_appspec(revision, &hooks),
        }
    }
}

/// Creates all of them, with their applications.
pub(crate) async fn create(client: &Client) {
    create_application(client, "demo").await;
    let functions = client.create_application().application_name("functions");
    functions.compute_platform(ComputePlatform::Lambda).send().await.unwrap();
    for group in GROUPS {
        match group.platform {
            Platform::Ecs => create_group(client, "demo", group.name, group.waits).await,
            Platform::Lambda => create_lambda_group(client, group).await,
        }
        client
            .update_deployment_group()
            .application_name(group.application())
            .current_deployment_group_name(group.name)
            .deployment_config_name(group.config)
            .auto_rollback_configuration(
                AutoRollbackConfiguration::builder()
                    .enabled(true)
                    .events(AutoRollbackEvent::DeploymentFailure)
                    .build(),
            )
            .send()
            .await
            .unwrap();
    }
}

async fn create_lambda_group(client: &Client, group: &Group) {
    let style = DeploymentStyle::builder()
        .deployment_type(DeploymentType::BlueGreen)
        .deployment_option(DeploymentOption::WithTrafficControl)
        .build();
    client
        .create_deployment_group()
        .application_name(group.application())
        .deployment_group_name(group.name)
        .deployment_config_name(group.config)
        .service_role_arn("arn:aws:iam::123456789012:role/deployer")
        .deployment_style(style)
        .send()
        .await
        .unwrap();
}

fn lambda_appspec(revision: u32, hooks: &[(&str, &str)]) -> String {
    let hooks: Vec<_> = hooks.iter().map(|(event, function)| json!({ *event: function })).collect();
    let mut appspec = json!({
        "version": 0.0,
        "Resources": [{ "Function": { "Type": "AWS::Lambda::Function", "Properties": {
            "Name": "web",
            "Alias": "live",
            "CurrentVersion": revision.to_string(),
            "TargetVersion": (revision + 1).to_string(),
        }}}],
    });
    if !hooks.is_empty() {
        appspec["Hooks"] = hooks.into();
    }
    appspec.to_string()
}
