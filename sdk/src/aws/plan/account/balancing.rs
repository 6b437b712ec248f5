//! Target groups, and where listeners forward to.

use aws_sdk_elasticloadbalancingv2::types::{Action, Rule};

use super::{Account, Answer, some};
use crate::aws::api::Trouble;

/// One rule of a listener that forwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::aws::plan) struct Forward {
    /// The rule's priority; none for the default rule.
    pub(in crate::aws::plan) priority: Option<String>,
    /// The ARNs of target groups, with their weights.
    pub(in crate::aws::plan) to: Vec<(String, i32)>,
}

impl Account {
    /// The ARN of a target group.
    pub(in crate::aws::plan) async fn target_group(&self, name: &str) -> Answer<String> {
        let answer = self.balancing.describe_target_groups().names(name).send().await;
        let answer = answer.map_err(Trouble::of).map(|output| {
            output.target_groups().first().and_then(|group| group.target_group_arn()).map(str::to_owned)
        });
        some(answer, &["TargetGroupNotFound"])
    }

    /// Where the rules of a listener forward to, the default rule among them.
    pub(in crate::aws::plan) async fn forwards(&self, listener: &str) -> Answer<Vec<Forward>> {
        let mut forwards = Vec::new();
        let mut pages = self.balancing.describe_rules().listener_arn(listener).into_paginator().send();
        while let Some(page) = pages.next().await {
            match page.map_err(Trouble::of) {
                Ok(page) => forwards.extend(page.rules().iter().filter_map(forward)),
                Err(trouble) => return some(Err(trouble), &["ListenerNotFound"]),
            }
        }
        Ok(Some(forwards))
    }
}

/// What a rule forwards to, if it forwards.
fn forward(rule: &Rule) -> Option<Forward> {
    let to: Vec<_> = rule.actions().iter().flat_map(targets).collect();
    let priority = rule.priority().filter(|_| rule.is_default() != Some(true)).map(str::to_owned);
    (!to.is_empty()).then_some(Forward { priority, to })
}

fn targets(action: &Action) -> Vec<(String, i32)> {
    let weighted = action.forward_config().map(|forward| forward.target_groups()).unwrap_or_default();
    if weighted.is_empty() {
        // The short form, for one target group.
        return action.target_group_arn().map(|arn| (arn.to_owned(), 1)).into_iter().collect();
    }
    // A weight is left out where there is but one target group.
    let each = weighted.iter();
    each.filter_map(|group| Some((group.target_group_arn()?.to_owned(), group.weight().unwrap_or(1))))
        .collect()
}
