//! Asking one path several times.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use greenlight_hook::http::{self, Response};
use greenlight_hook::{Check, deployment, warn};

use crate::settings::Settings;

/// After so many requests without any answer the rest would only use up the time in which the other path can
/// still be judged.
const MAX_UNANSWERED: usize = 3;

/// What is left for the verdict itself when time runs out.
const RESERVE: Duration = Duration::from_millis(500);

/// All answers of one path.
pub(crate) struct Probe {
    pub(crate) path: String,
    pub(crate) answers: Vec<Response>,
    errors: Vec<http::Error>,
    planned: u32,
    out_of_time: bool,
}

impl Probe {
    /// Asks as often as the settings say.
    ///
    /// A missing grant or a URL that is none ends it at once: each further request would say the same.
    pub(crate) fn run(base: &str, path: &str, settings: &Settings) -> Result<Self, http::Error> {
        let request =
            http::get(format!("{base}{path}")).header("accept", "application/json").timeout(settings.timeout);
        for _ in 0..settings.warm_up {
            match request.send() {
                Ok(_) => {}
                Err(error) if is_ours(&error) => return Err(error),
                Err(error) => warn!("warm-up: {error}"),
            }
        }
        let mut probe = Self {
            path: path.to_owned(),
            answers: Vec::new(),
            errors: Vec::new(),
            planned: settings.requests,
            out_of_time: false,
        };
        for _ in 0..settings.requests {
            probe.out_of_time = deployment::remaining() < RESERVE;
            if probe.out_of_time || probe.errors.len() >= MAX_UNANSWERED {
                break;
            }
            match request.send() {
                Ok(answer) => probe.answers.push(answer),
                Err(error) if is_ours(&error) => return Err(error),
                Err(error) => probe.errors.push(error),
            }
        }
        Ok(probe)
    }

    /// How many requests were made.
    pub(crate) fn made(&self) -> usize {
        self.answers.len() + self.errors.len()
    }

    /// Passes when every request was answered with the status.
    pub(crate) fn judge(&self, check: Check<'_>, expected: u16) {
        let Self { path, .. } = self;
        let made = self.made();
        let mut problems = Vec::new();
        let mut by_status = BTreeMap::new();
        for answer in self.answers.iter().filter(|answer| answer.status() != expected) {
            *by_status.entry(answer.status()).or_insert(0_usize) += 1;
        }
        for (status, count) in by_status {
            problems.push(format!("answered {status} in {count} of {made} requests, expected {expected}"));
        }
        if let Some(first) = self.errors.first() {
            let mut problem = format!("failed in {} of {made} requests", self.errors.len());
            // A String takes any text: there is no error to see.
            let _ = write!(problem, " ({first})");
            problems.push(problem);
        }
        if self.out_of_time {
            problems.push(format!(
                "was asked {made} of {} times when time ran out; give the hook more time, or lower `requests` or \
                 `timeout`",
                self.planned
            ));
        }
        if problems.is_empty() {
            check.pass(format!("GET {path} answered {expected} in {made} of {made} requests"));
        } else {
            check.fail(format!("GET {path} {}", problems.join(" and ")));
        }
    }
}

/// Whether the hook's own set-up is at fault, and not the release.
fn is_ours(error: &http::Error) -> bool {
    matches!(error, http::Error::Denied(_) | http::Error::Invalid(_))
}
