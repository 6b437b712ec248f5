//! A hook of CodeDeploy, from its event to its report.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until};

use crate::conclusion::{Conclusion, conclude};
use crate::event::CodeDeployEvent;
use crate::finished::Verdict;
use crate::handover::{self, Function};
use crate::host::Parts;
use crate::log::{Level, Log, VerdictLine, fingerprint, verdict};
use crate::plugins::{self, Standing, Terms};
use crate::progress::Progress;
use crate::report::{self, Execution, HookVerdict, ReportError, Reported};
use crate::watchdog::{Turn, Watched};
use crate::{Budget, Invocation, Unreported};

/// CodeDeploy waits so long from the first invocation on, and then fails the deployment without a reason.
const HOUR: Duration = Duration::from_secs(3600);

/// Of that hour, what is kept for the report.
const HOUR_RESERVE: Duration = Duration::from_secs(30);

/// How long before the watchdog a hand-over gives up, so that both cannot happen.
const BEFORE_WATCHDOG: Duration = Duration::from_millis(100);

/// What all steps of one invocation share.
struct Hook<'a> {
    parts: &'a Parts,
    invocation: &'a Invocation,
    event: CodeDeployEvent,
    budget: Budget,
    cold_start: bool,
    log: Log,
}

/// Works on one event, and reports.
pub(crate) async fn handle(
    parts: &Parts,
    event: CodeDeployEvent,
    invocation: &Invocation,
    log: Log,
) -> Result<Value, Unreported> {
    let budget = invocation.budget(log.clock());
    let log =
        log.about("deployment", event.deployment.as_str()).about("execution", fingerprint(&event.execution));
    let hook = Hook { parts, invocation, event, budget, cold_start: parts.cold_start(), log };
    let mut watched = parts.watchdog.as_ref().map(|watchdog| {
        let (at, until) = (budget.watchdog_at.into_std(), budget.report_until.into_std());
        watchdog.watch(hook.execution(), at, until, hook.log.clone())
    });
    match AssertUnwindSafe(hook.work(&mut watched)).catch_unwind().await {
        Ok(answer) => answer,
        // Not left to the watchdog: Lambda freezes a function that has answered, and its threads with it.
        Err(panic) => hook.after_panic(Conclusion::of_panic(panic.as_ref())).await,
    }
}

