//! What can be configured, with defaults.

use std::time::Duration;

use greenlight_hook::{Failure, OrFail, config, deployment, fail};
use serde::Deserialize;

/// The keys of the hook's config. The README has the same list for operators.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    /// Which listener to ask.
    pub(crate) listener: Listener,
    /// How often each path is asked.
    pub(crate) requests: u32,
    /// How many unjudged requests come first, because a first request often pays for start-up work.
    pub(crate) warm_up: u32,
    /// The longest that one request may take.
    #[serde(deserialize_with = "config::duration")]
    pub(crate) timeout: Duration,
    /// The path that says whether the release is well.
    pub(crate) health_path: String,
    /// The path that says which release it is, in JSON.
    pub(crate) version_path: String,
    /// The status that both paths must answer with.
    pub(crate) expected_status: u16,
    /// Where the version is in the JSON body: names parted by dots.
    pub(crate) version_field: String,
    /// The version that must be there; without it any will do, if it is the same each time.
    pub(crate) expected_version: Option<String>,
    /// Further fields that must be in the body, as `name=value`.
    pub(crate) expected_fields: Vec<String>,
    /// What share of the requests must be fast enough, in percent.
    pub(crate) latency_percentile: f64,
    /// How long they may take.
    #[serde(deserialize_with = "config::duration")]
    pub(crate) max_latency: Duration,
}

/// A listener of the deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Listener {
    Test,
    Production,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listener: Listener::Test,
            requests: 10,
            warm_up: 1,
            timeout: Duration::from_secs(2),
            health_path: "/health".to_owned(),
            version_path: "/version".to_owned(),
            expected_status: 200,
            version_field: "version".to_owned(),
            expected_version: None,
            expected_fields: Vec::new(),
            latency_percentile: 95.0,
            max_latency: Duration::from_millis(250),
        }
    }
}

impl Settings {
    /// Refuses values that would make a check pass without having looked.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        if self.requests == 0 {
            fail!("config key `requests` is 0, expected 1 or more: with none nothing is tested");
        }
        if self.timeout.is_zero() {
            fail!("config key `timeout` is 0, expected more: with none no request is answered");
        }
        if !(self.latency_percentile > 0.0 && self.latency_percentile <= 100.0) {
            fail!(
                "config key `latency_percentile` is `{}`, expected more than 0 and at most 100",
                self.latency_percentile
            );
        }
        for (key, path) in [("health_path", &self.health_path), ("version_path", &self.version_path)] {
            if !path.starts_with('/') {
                fail!("config key `{key}` is `{path}`, expected a path that begins with `/`");
            }
        }
        if let Some(field) = self.expected_fields.iter().find(|field| !field.contains('=')) {
            fail!("config key `expected_fields` has `{field}`, expected `name=value`");
        }
        Ok(())
    }

    pub(crate) fn base_url(&self) -> Result<String, Failure> {
        match self.listener {
            Listener::Test => deployment::test_url().or_fail(
                "this deployment has no test listener; add one to the deployment group, or set the config key \
                 `listener` to `production`",
            ),
            Listener::Production => {
                deployment::production_url().or_fail("the host does not know the production listener's address")
            }
        }
    }
}
