//! All deployments that this program follows.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use greenlight_core::DeploymentId;

use super::Watched;

/// More than these are only kept as long as somebody follows them.
const KEPT: usize = 2048;

/// Deployments by their ids.
#[derive(Debug, Default)]
pub(in crate::aws) struct Registry(Mutex<HashMap<DeploymentId, Arc<Watched>>>);

impl Registry {
    /// The deployment of this id, whether or not there is one.
    pub(in crate::aws) fn get(&self, id: &DeploymentId) -> Arc<Watched> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(watched) = known.get(id) {
            return Arc::clone(watched);
        }
        if known.len() >= KEPT {
            known.retain(|_, watched| Arc::strong_count(watched) > 1);
        }
        let watched = Arc::new(Watched::new(id.clone()));
        known.insert(id.clone(), Arc::clone(&watched));
        watched
    }
}