impl Hook<'_> {
    fn execution(&self) -> Execution {
        Execution { deployment: self.event.deployment.clone(), execution: self.event.execution.clone() }
    }

    /// Asks the plugins and reports, unless that was done when the event was here before.
    async fn work(&self, watched: &mut Option<Watched>) -> Result<Value, Unreported> {
        let Self { parts, event, budget, log, .. } = self;
        let id = ("execution_id", Value::from(event.execution.as_str()));
        log.write(
            Level::Info,
            &format_args!("a hook of deployment {}, with {budget}", event.deployment),
            &[id],
        );
        if event.is_garbled() {
            log.warn("what an earlier invocation handed over cannot be read, so that the hook begins anew");
        }
        match parts.finished.get(&event.execution) {
            Some(Verdict { verdict, reported: true, .. }) => {
                log.info(format_args!("this event was delivered before, and {verdict} is reported"));
                Ok(json!({ "status": verdict.to_string() }))
            }
            // The report did not arrive when the event was here first.
            Some(Verdict { verdict, reason, reported: false }) => {
                let standing = match verdict {
                    HookVerdict::Succeeded => Standing::Passed { reason },
                    HookVerdict::Failed => Standing::Failed { reason },
                };
                let event = crate::context::UNKNOWN_EVENT.to_owned();
                self.finish(Conclusion::without_plugins(standing, Progress::default(), event), watched).await
            }
            None => {
                let conclusion = conclude(self.ask()).await;
                self.finish(conclusion, watched).await
            }
        }
    }

    /// Reports `Failed` first and says so afterwards: whatever broke may break again.
    async fn after_panic(&self, conclusion: Conclusion) -> Result<Value, Unreported> {
        let silent = Log::new(Arc::new(|_: &str| {}), self.log.clock().clone());
        let (client, until) = (&self.parts.aws.codedeploy, self.budget.report_until);
        // A report may have been on its way.
        let outcome =
            report::report(client, &self.execution(), HookVerdict::Failed, until, true, &silent).await;
        let reason = conclusion.standing.reason().to_owned();
        self.close(&conclusion, HookVerdict::Failed, reason, outcome)
    }

    /// Asks the plugins of the event.
    async fn ask(&self) -> Conclusion {
        let Self { parts, event, budget, log, .. } = self;
        let begun = event.progress.clone();
        let mut progress = begun.unwrap_or_else(|| Progress::begun_at(log.clock().millis()));
        let unknown = || crate::context::UNKNOWN_EVENT.to_owned();
        let plugins = match &parts.plugins {
            Ok(plugins) => plugins,
            Err(problem) => {
                let standing = Standing::Failed { reason: problem.clone() };
                return Conclusion::without_plugins(standing, progress, unknown());
            }
        };
        let known = parts.recovery.recover(&event.deployment, budget.context_until(), log).await;
        progress.first_invoked_at = first_invoked_at(&progress, known.event_began_at, log.clock().millis());
        let chosen = plugins.serving(known.event.as_deref());
        match &known.event {
            None => log.warn("the lifecycle event is not known, so that all plugins of the suite run"),
            Some(event) if chosen.is_empty() => {
                let reason = format!("no plugin of the suite serves {event}");
                log.warn(format_args!(
                    "{reason}; name the event in the suite, or take the hook out of the AppSpec"
                ));
                let standing = Standing::Passed { reason };
                return Conclusion::without_plugins(standing, progress, event.clone());
            }
            Some(_) => {}
        }
        let context = known.context(&event.deployment, &parts.environment);
        let log = log.about("event", context.lifecycle_event.as_str());
        let hour = Instant::now() + log.clock().until(end_of_hour(&progress));
        let until = budget.with_plugins_until(hour).plugins_until;
        let terms = Terms { until, wait_inside: true, log };
        let judgement = plugins::run(plugins, &chosen, &context, &progress, &terms).await;
        for judged in &judgement.plugins {
            if let Some(answer) = &judged.progress {
                progress.plugins.insert(judged.plugin.clone(), answer.clone());
            }
        }
        let standing = Standing::of(&judgement.plugins);
        Conclusion { standing, judgement, progress, event: context.lifecycle_event }
    }

    /// Reports, or goes on in another invocation.
    async fn finish(
        &self,
        conclusion: Conclusion,
        watched: &mut Option<Watched>,
    ) -> Result<Value, Unreported> {
        match conclusion.standing.clone() {
            Standing::Passed { reason } => {
                self.report(&conclusion, HookVerdict::Succeeded, reason, watched).await
            }
            Standing::Failed { reason } => {
                self.report(&conclusion, HookVerdict::Failed, reason, watched).await
            }
            Standing::Pending { at, reason } => match self.hand_over(&conclusion.progress, at).await {
                Ok(()) => {
                    drop(watched.take());
                    let report = "the function has invoked itself to ask again";
                    self.last_line(&conclusion, "Pending", &reason, Ok(report));
                    Ok(json!({ "status": "Pending", "reason": reason }))
                }
                Err(problem) => {
                    let reason = format!("{reason}; {problem}");
                    self.report(&conclusion, HookVerdict::Failed, reason, watched).await
                }
            },
        }
    }

    /// Invokes the function again, or says why not.
    async fn hand_over(&self, progress: &Progress, at: u64) -> Result<(), String> {
        let Self { parts, invocation, event, budget, log, .. } = self;
        let end = end_of_hour(progress);
        if at.max(log.clock().millis()) >= end {
            return Err("CodeDeploy waits for an hour at most, and there is no time to ask again".to_owned());
        }
        if progress.hand_overs >= parts.environment.max_hand_overs {
            let times = match progress.hand_overs {
                1 => "once".to_owned(),
                times => format!("{times} times"),
            };
            return Err(format!(
                "the function has invoked itself {times}, and Lambda takes more for a recursive loop; raise the function's \
                 timeout, or let the plugins wait longer"
            ));
        }
        sleep_until(self.hand_over_at(at)).await;
        let mut next = progress.clone();
        next.hand_overs += 1;
        let function = Function::invoked(&invocation.function_arn, &parts.environment.function);
        let until = budget.watchdog_at.checked_sub(BEFORE_WATCHDOG).unwrap_or(budget.watchdog_at);
        handover::hand_over(parts.aws.lambda(), &function, &event.handed_over(&next), until, log)
            .await
            .map_err(|error| error.to_string())
    }

    /// As late as this invocation lasts, unless the next one has time enough to wait for `at` itself. At once, a function that
    /// runs for less time than its plugins want to wait would use up all its hand-overs within seconds.
    fn hand_over_at(&self, at: u64) -> Instant {
        let Budget { begun, plugins_until, .. } = self.budget;
        let half = plugins_until.saturating_duration_since(begun) / 2;
        let asked_at = Instant::now() + self.log.clock().until(at);
        plugins_until.min(asked_at.checked_sub(half).unwrap_or(asked_at))
    }

    async fn report(
        &self,
        conclusion: &Conclusion,
        verdict: HookVerdict,
        reason: String,
        watched: &mut Option<Watched>,
    ) -> Result<Value, Unreported> {
        let Self { parts, event, .. } = self;
        let turn = watched.as_mut().map_or(Turn::Own, |watched| watched.decide(verdict));
        let (verdict, reason, outcome) = match turn {
            Turn::Own => {
                // Another process may have reported, or this one when the event was here first.
                let before = parts.finished.get(&event.execution).is_some();
                let outcome = self.send(verdict, before).await;
                (verdict, reason, outcome)
            }
            Turn::Watchdog(outcome) => {
                let lost = || ReportError::Refused("the watchdog has ended".to_owned());
                let reason = format!("there was no verdict in time; a late one was: {reason}");
                (HookVerdict::Failed, reason, outcome.await.unwrap_or_else(|_| Err(lost())))
            }
        };
        self.close(conclusion, verdict, reason, outcome)
    }

    /// Remembers how the hook ended, and says so.
    fn close(
        &self,
        conclusion: &Conclusion,
        verdict: HookVerdict,
        reason: String,
        outcome: Result<Reported, ReportError>,
    ) -> Result<Value, Unreported> {
        let Self { parts, event, .. } = self;
        let reported = outcome.is_ok();
        parts.finished.put(&event.execution, Verdict { verdict, reason: reason.clone(), reported });
        let told = outcome.as_ref().map(ToString::to_string).map_err(ToString::to_string);
        let told = told.as_deref().map_err(String::as_str);
        self.last_line(conclusion, &verdict.to_string(), &reason, told);
        match outcome {
            Ok(_) => Ok(json!({ "status": verdict.to_string(), "reason": reason })),
            Err(error) => Err(Unreported {
                deployment: event.deployment.clone(),
                verdict: verdict.to_string(),
                problem: error.to_string(),
            }),
        }
    }

    async fn send(&self, verdict: HookVerdict, before: bool) -> Result<Reported, ReportError> {
        let client = &self.parts.aws.codedeploy;
        let until = self.budget.report_until;
        report::report(client, &self.execution(), verdict, until, before, &self.log).await
    }

    fn last_line(&self, conclusion: &Conclusion, name: &str, reason: &str, report: Result<&str, &str>) {
        let line = VerdictLine {
            verdict: name,
            reason,
            report: report.unwrap_or_else(|problem| problem),
            arrived: report.is_ok(),
            event: &conclusion.event,
            function: &self.parts.environment.function,
            judgement: &conclusion.judgement,
            duration: self.budget.begun.elapsed(),
            cold_start: self.cold_start,
        };
        verdict(&self.log.about("event", conclusion.event.as_str()), &line);
    }
}

