//! What was deployed to a group, and what is its revision now.

use std::collections::BTreeMap;

use greenlight_core::DeploymentStatus;

use super::Found;
use crate::endpoint::catalogue::Location;
use crate::endpoint::context::Context;
use crate::local::engine::{GroupKey, Summary};

/// The deployments of a group, the newest first.
#[derive(Debug)]
pub(crate) struct History(Vec<Summary>);

impl History {
    /// The deployments of the group with this id.
    pub(crate) fn of(context: &Context, group_id: &str) -> Self {
        let group = GroupKey::new(group_id);
        Self(context.engine.summaries().into_iter().filter(|summary| summary.group == group).collect())
    }

    /// The newest one.
    pub(crate) fn last_attempted(&self) -> Option<&Summary> {
        self.0.first()
    }

    /// The newest one that succeeded, forward or back.
    pub(crate) fn last_successful(&self) -> Option<&Summary> {
        self.0.iter().find(|summary| summary.status == DeploymentStatus::Succeeded)
    }
}

/// The revision that each group has now: that of its last successful deployment.
#[derive(Debug)]
pub(crate) struct Targets(BTreeMap<String, Location>);

impl Targets {
    /// Those of all groups, by the ids of groups.
    pub(crate) fn now(context: &Context) -> Self {
        let mut targets = BTreeMap::new();
        for summary in context.engine.summaries() {
            let group = summary.group.to_string();
            if summary.status == DeploymentStatus::Succeeded
                && !targets.contains_key(&group)
                && let Ok(Some(found)) = Found::by_id(context, &summary.id)
            {
                targets.insert(group, found.revision().clone());
            }
        }
        Self(targets)
    }

    /// That of the group with this id.
    pub(crate) fn of_group(&self, id: &str) -> Option<&Location> {
        self.0.get(id)
    }
}
