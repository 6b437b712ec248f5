//! What every operation is given.

use std::path::PathBuf;
use std::sync::Arc;

use greenlight_core::Timestamp;
use greenlight_core::lifecycle::Behaviour;

use super::arn::Place;
use super::catalogue::Catalogue;
use super::functions::Background;
use super::ids::Ids;
use super::pagination::Pages;
use crate::local::HookIdentities;
use crate::local::engine::Engine;

/// The endpoint as operations see it.
#[derive(Debug)]
pub(crate) struct Context {
    /// What there is, and where it is kept.
    pub(crate) catalogue: Catalogue,
    /// New ids.
    pub(crate) ids: Ids,
    /// The region and account that the endpoint stands for.
    pub(crate) place: Place,
    /// Lists, a page at a time.
    pub(crate) pages: Pages,
    /// What plays the deployments, and has the time of everything.
    pub(crate) engine: Arc<Engine>,
    /// Open points of the service's behaviour.
    pub(crate) behaviour: Behaviour,
    /// Which hook function may report for which execution.
    pub(crate) identities: HookIdentities,
    /// Functions that were invoked and that nobody waits for.
    pub(crate) background: Background,
    /// The directory that stands for Amazon S3.
    pub(crate) s3_root: Option<PathBuf>,
}

impl Context {
    /// The time now, by the endpoint's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.engine.now()
    }
}
