//! Whether a failed or stopped deployment is rolled back, and by what.

use std::collections::BTreeMap;

use super::failure::Failure;
use super::settings::{Kind, ReadyWait, Settings, Termination};
use crate::{AutoRollback, Percent, Rollback, RollbackInfo, TrafficRouting};

/// What is known when a deployment ends before its time.
pub(super) struct Situation<'a> {
    pub(super) settings: &'a Settings,
    pub(super) failure: &'a Failure,
    /// What the operator said, when one stopped it.
    pub(super) wish: Rollback,
    /// Whether anything was changed that can be undone.
    pub(super) anything_to_undo: bool,
    /// Whether the original task set is there to go back to.
    pub(super) blue_alive: bool,
    pub(super) green: Percent,
}

/// What follows: the pair's information, and the rollback's settings when there is one.
pub(super) struct Decision {
    pub(super) info: Option<RollbackInfo>,
    pub(super) settings: Option<Settings>,
}

impl Situation<'_> {
    pub(super) fn decide(&self) -> Decision {
        let wanted = match self.wish {
            Rollback::Always => true,
            Rollback::Never => false,
            Rollback::AsConfigured => self.settings.auto_rollback.covers(self.failure.trigger),
        };
        if !wanted || self.settings.is_rollback() {
            return Decision { info: None, settings: None };
        }
        let nothing = |message: &str| Decision {
            info: Some(RollbackInfo { message: message.to_owned(), ..RollbackInfo::default() }),
            settings: None,
        };
        if !self.anything_to_undo && !self.settings.behaviour.rollback_before_install {
            return nothing("Nothing was changed, so there is nothing to roll back.");
        }
        if !self.blue_alive {
            return nothing(
                "The original task set is not running any more, so there is nothing to roll back to.",
            );
        }
        let (failed, Some(rollback)) = (&self.settings.id, &self.settings.rollback_id) else {
            return nothing(&self.settings.behaviour.no_revision_message);
        };
        Decision {
            info: Some(RollbackInfo {
                rollback_deployment: Some(rollback.clone()),
                triggering_deployment: None,
                message: format!(
                    "Deployment {failed} terminated. Automatic rollback is triggered with a DeploymentId {rollback}."
                ),
            }),
            settings: Some(Settings {
                id: rollback.clone(),
                kind: Kind::Rollback { of: failed.clone(), green: self.green },
                platform: self.settings.platform,
                test_listener: self.settings.test_listener,
                routing: TrafficRouting::AllAtOnce,
                hooks: if self.settings.behaviour.hooks_in_rollback {
                    self.settings.rollback_hooks.clone()
                } else {
                    BTreeMap::new()
                },
                rollback_hooks: BTreeMap::new(),
                ready: ReadyWait::default(),
                termination: Termination::KeepAlive,
                auto_rollback: AutoRollback::disabled(),
                rollback_id: None,
                service_role: self.settings.service_role.clone(),
                behaviour: self.settings.behaviour.clone(),
            }),
        }
    }
}

/// What the rollback itself says about the pair.
pub(super) fn info_of_rollback(settings: &Settings) -> Option<RollbackInfo> {
    let Kind::Rollback { of, .. } = &settings.kind else { return None };
    Some(RollbackInfo {
        rollback_deployment: None,
        triggering_deployment: Some(of.clone()),
        message: format!("Deployment {} is triggered to roll back deployment {of}.", settings.id),
    })
}
