//! What a plugin is told of the deployment that it judges.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Facts of one deployment, served to the plugin by `greenlight:hook/deployment`.
///
/// All but the first two may be unknown.
///
/// ```
/// use greenlight_hook_runtime::HookContext;
///
/// let mut context = HookContext::new("d-1NNWZG91L", "AfterAllowTestTraffic");
/// context.test_url = Some("http://10.0.0.7:9000".into());
/// assert_eq!(context.attempt, 1);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HookContext {
    /// The deployment's id, such as `d-1NNWZG91L`.
    pub deployment_id: String,
    /// The lifecycle event in progress, by its CodeDeploy name.
    pub lifecycle_event: String,
    /// The CodeDeploy application.
    pub application: Option<String>,
    /// The CodeDeploy deployment group.
    pub group: Option<String>,
    /// The ECS service, as `cluster:service`.
    pub service: Option<String>,
    /// Where the test listener answers; fills the grant `{test}`.
    pub test_url: Option<String>,
    /// Where the production listener answers; fills the grant `{production}`.
    pub production_url: Option<String>,
    /// How production requests are shared at this moment.
    pub production_weights: Option<Weights>,
    /// The lower-case hexadecimal SHA-256 of the revision's AppSpec.
    pub revision: Option<String>,
    /// 1 at the first call for this event, one more after each pending verdict.
    pub attempt: u32,
    /// What the previous attempt handed over.
    pub state: Option<String>,
    /// Further facts by name.
    pub attributes: BTreeMap<String, String>,
}

/// Shares of production requests, in percent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    /// To the task set that served before.
    pub blue: f64,
    /// To the release under test.
    pub green: f64,
}

impl HookContext {
    /// The first attempt at `lifecycle_event` of a deployment of which nothing else is known.
    #[must_use]
    pub fn new(deployment_id: impl Into<String>, lifecycle_event: impl Into<String>) -> Self {
        Self {
            deployment_id: deployment_id.into(),
            lifecycle_event: lifecycle_event.into(),
            application: None,
            group: None,
            service: None,
            test_url: None,
            production_url: None,
            production_weights: None,
            revision: None,
            attempt: 1,
            state: None,
            attributes: BTreeMap::new(),
        }
    }
}
