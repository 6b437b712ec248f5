//! A lifecycle hook of Amazon ECS, from its event to its result.

use serde_json::{Value, json};

use crate::conclusion::{Conclusion, conclude};
use crate::context::native;
use crate::event::NativeEvent;
use crate::host::Parts;
use crate::log::{Log, VerdictLine, fingerprint, verdict};
use crate::plugins::{self, Standing, Terms};
use crate::progress::Progress;
use crate::{Budget, Invocation};

/// What Amazon ECS waits unless it is told otherwise, in seconds.
const DEFAULT_DELAY: u64 = 30;

/// Works on one event, and gives the result that Amazon ECS reads.
pub(crate) async fn handle(parts: &Parts, event: NativeEvent, invocation: &Invocation, log: Log) -> Value {
    let budget = invocation.budget(log.clock());
    let cold_start = parts.cold_start();
    let deployment = event.deployment.as_deref().unwrap_or_default();
    let log = log.about("deployment", deployment).about("execution", fingerprint(&event.execution));
    let conclusion = conclude(ask(parts, &event, deployment, &budget, &log)).await;
    let (name, reason, result) = match &conclusion.standing {
        Standing::Passed { reason } => ("Succeeded", reason, json!({ "hookStatus": "SUCCEEDED" })),
        Standing::Failed { reason } => ("Failed", reason, failed()),
        Standing::Pending { at, reason } => {
            let delay = log.clock().until(*at).as_millis().div_ceil(1000);
            let result = json!({
                "hookStatus": "IN_PROGRESS",
                "callBackDelay": u64::try_from(delay).unwrap_or(DEFAULT_DELAY).max(1),
                "hookDetails": event.next_details(&conclusion.progress),
            });
            ("Pending", reason, result)
        }
    };
    let line = VerdictLine {
        verdict: name,
        reason,
        report: "Amazon ECS has it as the function's result",
        arrived: true,
        event: &conclusion.event,
        function: &parts.environment.function,
        judgement: &conclusion.judgement,
        duration: budget.begun.elapsed(),
        cold_start,
    };
    verdict(&log.about("event", conclusion.event.as_str()), &line);
    result
}

/// The result that makes Amazon ECS roll back.
pub(crate) fn failed() -> Value {
    json!({ "hookStatus": "FAILED" })
}

async fn ask(parts: &Parts, event: &NativeEvent, deployment: &str, budget: &Budget, log: &Log) -> Conclusion {
    let begun = event.progress.clone();
    let mut progress = begun.unwrap_or_else(|| Progress::begun_at(log.clock().millis()));
    let context = native(event).context(deployment, &parts.environment);
    let log = log.about("event", context.lifecycle_event.as_str());
    let plugins = match &parts.plugins {
        Ok(plugins) => plugins,
        Err(problem) => {
            let standing = Standing::Failed { reason: problem.clone() };
            return Conclusion::without_plugins(standing, progress, context.lifecycle_event);
        }
    };
    let chosen = plugins.serving(Some(&context.lifecycle_event));
    if chosen.is_empty() {
        let reason = format!("no plugin of the suite serves {}", event.stage);
        log.warn(format_args!("{reason}; name the stage in the suite, or take the hook off the service"));
        let standing = Standing::Passed { reason };
        return Conclusion::without_plugins(standing, progress, context.lifecycle_event);
    }
    let terms = Terms { until: budget.plugins_until, wait_inside: false, log };
    let judgement = plugins::run(plugins, &chosen, &context, &progress, &terms).await;
    for judged in &judgement.plugins {
        if let Some(answer) = &judged.progress {
            progress.plugins.insert(judged.plugin.clone(), answer.clone());
        }
    }
    progress.hand_overs = progress.hand_overs.saturating_add(1);
    let standing = Standing::of(&judgement.plugins);
    Conclusion { standing, judgement, progress, event: context.lifecycle_event }
}
