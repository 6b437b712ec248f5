//! Reading CloudWatch Logs.

use std::fmt;

use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::config::retry::RetryConfig;
use greenlight_core::{Clock, DeploymentId, FunctionName, HookEvent, Timestamp};

use super::line::HookLogLine;
use crate::aws::api::{Jitter, Kind, Purse, RequestBudget, Trouble};

/// FilterLogEvents is taken five times a second by default; this is far below.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>
const BUDGET: RequestBudget = RequestBudget::per_minute(60);

/// Of one reading; a page holds 10,000 lines or 1 MB.
const MOST_PAGES: usize = 20;

/// Reads what functions wrote.
pub(in crate::aws) struct LogReader {
    client: Client,
    purse: Purse,
}

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
        Self { client: Client::from_conf(config), purse: Purse::new(BUDGET) }
    }

    /// The lines in a window, each with the id that the service gives it. A function that never wrote has none.
    ///
    /// # Errors
    ///
    /// When the service refuses, or cannot be reached: it is asked once.
    pub(in crate::aws) async fn read(
        &self,
        window: Window<'_>,
        clock: &dyn Clock,
        jitter: &Jitter,
    ) -> Result<Vec<(String, HookLogLine)>, Trouble> {
        let (mut lines, mut token) = (Vec::new(), None);
        for _ in 0..MOST_PAGES {
            self.purse.take(clock).await;
            let call = self
                .client
                .filter_log_events()
                .log_group_name(group(window.function))
                .start_time(millis(window.from))
                .set_end_time(window.until.map(millis))
                .set_filter_pattern(window.that_name_it.then(|| format!("\"{}\"", window.deployment)))
                .set_next_token(token.take());
            let answer = call.send().await.map_err(Trouble::of);
            match answer.as_ref().err().map(|trouble| trouble.kind) {
                Some(Kind::Throttled) => self.purse.throttled(clock.now(), jitter),
                Some(Kind::Unreachable) => self.purse.unreachable(clock.now(), jitter),
                Some(Kind::NotSent) => {}
                Some(Kind::Refused) | None => self.purse.answered(),
            }
            let page = match answer {
                // The group is made with the function's first line.
                Err(trouble) if trouble.is("ResourceNotFound") => return Ok(lines),
                other => other?,
            };
            let deployment = window.deployment.as_str();
            lines.extend(page.events().iter().filter_map(|event| {
                let time = Timestamp::from_millis(event.timestamp()?.try_into().ok()?);
                let line = HookLogLine::read(time, event.message()?, deployment, window.event)?;
                Some((event.event_id().unwrap_or_default().to_owned(), line))
            }));
            token = page.next_token;
            if token.is_none() {
                break;
            }
        }
        Ok(lines)
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
