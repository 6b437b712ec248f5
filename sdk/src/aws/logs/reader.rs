//! Reading CloudWatch Logs.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_cloudwatchlogs::config::retry::RetryConfig;
use aws_sdk_cloudwatchlogs::config::timeout::TimeoutConfig;
use aws_sdk_cloudwatchlogs::types::FilteredLogEvent;
use aws_sdk_cloudwatchlogs::{Client, Config};
use greenlight_core::{Clock, DeploymentId, FunctionName, HookEvent, Timestamp};

use super::line::HookLogLine;
use crate::aws::api::{Jitter, Kind, Purse, RequestBudget, Trouble};

/// FilterLogEvents is taken five times a second by default; this is far below.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>
const BUDGET: RequestBudget = RequestBudget::per_minute(60);

/// Why a reading is cut where the service answers.
pub(in crate::aws) const TOO_LONG: &str = "there is more than can be read in time";

/// Reads what functions wrote.
pub(in crate::aws) struct LogReader {
    client: Client,
    purse: Purse,
    /// What came of the last request, where it was no answer.
    trouble: Mutex<Option<Trouble>>,
}

/// What was read of a window.
#[derive(Debug)]
pub(in crate::aws) struct Reading {
    /// Each with the id that the service gives it.
    pub(in crate::aws) lines: Vec<(String, HookLogLine)>,
    /// Where it goes on, if it is not whole.
    pub(in crate::aws) rest: Option<Rest>,
    /// Why it is not whole, where that is not for its length.
    pub(in crate::aws) trouble: Option<Trouble>,
}

/// What is left of a window that was not read to its end.
#[derive(Debug, Clone)]
pub(in crate::aws) struct Rest {
    /// Where the window begins: a token goes with the request that it was given for.
    from: Timestamp,
    /// The next page; none for the first one.
    token: Option<String>,
}

/// Lines, and where the next ones are.
type Page = (Vec<(String, HookLogLine)>, Option<String>);

/// Which lines.
#[derive(Debug, Clone, Copy)]
pub(in crate::aws) struct Window<'a> {
    pub(in crate::aws) function: &'a FunctionName,
    pub(in crate::aws) deployment: &'a DeploymentId,
    pub(in crate::aws) event: HookEvent,
    pub(in crate::aws) from: Timestamp,
    pub(in crate::aws) until: Option<Timestamp>,
    /// Only lines in which the deployment's id stands.
    pub(in crate::aws) that_name_it: bool,
}

impl LogReader {
    pub(in crate::aws) fn new(config: &aws_config::SdkConfig) -> Self {
        let config = aws_sdk_cloudwatchlogs::config::Builder::from(config)
            .retry_config(RetryConfig::disabled())
            .build();
        Self { client: Client::from_conf(config), purse: Purse::new(BUDGET), trouble: Mutex::default() }
    }

    /// The lines in a window, or in the rest of one that was read in part, page by page: none is asked for after `by`, and each
    /// is waited for no longer than `within`. A function that never wrote has none.
    ///
    /// Where the service refuses, or cannot be reached, it is not asked again.
    pub(in crate::aws) async fn read(
        &self,
        window: Window<'_>,
        rest: Option<Rest>,
        by: Timestamp,
        within: Duration,
        (clock, jitter): (&dyn Clock, &Jitter),
    ) -> Reading {
        let Rest { from, mut token } = rest.unwrap_or(Rest { from: window.from, token: None });
        let window = Window { from, ..window };
        // Tokens are good for a day.
        let mut may_be_stale = token.is_some();
        let mut reading = Reading { lines: Vec::new(), rest: None, trouble: None };
        loop {
            if !self.purse.take_before(by, clock).await {
                reading.trouble = self.last_trouble(|last| last.clone());
                break;
            }
            let answer = self.page(window, token.clone(), within).await;
            self.note(answer.as_ref().err(), clock.now(), jitter);
            match answer {
                Ok((lines, next)) => {
                    reading.lines.extend(lines);
                    may_be_stale = false;
                    token = next;
                    if token.is_none() {
                        return reading;
                    }
                }
                // The group is made with the function's first line.
                Err(trouble) if trouble.is("ResourceNotFound") => return reading,
                Err(trouble) if trouble.kind == Kind::Refused && may_be_stale => {
                    (token, may_be_stale) = (None, false);
                }
                Err(trouble) => {
                    reading.trouble = Some(trouble);
                    break;
                }
            }
        }
        reading.rest = Some(Rest { from, token });
        reading
    }

    async fn page(
        &self,
        window: Window<'_>,
        token: Option<String>,
        within: Duration,
    ) -> Result<Page, Trouble> {
        let timeouts = TimeoutConfig::builder().operation_timeout(within).build();
        let call = self
            .client
            .filter_log_events()
            .log_group_name(group(window.function))
            .start_time(millis(window.from))
            .set_end_time(window.until.map(millis))
            .set_filter_pattern(window.that_name_it.then(|| format!("\"{}\"", window.deployment)))
            .set_next_token(token)
            .customize()
            .config_override(Config::builder().timeout_config(timeouts));
        let page = call.send().await.map_err(Trouble::of)?;
        let deployment = window.deployment.as_str();
        let line = |event: &FilteredLogEvent| {
            let time = Timestamp::from_millis(event.timestamp()?.try_into().ok()?);
            let line = HookLogLine::read(time, event.message()?, deployment, window.event)?;
            Some((event.event_id().unwrap_or_default().to_owned(), line))
        };
        Ok((page.events().iter().filter_map(line).collect(), page.next_token))
    }

    /// Learns from what came of a request.
    fn note(&self, trouble: Option<&Trouble>, now: Timestamp, jitter: &Jitter) {
        match trouble.map(|trouble| trouble.kind) {
            Some(Kind::Throttled) => self.purse.throttled(now, jitter),
            Some(Kind::Unreachable) => self.purse.unreachable(now, jitter),
            Some(Kind::NotSent) => {}
            Some(Kind::Refused) | None => self.purse.answered(),
        }
        let trouble = trouble.filter(|trouble| trouble.kind != Kind::Refused);
        self.last_trouble(|last| *last = trouble.cloned());
    }

    fn last_trouble<T>(&self, change: impl FnOnce(&mut Option<Trouble>) -> T) -> T {
        change(&mut self.trouble.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Reading {
    /// Why it is not whole, if it is not.
    pub(in crate::aws) fn cut(&self) -> Option<String> {
        self.rest.as_ref()?;
        Some(self.trouble.as_ref().map_or_else(|| TOO_LONG.to_owned(), |trouble| trouble.message.clone()))
    }
}

impl fmt::Debug for LogReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogReader").field("purse", &self.purse).finish_non_exhaustive()
    }
}

/// Where Lambda writes what a function prints, unless the function says otherwise.
pub(in crate::aws) fn group(function: &FunctionName) -> String {
    format!("/aws/lambda/{}", function.name())
}

fn millis(time: Timestamp) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
