//! An account with a service that serves, behind one address: moto, and the endpoint as its CodeDeploy.

mod account;
mod left;
mod time;

pub(crate) use account::{Account, ROLE};
pub(crate) use left::left;

use greenlight::core::HookEvent;
use greenlight::core::appspec::AppSpecText;
use greenlight::setup::{HookFunction, NewDeploymentGroup, Owner, Setup, TaskDefinition, TestListener};

pub(crate) const FUNCTION: &str = "CodeDeployHook_smoke";

pub(crate) const APPSPEC: &str = "\
# What the shop deploys.
version: 0.0
Resources:
  - web:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: <TASK_DEFINITION> # by the set-up
        LoadBalancerInfo: { ContainerName: web, ContainerPort: 80 }
";

pub(crate) const TASK_DEFINITION: &str = r#"{
    "family": "web", "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512",
    "containerDefinitions": [{ "name": "web", "image": "web:2", "portMappings": [{ "containerPort": 80 }] }]
}"#;

pub(crate) fn owner() -> Owner {
    Owner::new("shop-web").unwrap()
}

/// A deployment group of the account's service, with a second target group that is not there.
pub(crate) fn new_group() -> NewDeploymentGroup {
    NewDeploymentGroup::new(ROLE, "main", "web", 80, ["shop-blue".to_owned(), "shop-green".to_owned()])
}

pub(crate) fn listener(account: &Account) -> TestListener {
    let listener = TestListener::new(account.config(), owner(), "shop", "web", 9000);
    listener.with_load_balancer("shop").with_new_group(new_group())
}

pub(crate) fn function(account: &Account) -> HookFunction {
    let bundle = b"the bytes of a bundle".to_vec();
    HookFunction::new(account.config(), owner(), FUNCTION, bundle, "shop", "web").unwrap()
}

pub(crate) fn task_definition(account: &Account) -> TaskDefinition {
    TaskDefinition::new(account.config(), owner(), TASK_DEFINITION).unwrap().with_service("main", "web")
}

/// All steps, from an application that is not there to a text to deploy with.
pub(crate) fn whole(account: &Account, appspec: &str) -> Setup {
    Setup::new(owner())
        .with_test_listener(listener(account))
        .with_task_definition(task_definition(account))
        .with_function(function(account), [HookEvent::AfterAllowTestTraffic])
        .with_appspec(AppSpecText::read(appspec).unwrap())
}

/// What is random in a text, made the same.
pub(crate) fn redacted(text: &str) -> String {
    let is_id = |word: &str| word.len() == 16 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let split = text.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    let mut redacted = String::new();
    for word in split {
        let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        redacted.push_str(if is_id(bare) { "ID" } else { bare });
        redacted.push_str(&word[bare.len()..]);
    }
    redacted
}
