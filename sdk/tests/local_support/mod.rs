//! A local pipeline to deploy with, and what a test sees of a deployment.

#![allow(dead_code, unused_imports, reason = "each test binary uses a part of it")]

mod golden;
mod hooks;
#[cfg(target_os = "linux")] // They look into the process table.
pub(crate) mod processes;
mod transcript;

use std::net::SocketAddr;

use greenlight::local::task_set::TaskSetSpec;
use greenlight::local::{Local, LocalBuilder, LocalClock, LocalGroup};
use greenlight_core::{
    Deployment, DeploymentEvent, DeploymentId, DeploymentPipeline as _, DeploymentPipelineExt as _,
    DeploymentRequest, EventKind, Outcome, Timestamp,
};

pub(crate) use self::golden::assert_golden;
pub(crate) use self::hooks::{Calls, Held, Hook};
pub(crate) use self::transcript::{assert_text, lines, seconds};
use crate::router_support::{Target, get, soon};

pub(crate) const APPLICATION: &str = "shop";
pub(crate) const GROUP: &str = "shop-web";

/// A blue and a green service that answer every request with their names.
pub(crate) struct Services {
    pub(crate) blue: Target,
    pub(crate) green: Target,
}

impl Services {
    pub(crate) async fn start() -> Self {
        Self { blue: Target::named("blue").await, green: Target::named("green").await }
    }

    /// A group that deploys green over blue, with the defaults of [`LocalGroup`].
    pub(crate) fn group(&self) -> LocalGroup {
        self.group_named(GROUP)
    }

    pub(crate) fn group_named(&self, name: &str) -> LocalGroup {
        let blue = TaskSetSpec::address("blue", self.blue.address);
        let green = TaskSetSpec::address("green", self.green.address);
        LocalGroup::new(APPLICATION, name, blue, green)
    }
}

/// A pipeline under virtual time that begins at the epoch, so that times are seconds since the start.
pub(crate) fn in_virtual_time(group: LocalGroup) -> LocalBuilder {
    Local::builder().with_seed(1).with_clock(LocalClock::virtual_from(Timestamp::EPOCH)).with_group(group)
}

/// An AppSpec with these hooks: events and function names.
pub(crate) fn appspec(hooks: &[(&str, &str)]) -> String {
    appspec_of("arn:aws:ecs:eu-west-1:123456789012:task-definition/web:42", hooks)
}

/// As [`appspec`], with another task definition.
pub(crate) fn appspec_of(task_definition: &str, hooks: &[(&str, &str)]) -> String {
    let mut text = format!(
        "version: 0.0\nResources:\n  - TargetService:\n      Type: AWS::ECS::Service\n      Properties:\n        \
         TaskDefinition: \"{task_definition}\"\n        LoadBalancerInfo:\n          ContainerName: web\n          \
         ContainerPort: 80\n"
    );
    if !hooks.is_empty() {
        text.push_str("Hooks:\n");
    }
    for (event, function) in hooks {
        text.push_str(&format!("  - {event}: \"{function}\"\n"));
    }
    text
}

/// A request for [`GROUP`] with these hooks.
pub(crate) fn request(hooks: &[(&str, &str)]) -> DeploymentRequest {
    DeploymentRequest::new(APPLICATION, GROUP, appspec(hooks))
}

/// Plans and starts; fails when the plan has errors.
pub(crate) async fn start(local: &Local, request: &DeploymentRequest) -> DeploymentId {
    let plan = local.plan(request).await.unwrap();
    local.start(plan).await.unwrap()
}

/// A deployment from its first event to its last.
pub(crate) struct Played {
    pub(crate) id: DeploymentId,
    /// Those of the rollback included.
    pub(crate) events: Vec<DeploymentEvent>,
    pub(crate) outcome: Outcome,
    /// The deployment itself as it stood at the end.
    pub(crate) deployment: Deployment,
}

/// Deploys and follows to the end.
pub(crate) async fn play(local: &Local, request: &DeploymentRequest) -> Played {
    let id = start(local, request).await;
    follow(local, &id).await
}

/// Follows a deployment from its first event to its last.
pub(crate) async fn follow(local: &Local, id: &DeploymentId) -> Played {
    let mut events = Vec::new();
    let mut watch = local.watch(id);
    while let Some(event) = soon("the next event of the deployment", watch.next()).await {
        events.push(event.unwrap());
    }
    let Some(EventKind::Finished(outcome)) = events.last().map(|event| event.kind.clone()) else {
        panic!("the last event is {:?}", events.last());
    };
    let deployment = local.describe(id).await.unwrap();
    Played { id: id.clone(), events, outcome, deployment }
}

/// Follows a deployment until an event fits.
pub(crate) async fn until(local: &Local, id: &DeploymentId, fits: impl Fn(&EventKind) -> bool) {
    let mut watch = local.watch(id);
    loop {
        let event = soon("the event that the test waits for", watch.next()).await;
        let event = event.unwrap_or_else(|| panic!("the deployment ended without the event")).unwrap();
        if fits(&event.kind) {
            return;
        }
    }
}

/// Who answers at the production listener, and who at the test listener.
pub(crate) async fn answers(local: &Local) -> (String, Option<String>) {
    answers_of(local, GROUP).await
}

pub(crate) async fn answers_of(local: &Local, group: &str) -> (String, Option<String>) {
    let listeners = local.listeners(APPLICATION, group).unwrap();
    let test = match listeners.test {
        Some(address) => Some(get(address, "/").await.1),
        None => None,
    };
    (get(listeners.production, "/").await.1, test)
}

/// The address in a URL of a hook call.
pub(crate) fn address_of(url: &str) -> SocketAddr {
    url.strip_prefix("http://").unwrap().parse().unwrap()
}
