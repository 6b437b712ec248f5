//! What every operation is given.

use std::sync::Arc;

use greenlight_core::{Clock, Timestamp};

use super::arn::Place;
use super::catalogue::Catalogue;
use super::ids::Ids;
use super::pagination::Pages;

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
    /// The time of everything.
    pub(crate) clock: Arc<dyn Clock>,
}

impl Context {
    /// The time now, by the endpoint's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
