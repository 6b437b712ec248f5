//! Checks of what stands between users and task sets: target groups, and the listeners that forward to them.

use aws_sdk_codedeploy::types::{DeploymentGroupInfo, TargetGroupPairInfo, TrafficRoute};
use aws_sdk_ecs::types::{Service, TaskSet};
use futures_util::future::join_all;
use greenlight_core::TrafficRouting;
use greenlight_core::finding::{Finding, Place};

use super::account::{Account, Answer, Forward};
use super::findings::Findings;
use super::listener::{Listener, Role, TargetGroup};
use super::service;

/// What was asked about the pair of target groups and its listeners.
pub(super) struct Traffic {
    groups: Vec<(String, Answer<String>)>,
    listeners: Vec<(Role, String, Answer<Vec<Forward>>)>,
}

/// Asks for target groups and listeners.
pub(super) async fn ask(account: &Account, group: &DeploymentGroupInfo) -> Traffic {
    let Some(pair) = pair(group) else { return Traffic { groups: Vec::new(), listeners: Vec::new() } };
    let names = pair.target_groups().iter().filter_map(|group| group.name());
    let groups = join_all(names.map(async |name| (name.to_owned(), account.target_group(name).await)));
    let routes = [(Role::Production, pair.prod_traffic_route()), (Role::Test, pair.test_traffic_route())];
    let arns = routes.into_iter().flat_map(|(role, route)| arns(route).map(move |arn| (role, arn)));
    let listeners =
        join_all(arns.map(async |(role, arn)| (role, arn.to_owned(), account.forwards(arn).await)));
    let (groups, listeners) = futures_util::join!(groups, listeners);
    Traffic { groups, listeners }
}

impl Traffic {
    /// Checks what was answered. While another deployment is under way, listeners are on the move, and are left alone.
    pub(super) fn check(self, service: Option<&Service>, is_moving: bool, findings: &mut Findings) {
        let mut pair = Vec::new();
        for (name, answer) in self.groups {
            let place = Place::named("target group", &name);
            match answer {
                Ok(Some(arn)) => pair.push(TargetGroup { name, arn }),
                Ok(None) => {
                    let message = format!("there is no target group `{name}`");
                    let finding = Finding::error("unknown-target-group", message).with_place(place);
                    findings.push(finding.with_fix("create it, or correct the deployment group"));
                }
                Err(trouble) => {
                    let what = format!("the target group `{name}`");
                    findings.unchecked(place, what, "elasticloadbalancing:DescribeTargetGroups", trouble);
                }
            }
        }
        let serving = service.and_then(service::primary).and_then(target_group);
        // With a part of the pair alone, nothing can be said of a listener.
        let whole = <[TargetGroup; 2]>::try_from(pair).ok();
        let primary = whole.as_ref().zip(serving).and_then(|(pair, arn)| in_pair(pair, arn, findings));
        for (role, arn, answer) in self.listeners {
            let place = Place::named("listener", &arn);
            let forwards = match answer {
                Ok(Some(forwards)) => forwards,
                Ok(None) => {
                    let message = format!("there is no {role} listener with this ARN");
                    let finding = Finding::error("unknown-listener", message).with_place(place);
                    findings.push(finding.with_fix("create it, or correct the deployment group"));
                    continue;
                }
                Err(trouble) => {
                    let what = format!("where the {role} listener forwards to");
                    findings.unchecked(place, what, "elasticloadbalancing:DescribeRules", trouble);
                    continue;
                }
            };
            if let Some(pair) = whole.as_ref().filter(|_| !is_moving) {
                let listener = Listener { role, forwards };
                findings.extend(
                    listener.findings(pair, primary).into_iter().map(|found| found.with_place(place.clone())),
                );
            }
        }
    }
}

/// Load balancers that route no requests shift all connections at once. Told by the listener's ARN.
pub(super) fn check_steps(
    group: &DeploymentGroupInfo,
    routing: Option<TrafficRouting>,
    findings: &mut Findings,
) {
    let gradual = routing.is_some_and(|routing| routing != TrafficRouting::AllAtOnce);
    let mut listeners = pair(group).into_iter().flat_map(|pair| arns(pair.prod_traffic_route()));
    if let Some(arn) = listeners.find(|arn| gradual && arn.contains(":listener/net/")) {
        let message = "a network load balancer cannot shift traffic in steps";
        let finding = Finding::error("steps-on-network-load-balancer", message);
        let fix = "use CodeDeployDefault.ECSAllAtOnce, or an application load balancer";
        findings.push(finding.with_place(Place::named("listener", arn)).with_fix(fix));
    }
}

/// The target group of the task set that serves, as one of the pair.
fn in_pair<'p>(
    pair: &'p [TargetGroup; 2],
    serving: &str,
    findings: &mut Findings,
) -> Option<&'p TargetGroup> {
    let found = pair.iter().find(|group| group.arn == serving);
    if found.is_none() {
        let [one, other] = pair;
        let message = format!(
            "the primary task set of the service is attached to this target group, which is neither `{}` nor `{}` of the \
             deployment group",
            one.name, other.name
        );
        let finding = Finding::error("task-set-not-in-pair", message);
        let fix = "name it in the target group pair of the deployment group";
        findings.push(finding.with_place(Place::named("target group", serving)).with_fix(fix));
    }
    found
}

fn target_group(task_set: &TaskSet) -> Option<&str> {
    task_set.load_balancers().iter().find_map(|balancer| balancer.target_group_arn())
}

/// Groups of ECS services have one pair at most.
fn pair(group: &DeploymentGroupInfo) -> Option<&TargetGroupPairInfo> {
    group.load_balancer_info()?.target_group_pair_info_list().first()
}

fn arns(route: Option<&TrafficRoute>) -> impl Iterator<Item = &str> {
    route.into_iter().flat_map(|route| route.listener_arns()).map(String::as_str)
}
