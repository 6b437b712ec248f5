//! What clients were told of one deployment, and what must hold between two looks at it.

use std::collections::BTreeMap;

use aws_sdk_codedeploy::primitives::DateTime;
use aws_sdk_codedeploy::types::{
    DeploymentInfo, DeploymentStatus, DeploymentTarget, LifecycleEvent, LifecycleEventStatus,
};

/// Everything that was told of a deployment so far.
#[derive(Debug, Default)]
pub(crate) struct Observed {
    status: Option<DeploymentStatus>,
    was_ready: bool,
    after_ready: bool,
    created: Option<DateTime>,
    completed: Option<DateTime>,
    creator: Option<String>,
    error: Option<String>,
    pub(crate) rollback: Option<String>,
    events: BTreeMap<String, Event>,
    green: f64,
}

#[derive(Debug, Clone, PartialEq)]
struct Event {
    status: LifecycleEventStatus,
    begin: Option<DateTime>,
    end: Option<DateTime>,
}

/// The statuses that end a deployment.
pub(crate) const fn is_final(status: &DeploymentStatus) -> bool {
    matches!(status, DeploymentStatus::Succeeded | DeploymentStatus::Failed | DeploymentStatus::Stopped)
}

impl Observed {
    pub(crate) fn has_ended(&self) -> bool {
        self.status.as_ref().is_some_and(is_final)
    }

    /// What it is doing, as far as it is known: an event in progress, a wait, or a status.
    pub(crate) fn stage(&self) -> String {
        let in_progress = |event: &&Event| event.status == LifecycleEventStatus::InProgress;
        let event = self.events.iter().find(|(_, event)| in_progress(event)).map(|(name, _)| name.as_str());
        let status = self.status.as_ref().map_or("Created", DeploymentStatus::as_str);
        let rolls_back = self.creator.as_deref() == Some("codeDeployRollback");
        match (status, event) {
            ("InProgress", _) if rolls_back => "rollback".to_owned(),
            ("InProgress", Some(event)) => event.to_owned(),
            ("InProgress", None) if self.all_events_succeeded() => "termination wait".to_owned(),
            (status, _) => status.to_owned(),
        }
    }

    fn all_events_succeeded(&self) -> bool {
        !self.events.is_empty()
            && self.events.values().all(|event| event.status == LifecycleEventStatus::Succeeded)
    }

    /// Takes in what GetDeployment said.
    pub(crate) fn take_info(&mut self, info: &DeploymentInfo) -> Result<(), String> {
        let status = info.status.clone().ok_or("it has no status")?;
        let before = self.status.replace(status.clone());
        if let Some(before) = before {
            let forward = rank(&status) >= rank(&before) && (!is_final(&before) || status == before);
            hold(forward, || format!("its status went from {before} to {status}"))?;
        }
        let ready = status == DeploymentStatus::Ready;
        hold(!(ready && self.after_ready), || "it was ready a second time".to_owned())?;
        self.after_ready |= self.was_ready && !ready;
        self.was_ready |= ready;
        same(&mut self.created, info.create_time, "time of creation")?;
        same(&mut self.completed, info.complete_time, "time of completion")?;
        same(&mut self.creator, info.creator.as_ref().map(ToString::to_string), "creator")?;
        let error = info.error_information().map(|error| format!("{error:?}"));
        same(&mut self.error, error, "error")?;
        let rollback = info.rollback_info().and_then(|info| info.rollback_deployment_id.clone());
        same(&mut self.rollback, rollback, "rollback")?;
        hold(is_final(&status) == info.complete_time.is_some(), || {
            format!("it is {status} and its time of completion is {:?}", info.complete_time)
        })
    }

