//! What a plugin is told of the deployment.
//!
//! CodeDeploy sends two ids and nothing else, so the rest is asked for: in the first event of a deployment four calls, two
//! at a time, and in further ones, as long as the process lives, one. Each is optional. A call that is refused leaves its
//! facts unknown, and a line in the log names the permission. Amazon ECS sends all that it tells.
//!
//! Where the listeners answer is in neither: a listener's ARN holds no name. `GREENLIGHT_TEST_URL` and
//! `GREENLIGHT_PRODUCTION_URL` say it.

mod ask;
mod cache;
mod codedeploy;
mod native;
mod revision;
mod target;

use std::collections::BTreeMap;

use greenlight_hook_runtime::{HookContext, Weights};

pub(crate) use self::codedeploy::Recovery;
pub(crate) use self::native::native;
use crate::Environment;

/// What plugins are told at an event that nobody knows.
pub(crate) const UNKNOWN_EVENT: &str = "unknown";

/// What is known of a deployment. All of it may be unknown.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Known {
    /// The lifecycle event in progress.
    pub(crate) event: Option<String>,
    /// When that began, in milliseconds since the Unix epoch.
    pub(crate) event_began_at: Option<u64>,
    pub(crate) application: Option<String>,
    pub(crate) group: Option<String>,
    pub(crate) service: Option<String>,
    pub(crate) weights: Option<Weights>,
    pub(crate) revision: Option<String>,
    pub(crate) attributes: BTreeMap<String, String>,
}

impl Known {
    /// For the plugins.
    pub(crate) fn context(self, deployment: &str, environment: &Environment) -> HookContext {
        let event = self.event.unwrap_or_else(|| UNKNOWN_EVENT.to_owned());
        let mut context = HookContext::new(deployment, event);
        context.application = self.application;
        context.group = self.group;
        context.service = self.service;
        context.test_url = environment.test_url.clone();
        context.production_url = environment.production_url.clone();
        context.production_weights = self.weights;
        context.revision = self.revision;
        context.attributes = self.attributes;
        context
    }
}
