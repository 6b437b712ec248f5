//! Asking one path several times.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use greenlight_hook::http::{self, Request, Response};
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
        let request = http::get(format!("{base}{path}")).header("accept", "application/json");
        warm_up(&request, settings)?;
        let mut probe = Self {
            path: path.to_owned(),
            answers: Vec::new(),
            errors: Vec::new(),
            planned: settings.requests,
            out_of_time: false,
        };
        for _ in 0..settings.requests {
            if probe.errors.len() >= MAX_UNANSWERED {
                break;
            }
            match ask(&request, settings)? {
                Asked::Answered(answer) => probe.answers.push(answer),
                Asked::Unanswered(error) => probe.errors.push(error),
                Asked::OutOfTime => {
                    probe.out_of_time = true;
                    break;
                }
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

/// What came of one request.
enum Asked {
    Answered(Response),
    Unanswered(http::Error),
    /// Not made, or cut short by the end of the hook's time, which says nothing of the release.
    OutOfTime,
}

/// Asks once, for no longer than the hook has time: a request that outlives it would take the verdict along.
fn ask(request: &Request, settings: &Settings) -> Result<Asked, http::Error> {
    let left = deployment::remaining().saturating_sub(RESERVE);
    if left.is_zero() {
        return Ok(Asked::OutOfTime);
    }
    match request.clone().timeout(settings.timeout.min(left)).send() {
        Ok(answer) => Ok(Asked::Answered(answer)),
        Err(error) if is_ours(&error) => Err(error),
        Err(http::Error::Timeout(_)) if left < settings.timeout => Ok(Asked::OutOfTime),
        Err(error) => Ok(Asked::Unanswered(error)),
    }
}

fn warm_up(request: &Request, settings: &Settings) -> Result<(), http::Error> {
    let mut unanswered = 0;
    for _ in 0..settings.warm_up {
        match ask(request, settings)? {
            Asked::Answered(_) => {}
            Asked::Unanswered(error) => {
                warn!("warm-up: {error}");
                unanswered += 1;
            }
            Asked::OutOfTime => break,
        }
        if unanswered == MAX_UNANSWERED {
            break;
        }
    }
    Ok(())
}

/// Whether the hook's own set-up is at fault, and not the release.
fn is_ours(error: &http::Error) -> bool {
    matches!(error, http::Error::Denied(_) | http::Error::Invalid(_))
}
