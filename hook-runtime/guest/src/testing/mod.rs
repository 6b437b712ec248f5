//! Unit tests for validation functions, on this machine and without a host.
//!
//! A [`Rehearsal`] is everything that the host would say; [`Rehearsal::run`] gives back everything that the
//! function reported. It covers the function's own decisions: limits, grants and crashes are the host's matter,
//! and need the plugin as it is shipped.
//!
//! ```
//! use greenlight_hook::http::Response;
//! use greenlight_hook::testing::Rehearsal;
//! use greenlight_hook::{Failure, Hook, OrFail, Verdict, deployment, http};
//!
//! fn validate(hook: &Hook) -> Result<(), Failure> {
//!     let base = deployment::test_url().or_fail("this hook needs a test listener")?;
//!     let health = http::get(format!("{base}/health")).send()?;
//!     hook.check("health").equal(health.status(), 200);
//!     Ok(())
//! }
//!
//! let rehearsal = Rehearsal::new().test_url("http://green.test").respond(|_| Ok(Response::new(503)));
//! assert_eq!(rehearsal.run(validate).verdict, Verdict::fail("health: got 503, expected 200"));
//! ```

mod current;
mod host;
mod recorded;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use current::UnderWay;
pub(crate) use current::current;
use recorded::Reported;
pub use recorded::{CheckEntry, MetricEntry, Recorded};

use crate::deployment::Weights;
use crate::verdict::{IntoVerdict, judge};
use crate::{Hook, http};

/// A host that answers as it was told.
///
/// Without a word it is the first attempt of `d-REHEARSAL` at `AfterAllowTestTraffic`, with 30 seconds left, no
/// other fact, no configuration, and no grant for any request.
#[derive(Clone)]
pub struct Rehearsal {
    facts: BTreeMap<&'static str, String>,
    attributes: BTreeMap<String, String>,
    weights: Option<Weights>,
    attempt: u32,
    remaining: Duration,
    config: BTreeMap<String, String>,
    respond: Respond,
    reported: RefCell<Reported>,
}

type Respond = Rc<dyn Fn(&http::Request) -> Result<http::Response, http::Error>>;

macro_rules! facts {
    ($($fact:ident $what:literal;)*) => {$(
        #[doc = concat!("Sets ", $what, ".")]
        #[must_use]
        pub fn $fact(mut self, value: impl Into<String>) -> Self {
            self.facts.insert(stringify!($fact), value.into());
            self
        }
    )*};
}

impl Rehearsal {
    /// A host with the answers said above.
    #[must_use]
    pub fn new() -> Self {
        Self {
            facts: BTreeMap::new(),
            attributes: BTreeMap::new(),
            weights: None,
            attempt: 1,
            remaining: Duration::from_secs(30),
            config: BTreeMap::new(),
            respond: Rc::new(|request| {
                Err(http::Error::Denied(format!("no grant covers {request}; give the rehearsal a `respond`")))
            }),
            reported: RefCell::default(),
        }
    }

    facts! {
        id "the deployment's id";
        lifecycle_event "the lifecycle event in progress";
        application "the CodeDeploy application";
        group "the CodeDeploy deployment group";
        service "the ECS service, as `cluster:service`";
        test_url "where the test listener answers";
        production_url "where the production listener answers";
        revision "the revision under test";
        state "what the previous attempt handed over";
    }

    /// Sets a further fact by name.
    #[must_use]
    pub fn attribute(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.attributes.insert(name.into(), value.into());
        self
    }

    /// Sets how production requests are shared.
    #[must_use]
    pub const fn production_weights(mut self, weights: Weights) -> Self {
        self.weights = Some(weights);
        self
    }

    /// Sets the number of the attempt, counted from 1.
    #[must_use]
    pub const fn attempt(mut self, attempt: u32) -> Self {
        self.attempt = attempt;
        self
    }

    /// Sets how long the host still waits.
    #[must_use]
    pub const fn remaining(mut self, remaining: Duration) -> Self {
        self.remaining = remaining;
        self
    }

    /// Sets one key of the configuration.
    #[must_use]
    pub fn config(mut self, key: impl Into<String>, text: impl Into<String>) -> Self {
        self.config.insert(key.into(), text.into());
        self
    }

    /// Answers every request from here on.
    #[must_use]
    pub fn respond(
        mut self,
        respond: impl Fn(&http::Request) -> Result<http::Response, http::Error> + 'static,
    ) -> Self {
        self.respond = Rc::new(respond);
        self
    }

    /// Calls the validation function, and gives back everything that it reported.
    pub fn run<V: IntoVerdict>(&self, validate: impl FnOnce(&Hook) -> V) -> Recorded {
        let host = Rc::new(Self { reported: RefCell::default(), ..self.clone() });
        let verdict = {
            let _under_way = UnderWay::begin(&host);
            judge(validate)
        };
        let Reported { checks, metrics, logs, requests } = host.reported.take();
        Recorded { verdict, checks, metrics, logs, requests }
    }

    fn fact(&self, name: &str) -> Option<String> {
        self.facts.get(name).cloned()
    }
}

impl Default for Rehearsal {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Rehearsal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rehearsal")
            .field("facts", &self.facts)
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{OrFail as _, Verdict, deployment};

    #[test]
    fn a_function_sees_the_facts_it_was_given_and_no_others() {
        let rehearsal = Rehearsal::new()
            .test_url("http://green.test")
            .production_weights(Weights { blue: 90.0, green: 10.0 })
            .attempt(3)
            .state("warm")
            .attribute("task-definition", "orders:42");
        let recorded = rehearsal.run(|_: &Hook| {
            assert_eq!(deployment::test_url().as_deref(), Some("http://green.test"));
            assert_eq!(deployment::production_url(), None);
            assert_eq!(deployment::production_weights().unwrap().to_string(), "blue 90 %, green 10 %");
            assert_eq!((deployment::attempt(), deployment::state()), (3, Some("warm".to_owned())));
            assert_eq!(deployment::attribute("task-definition").as_deref(), Some("orders:42"));
            assert_eq!(deployment::attribute("other"), None);
        });
        assert_eq!(recorded.verdict, Verdict::Pass);
    }

    #[test]
    fn a_run_leaves_nothing_behind_for_the_next() {
        let rehearsal = Rehearsal::new().id("d-1");
        let check = |hook: &Hook| hook.check("once").pass("");
        assert_eq!(rehearsal.run(check).checks.len(), 1);
        assert_eq!(rehearsal.run(check).checks.len(), 1);
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            rehearsal.run(|_: &Hook| -> () { panic!("as a plugin may") });
        }));
        assert_eq!(deployment::id(), "d-REHEARSAL");
    }

    #[test]
    fn without_an_answer_every_request_is_denied() {
        let recorded = Rehearsal::new().run(|_: &Hook| -> Result<(), crate::Failure> {
            http::get("http://green.test/").send().or_fail("health")?;
            Ok(())
        });
        assert_eq!(
            recorded.verdict,
            Verdict::fail("health: no grant covers GET http://green.test/; give the rehearsal a `respond`")
        );
        assert_eq!(recorded.requests.len(), 1);
    }
}
