//! What was seen of made-up deployments.

use greenlight_core::{
    Deployment, DeploymentCreator, DeploymentHead, DeploymentStatus, LifecycleEvent, LifecycleEventName,
    LifecycleEventStatus, Percent, Timestamp,
};

use super::seen::{ReadySeen, Seen};

pub(super) const fn at(second: u64) -> Timestamp {
    Timestamp::from_millis(second * 1000)
}

/// How an event is, with when it began and ended.
pub(super) type State = (LifecycleEventStatus, Option<Timestamp>, Option<Timestamp>);

/// A deployment in progress, created at second 0, whose events are as told by their places and names.
pub(super) fn in_progress(mut state: impl FnMut(usize, LifecycleEventName) -> State) -> Seen {
    let head = DeploymentHead {
        application: "shop".to_owned(),
        deployment_group: "web".to_owned(),
        deployment_config: "any".to_owned(),
        revision: String::new(),
    };
    let id = "d-1NNWZG91L".parse().unwrap();
    let mut deployment = Deployment::accepted(id, head, DeploymentCreator::User, at(0));
    deployment.status = DeploymentStatus::InProgress;
    for (index, name) in LifecycleEventName::of_ecs_deployment(true).enumerate() {
        let (status, started, ended) = state(index, name);
        deployment.lifecycle_events.push(LifecycleEvent { name, status, started, ended });
    }
    let (green, ready) = (Percent::ZERO, ReadySeen::default());
    Seen { deployment, diagnostics: None, target_updated: None, green, ready, closed: false }
}
