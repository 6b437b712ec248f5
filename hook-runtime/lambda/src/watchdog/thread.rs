//! What the watchdog's thread does.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Instant;

use super::watched::{Fired, Outcome};
use crate::log::Log;
use crate::report::{self, Execution, HookVerdict, ReportError};
use crate::{Environment, aws};

/// One hook to watch.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) hook: Execution,
    pub(super) at: Instant,
    pub(super) until: Instant,
    pub(super) log: Log,
    pub(super) fired: Fired,
}

/// Watches until nobody can order any more.
pub(super) fn watch(orders: &Receiver<Order>, environment: &Environment) {
    let mut watched: Vec<Order> = Vec::new();
    loop {
        let next = watched.iter().map(|order| order.at).min();
        let order = match next {
            None => orders.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(at) => orders.recv_timeout(at.saturating_duration_since(Instant::now())),
        };
        match order {
            Ok(order) => {
                watched.retain(|order| !order.fired.is_over());
                watched.push(order);
            }
            Err(RecvTimeoutError::Timeout) => {
                let now = Instant::now();
                let (due, later) = watched.into_iter().partition(|order| order.at <= now);
                watched = later;
                due_now(due, environment);
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn due_now(due: Vec<Order>, environment: &Environment) {
    for Order { hook, until, log, fired, .. } in due {
        let Some(verdict) = fired.take() else { continue };
        let outcome = report(&hook, verdict, until, &log, environment);
        match &outcome {
            Ok(reported) => log.error(format_args!(
                "the watchdog reported {verdict}, for the hook did not do so in time; {reported}"
            )),
            Err(error) => log.error(format_args!("the watchdog could not report {verdict}: {error}")),
        }
        // Where the hook is stuck for good, nobody waits for it.
        let _ = fired.outcome.send(outcome);
    }
}

fn report(
    hook: &Execution,
    verdict: HookVerdict,
    until: Instant,
    log: &Log,
    environment: &Environment,
) -> Outcome {
    let broken = |problem: String| ReportError::Refused(problem);
    let executor = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| broken(error.to_string()))?;
    let client = aws::separate_codedeploy(environment).map_err(|error| broken(error.to_string()))?;
    executor.block_on(report::report(&client, hook, verdict, until.into(), false, log))
}