/// The hour runs from the first invocation, or from the start of the event if that is known and believable.
fn first_invoked_at(progress: &Progress, event_began_at: Option<u64>, now: u64) -> u64 {
    let begun = progress.first_invoked_at.min(now);
    let hour = millis(HOUR);
    match event_began_at {
        Some(at) if at <= begun && at.saturating_add(hour) > now => at,
        _ => begun,
    }
}

/// When the last plugin has to be through, in milliseconds since the Unix epoch.
fn end_of_hour(progress: &Progress) -> u64 {
    progress.first_invoked_at.saturating_add(millis(HOUR - HOUR_RESERVE))
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hour_runs_from_the_start_of_the_event_where_that_is_believable() {
        let begun = Progress::begun_at(10_000_000);
        assert_eq!(first_invoked_at(&begun, None, 10_000_000), 10_000_000);
        assert_eq!(first_invoked_at(&begun, Some(9_999_000), 10_000_000), 9_999_000);
        // Clocks that differ.
        assert_eq!(first_invoked_at(&begun, Some(10_000_001), 10_000_000), 10_000_000);
        assert_eq!(first_invoked_at(&begun, Some(1_000), 10_000_000), 10_000_000);
        // An event from the future would wait for ever.
        assert_eq!(first_invoked_at(&Progress::begun_at(u64::MAX), None, 5), 5);
    }
}