    /// Takes in what GetDeploymentTarget said.
    pub(crate) fn take_target(&mut self, target: &DeploymentTarget) -> Result<(), String> {
        let (events, green) = match (target.ecs_target(), target.lambda_target()) {
            (Some(ecs), _) => {
                let green = ecs
                    .task_sets_info()
                    .iter()
                    .find(|set| set.task_set_label() == Some(&aws_sdk_codedeploy::types::TargetLabel::Green));
                (ecs.lifecycle_events(), green.map(|set| set.traffic_weight))
            }
            (None, Some(function)) => {
                let info = function.lambda_function_info();
                (function.lifecycle_events(), info.map(|info| info.target_version_weight))
            }
            (None, None) => return Err(format!("it has a target of no kind: {target:?}")),
        };
        in_order(events)?;
        for event in events {
            let name = event.lifecycle_event_name().unwrap_or_default();
            let now = Event {
                status: event.status.clone().ok_or("an event has no status")?,
                begin: event.start_time,
                end: event.end_time,
            };
            if let Some(before) = self.events.get(name) {
                before
                    .may_become(&now)
                    .map_err(|problem| format!("{name} {problem}: {before:?}, {now:?}"))?;
            }
            self.events.insert(name.to_owned(), now);
        }
        let is_forward = self.creator.as_deref() == Some("user");
        if let Some(weight) = green.filter(|_| is_forward && !self.has_ended()) {
            let before = std::mem::replace(&mut self.green, weight);
            hold(weight >= before, || format!("traffic went back from {before} to {weight}"))?;
        }
        Ok(())
    }

    /// Whether the event has ended in this way.
    pub(crate) fn ended_as(&self, event: &str, status: &LifecycleEventStatus) -> bool {
        self.events.get(event).is_some_and(|event| event.status == *status)
    }

    /// The event in progress.
    pub(crate) fn event_in_progress(&self) -> Option<String> {
        let found = self.events.iter().find(|(_, event)| event.status == LifecycleEventStatus::InProgress);
        found.map(|(name, _)| name.clone())
    }
}

impl Event {
    fn may_become(&self, now: &Self) -> Result<(), &'static str> {
        let ended = |status: &LifecycleEventStatus| event_rank(status) == 2;
        if event_rank(&now.status) < event_rank(&self.status)
            || (ended(&self.status) && now.status != self.status)
        {
            return Err("went back");
        }
        if (self.begin.is_some() && now.begin != self.begin) || (self.end.is_some() && now.end != self.end) {
            return Err("happened twice");
        }
        Ok(())
    }
}

const fn rank(status: &DeploymentStatus) -> u8 {
    match status {
        DeploymentStatus::Created => 0,
        DeploymentStatus::Queued => 1,
        status if is_final(status) => 3,
        _ => 2,
    }
}

const fn event_rank(status: &LifecycleEventStatus) -> u8 {
    match status {
        LifecycleEventStatus::Pending => 0,
        LifecycleEventStatus::InProgress => 1,
        _ => 2,
    }
}

/// An event begins after the one before it has ended, and not before.
fn in_order(events: &[LifecycleEvent]) -> Result<(), String> {
    for pair in events.windows(2) {
        let [first, second] = pair else { continue };
        let status = |event: &LifecycleEvent| event.status.as_ref().map_or(0, event_rank);
        hold(status(second) == 0 || status(first) == 2, || format!("out of order: {first:?}, {second:?}"))?;
        if let (Some(end), Some(begin)) = (first.end_time, second.start_time) {
            hold(begin >= end, || format!("they overlap: {first:?}, {second:?}"))?;
        }
    }
    Ok(())
}

/// What was told once stays as it is.
fn same<T: PartialEq + std::fmt::Debug>(
    known: &mut Option<T>,
    told: Option<T>,
    what: &str,
) -> Result<(), String> {
    match (known.as_ref(), told) {
        (Some(before), told) if told.as_ref() != Some(before) => {
            Err(format!("its {what} was {before:?} and is {told:?}"))
        }
        (None, Some(told)) => {
            *known = Some(told);
            Ok(())
        }
        _ => Ok(()),
    }
}

fn hold(holds: bool, problem: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(problem()) }
}
