//! Runs a case: starts its fake, runs the plugin, and follows it while it is pending.

use std::{
    io,
    time::{Duration, Instant},
};

use super::{Case, CaseReport, ExpectedVerdict, FakeService, judge};
use crate::{Hook, HookReport, HookRun, Verdict};

/// A plugin that stays pending for longer is not waited for, not even virtually.
const MOST_ATTEMPTS: u32 = 100;

/// What answers a plugin under test.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Service {
    /// The fake that the case declares, a fresh one for each run of a case.
    #[default]
    Fake,
    /// A service that runs already. Routes, `listeners` and `refuse` of the cases have no effect.
    Running {
        /// Where its test listener is.
        test: String,
        /// Where its production listener is, if there is one.
        production: Option<String>,
    },
}

impl Case {
    /// The first attempt, at a deployment with these listeners.
    #[must_use]
    pub fn hook_run(&self, test_url: Option<&str>, production_url: Option<&str>) -> HookRun {
        let mut context = self.context.clone();
        context.test_url = test_url.map(str::to_owned);
        context.production_url = production_url.map(str::to_owned);
        HookRun::new(context)
            .with_config(self.config.clone())
            .with_grants(self.grants.clone())
            .with_limits(self.limits.clone())
    }

    /// Runs it once. While the plugin is pending it is called again, with the state that it handed over and without
    /// the wait that it asked for, unless `pending` is what is expected of it.
    ///
    /// # Errors
    ///
    /// When the fake cannot be started. All else is in the report.
    pub async fn run(&self, hook: &Hook, service: &Service) -> io::Result<CaseReport> {
        let begun = Instant::now();
        let fake = match service {
            Service::Fake => Some(FakeService::start(self.service.clone()).await?),
            Service::Running { .. } => None,
        };
        let (test, production) = match (&fake, service) {
            (Some(fake), _) => (fake.test_url(), fake.production_url()),
            (None, Service::Running { test, production }) => (Some(test.as_str()), production.as_deref()),
            (None, Service::Fake) => (None, None),
        };
        let mut run = self.hook_run(test, production);

        let mut last = hook.run(run.clone()).await;
        let (mut earlier, mut waited) = (Vec::new(), Duration::ZERO);
        while let Some((delay, state)) = self.goes_on(&last, earlier.len()) {
            waited = waited.saturating_add(delay);
            run.context.attempt = run.context.attempt.saturating_add(1);
            run.context.state = Some(state);
            earlier.push(std::mem::replace(&mut last, hook.run(run.clone()).await));
        }
        let seen = fake.as_ref().map(FakeService::seen).unwrap_or_default();
        let mut report = CaseReport {
            name: self.name.clone(),
            expected: self.expect.clone(),
            limits: self.limits.clone(),
            test_url: run.context.test_url,
            production_url: run.context.production_url,
            earlier,
            last,
            waited,
            elapsed: begun.elapsed(),
            uncovered: seen.into_iter().filter(|seen| !seen.covered).collect(),
            mismatches: Vec::new(),
        };
        report.mismatches = judge::mismatches(&report);
        Ok(report)
    }

    /// What a further attempt gets, if there is to be one after the attempts `before` and this one.
    fn goes_on(&self, report: &HookReport, before: usize) -> Option<(Duration, String)> {
        let Some(Verdict::Pending { delay, state }) = report.verdict() else { return None };
        let made = u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1);
        let most = match self.expect.verdict {
            ExpectedVerdict::Pending => self.expect.attempts.unwrap_or(1),
            _ => MOST_ATTEMPTS,
        };
        (made < most).then(|| (*delay, state.clone()))
    }
}
