//! The moments by which the steps of one request have to be done.

use std::{future::Future, time::Duration};

use tokio::time::{Instant, timeout_at};

use super::{error::HttpError, limits::HttpLimits, outcome::TimeoutKind, target::Target};

/// What the plugin asked for; each can only tighten the host's limits.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Wishes {
    pub(super) connect: Option<Duration>,
    pub(super) first_byte: Option<Duration>,
    pub(super) between_bytes: Option<Duration>,
    pub(super) total: Option<Duration>,
}

/// The times of one request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timers {
    pub(super) connect: Duration,
    pub(super) first_byte: Duration,
    pub(super) between_bytes: Option<Duration>,
    pub(super) total: Duration,
    /// When the whole exchange ends, at the latest when the run does.
    pub(super) end: Instant,
    /// Whether it is the run that ends first.
    pub(super) cut_by_run: bool,
}

impl Timers {
    pub(super) fn new(limits: &HttpLimits, wishes: Wishes, begun: Instant, run_ends: Instant) -> Self {
        let tighter = |limit: Duration, wish: Option<Duration>| wish.map_or(limit, |w| w.min(limit));
        let total = tighter(limits.total_timeout, wishes.total);
        let end = begun.checked_add(total).unwrap_or(run_ends).min(run_ends);
        Self {
            connect: tighter(limits.connect_timeout, wishes.connect),
            first_byte: tighter(limits.first_byte_timeout, wishes.first_byte),
            between_bytes: wishes.between_bytes,
            total,
            end,
            cut_by_run: run_ends <= end,
        }
    }

    /// When a step that may take `span` from now has to be done.
    pub(super) fn step_end(&self, span: Duration) -> Instant {
        Instant::now().checked_add(span).unwrap_or(self.end).min(self.end)
    }

    /// Waits for `step`, at most until `step_end`; `span` and `kind` are those of the step's own timer.
    pub(super) async fn limit<T>(
        &self,
        target: &Target,
        kind: TimeoutKind,
        span: Duration,
        step_end: Instant,
        step: impl Future<Output = Result<T, HttpError>>,
    ) -> Result<T, HttpError> {
        match timeout_at(step_end, step).await {
            Ok(result) => result,
            Err(_) if step_end >= self.end => Err(self.ended(target)),
            Err(_) => Err(timed_out(kind, target, span)),
        }
    }

    /// The error when the whole exchange is over time.
    pub(super) fn ended(&self, target: &Target) -> HttpError {
        if self.cut_by_run {
            let sentence = format!("the run's time ended while it waited for {}", target.origin());
            return HttpError::Timeout { kind: TimeoutKind::Whole, sentence };
        }
        timed_out(TimeoutKind::Whole, target, self.total)
    }
}

/// The error when one timer ran out.
pub(super) fn timed_out(kind: TimeoutKind, target: &Target, span: Duration) -> HttpError {
    let origin = target.origin();
    let sentence = match kind {
        TimeoutKind::Connect => format!("no connection to {origin} within {span:?}"),
        TimeoutKind::FirstByte => format!("{origin} did not begin its response within {span:?}"),
        TimeoutKind::BetweenBytes => {
            format!("{origin} sent nothing for {span:?} in the middle of its response")
        }
        TimeoutKind::Whole => format!("{origin} did not end its response within {span:?}"),
    };
    HttpError::Timeout { kind, sentence }
}
