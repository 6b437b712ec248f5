//! The load balancer of a group.

use greenlight_core::ComputePlatform;

use crate::endpoint::catalogue::deployment_group::LoadBalancer;
use crate::endpoint::error::ServiceError;
use crate::endpoint::shapes::load_balancer::{
    LoadBalancerInfo, TargetGroupInfo, TargetGroupPairInfo, TrafficRoute,
};

/// The pair of target groups and the listeners, where they are given.
///
/// # Errors
///
/// `InvalidLoadBalancerInfoException`, `InvalidTargetGroupPairException`.
pub(super) fn read(
    platform: ComputePlatform,
    given: Option<LoadBalancerInfo>,
) -> Result<Option<LoadBalancer>, ServiceError> {
    let Some(given) = given else { return Ok(None) };
    let invalid = |why: &str| Err(ServiceError::invalid_load_balancer_info(why));
    if platform == ComputePlatform::Lambda {
        return invalid("A load balancer cannot be set for the Lambda compute platform.");
    }
    if !given.elb_info_list.is_empty() || !given.target_group_info_list.is_empty() {
        return invalid(
            "The ECS compute platform takes only targetGroupPairInfoList; elbInfoList and targetGroupInfoList are for \
             the Server compute platform.",
        );
    }
    let mut pairs = given.target_group_pair_info_list.into_iter();
    match (pairs.next(), pairs.next()) {
        (None, _) => Err(required()),
        (Some(pair), None) => pair_of(pair).map(Some),
        (Some(_), Some(_)) => invalid("A deployment group can have one target group pair alone."),
    }
}

/// There is none, and an ECS group must have one.
pub(super) fn required() -> ServiceError {
    ServiceError::invalid_load_balancer_info(
        "A target group pair must be specified in targetGroupPairInfoList for the ECS compute platform.",
    )
}

/// The load balancer as it is answered.
pub(crate) fn write(load_balancer: &LoadBalancer) -> LoadBalancerInfo {
    let route = |listener: &String| TrafficRoute { listener_arns: vec![listener.clone()] };
    let pair = TargetGroupPairInfo {
        target_groups: load_balancer
            .target_groups
            .iter()
            .map(|name| TargetGroupInfo { name: Some(name.clone()) })
            .collect(),
        prod_traffic_route: Some(route(&load_balancer.production_listener)),
        test_traffic_route: load_balancer.test_listener.as_ref().map(route),
    };
    LoadBalancerInfo { target_group_pair_info_list: vec![pair], ..LoadBalancerInfo::default() }
}

fn pair_of(pair: TargetGroupPairInfo) -> Result<LoadBalancer, ServiceError> {
    let names: Vec<String> =
        pair.target_groups.into_iter().map(|group| group.name.unwrap_or_default()).collect();
    let target_groups: [String; 2] = names.try_into().map_err(|names: Vec<String>| {
        ServiceError::invalid_target_group_pair(format!(
            "A target group pair has two target groups, and this one has {}.",
            names.len()
        ))
    })?;
    let [one, other] = &target_groups;
    if one.is_empty() || other.is_empty() {
        return Err(ServiceError::invalid_target_group_pair("A target group must have a name."));
    }
    if one == other {
        return Err(ServiceError::invalid_target_group_pair(format!(
            "The two target groups of a pair must differ, and both are {one}."
        )));
    }
    let production = listener("production", pair.prod_traffic_route)?;
    let test = listener("test", pair.test_traffic_route)?;
    let Some(production_listener) = production else {
        return Err(ServiceError::invalid_load_balancer_info(
            "A target group pair must have a production traffic route with one listener.",
        ));
    };
    if test.as_ref() == Some(&production_listener) {
        return Err(ServiceError::invalid_load_balancer_info(
            "The production and the test traffic route must have different listeners.",
        ));
    }
    Ok(LoadBalancer { target_groups, production_listener, test_listener: test })
}

fn listener(kind: &str, route: Option<TrafficRoute>) -> Result<Option<String>, ServiceError> {
    let mut listeners = route.map(|route| route.listener_arns).unwrap_or_default().into_iter();
    match (listeners.next(), listeners.next()) {
        (_, Some(_)) => Err(ServiceError::invalid_load_balancer_info(format!(
            "A {kind} traffic route can have one listener alone."
        ))),
        (Some(arn), None) if !arn.starts_with("arn:") => Err(ServiceError::invalid_load_balancer_info(
            format!("{arn:?}, in the {kind} traffic route, is not the ARN of a listener."),
        )),
        (listener, None) => Ok(listener),
    }
}
