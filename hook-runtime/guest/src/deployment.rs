//! What a plugin may know of the deployment that it judges.
//!
//! A fact that the host could not find out is `None`. Give a missing one a reason with
//! [`or_fail`](crate::OrFail::or_fail) when the plugin cannot go on without it.

use std::fmt;
use std::time::Duration;

use crate::host;

/// How production requests are shared between the two task sets, in percent.
///
/// The two need not add up to 100 while a shift is under way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// The release that served before this deployment.
    pub blue: f64,
    /// The release under test.
    pub green: f64,
}

impl fmt::Display for Weights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "blue {} %, green {} %", self.blue, self.green)
    }
}

/// The deployment's id: `d-1NNWZG91L` at CodeDeploy, the service deployment's ARN at ECS.
#[must_use]
pub fn id() -> String {
    host::with(|host| host.id())
}

/// The lifecycle event in progress, by its CodeDeploy name, such as `AfterAllowTestTraffic`.
#[must_use]
pub fn lifecycle_event() -> String {
    host::with(|host| host.lifecycle_event())
}

/// The CodeDeploy application.
#[must_use]
pub fn application() -> Option<String> {
    host::with(|host| host.application())
}

/// The CodeDeploy deployment group.
#[must_use]
pub fn group() -> Option<String> {
    host::with(|host| host.group())
}

/// The ECS service, as `cluster:service`.
#[must_use]
pub fn service() -> Option<String> {
    host::with(|host| host.service())
}

/// Where the test listener answers, as `http://host:port` without a final slash: the new release.
///
/// ```
/// use greenlight_hook::{Failure, Hook, OrFail, deployment, http};
///
/// fn validate(hook: &Hook) -> Result<(), Failure> {
///     let base = deployment::test_url().or_fail("this hook needs a test listener")?;
///     let health = http::get(format!("{base}/health")).send()?;
///     hook.check("health").equal(health.status(), 200);
///     Ok(())
/// }
/// ```
#[must_use]
pub fn test_url() -> Option<String> {
    host::with(|host| host.test_url())
}

/// Where the production listener answers, as `http://host:port` without a final slash: what users see.
#[must_use]
pub fn production_url() -> Option<String> {
    host::with(|host| host.production_url())
}

/// How production requests are shared at this moment.
#[must_use]
pub fn production_weights() -> Option<Weights> {
    host::with(|host| host.production_weights())
}

/// The revision under test: the lower-case hexadecimal SHA-256 of its AppSpec.
#[must_use]
pub fn revision() -> Option<String> {
    host::with(|host| host.revision())
}

/// 1 at the first call for this lifecycle event, one more after each
/// [`Verdict::Pending`](crate::Verdict::Pending).
#[must_use]
pub fn attempt() -> u32 {
    host::with(|host| host.attempt())
}

/// How long the host still waits for this call, to the millisecond.
#[must_use]
pub fn remaining() -> Duration {
    host::with(|host| host.remaining())
}

/// What the previous attempt handed over with [`Verdict::Pending`](crate::Verdict::Pending).
#[must_use]
pub fn state() -> Option<String> {
    host::with(|host| host.state())
}

/// Any further fact by name (lower case, with hyphens); `None` when the host does not know it.
#[must_use]
pub fn attribute(name: &str) -> Option<String> {
    host::with(|host| host.attribute(name))
}
