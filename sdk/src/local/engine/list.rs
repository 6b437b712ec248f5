//! Lists of deployments, for the endpoint.

use greenlight_core::{DeploymentId, DeploymentStatus, Timestamp};

use super::Engine;
use super::group_key::GroupKey;
use super::state::{Created, Record};

/// One line of a list of deployments.
#[derive(Debug, Clone)]
pub(crate) struct Summary {
    pub(crate) id: DeploymentId,
    pub(crate) status: DeploymentStatus,
    pub(crate) created: Timestamp,
    pub(crate) completed: Option<Timestamp>,
}

impl Engine {
    /// Looks at deployments, the newest first: those of a group or all, and those created before one, if so. Only as
    /// many are copied as are asked for.
    ///
    /// The engine is locked meanwhile: `look` must not call it.
    pub(crate) fn list<T>(
        &self,
        group: Option<&GroupKey>,
        before: Option<&Created>,
        look: impl FnOnce(&mut dyn Iterator<Item = Summary>) -> T,
    ) -> T {
        let state = self.state();
        look(&mut state.created(group, before).rev().map(Summary::of))
    }

    /// The newest deployment of a group, of this status if one is given.
    pub(crate) fn newest(&self, group: &GroupKey, status: Option<DeploymentStatus>) -> Option<Summary> {
        let state = self.state();
        let mut newest_first = state.created(Some(group), None).rev();
        newest_first
            .find(|(_, record)| status.is_none_or(|status| record.lifecycle.status() == status))
            .map(Summary::of)
    }
}

impl Summary {
    fn of((id, record): (&DeploymentId, &Record)) -> Self {
        let (created, _, completed) = record.lifecycle.times();
        Self { id: id.clone(), status: record.lifecycle.status(), created, completed }
    }
}
