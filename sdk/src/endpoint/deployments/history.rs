//! What was deployed to a group, and what is its revision now.

use std::collections::BTreeMap;

use greenlight_core::DeploymentStatus;

use super::Found;
use crate::endpoint::catalogue::Location;
use crate::endpoint::context::Context;
use crate::local::engine::{GroupKey, Summary};

/// The last deployments of a group.
#[derive(Debug)]
pub(crate) struct History {
    /// The newest one.
    pub(crate) last_attempted: Option<Summary>,
    /// The newest one that succeeded, forward or back.
    pub(crate) last_successful: Option<Summary>,
}

impl History {
    /// That of the group with this id.
    pub(crate) fn of(context: &Context, group_id: &str) -> Self {
        let group = GroupKey::new(group_id);
        Self {
            last_attempted: context.engine.newest(&group, None),
            last_successful: context.engine.newest(&group, Some(DeploymentStatus::Succeeded)),
        }
    }
}

/// The revision that each group of an application has now: that of its last successful deployment.
#[derive(Debug)]
pub(crate) struct Targets(BTreeMap<String, Location>);

impl Targets {
    /// Those of an application's groups now; none when there is no such application.
    pub(crate) fn of(context: &Context, application: &str) -> Self {
        // The catalogue is free again while deployments are looked at.
        let groups: Vec<String> = context.catalogue.read(|tables| {
            let application = tables.application(application).ok();
            let groups = application.into_iter().flat_map(|application| tables.groups_of(application));
            groups.map(|group| group.id.clone()).collect()
        });
        let revision = |id: String| {
            let last =
                context.engine.newest(&GroupKey::new(id.as_str()), Some(DeploymentStatus::Succeeded))?;
            let found = Found::by_id(context, &last.id).ok()??;
            Some((id, found.revision().clone()))
        };
        Self(groups.into_iter().filter_map(revision).collect())
    }

    /// That of the group with this id.
    pub(crate) fn of_group(&self, id: &str) -> Option<&Location> {
        self.0.get(id)
    }

    /// Whether a group has this revision.
    pub(crate) fn has(&self, revision: &Location) -> bool {
        self.0.values().any(|target| target == revision)
    }
}
