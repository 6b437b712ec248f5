//! What a deployment asks for and tells, as lines that a person can compare with the reference.

use greenlight_core::lifecycle::{Action, Output};
use greenlight_core::{EventKind, Timestamp};

/// One line: when, by which machine, what. Actions begin with an arrow.
pub(crate) fn line(which: usize, now: Timestamp, output: &Output) -> String {
    let (time, text) = match output {
        Output::Action(action) => (now, format!("-> {}", action_text(action))),
        Output::Event(time, kind) => (*time, event_text(kind)),
    };
    let machine = if which == 0 { "forward " } else { "rollback" };
    let (seconds, millis) = (time.as_millis() / 1000, time.as_millis() % 1000);
    format!("{seconds:>4}.{millis:03} {machine} {text}\n")
}

fn action_text(action: &Action) -> String {
    match action {
        Action::CreateTaskSet => "create the task set".to_owned(),
        Action::RouteTestTraffic(to) => format!("route test traffic to {to}"),
        Action::ShiftTraffic(green) => format!("shift {green} of traffic"),
        Action::InvokeHook(hook) => format!("invoke {} at {}", hook.function, hook.event),
        Action::CancelHook(execution) => format!("cancel {execution}"),
        Action::SetPrimary(task_set) => format!("make {task_set} primary"),
        Action::DeleteTaskSet(task_set) => format!("delete {task_set}"),
        Action::StartRollback(settings) => format!("start {}", settings.id),
    }
}

fn event_text(kind: &EventKind) -> String {
    match kind {
        EventKind::LifecycleEvent { name, from, to } => format!("{name} {from} {to}"),
        EventKind::Traffic { blue, green } => format!("traffic blue {blue} green {green}"),
        EventKind::Ready { until } => format!("ready until {}", until.as_millis() / 1000),
        EventKind::TerminationWait { until } => {
            format!("termination wait until {}", until.as_millis() / 1000)
        }
        EventKind::Rollback { id, message } => format!("rollback {id}: {message}"),
        EventKind::Ended { status, error, reason } => {
            let code = error.as_ref().map(|error| format!(" {}: {}", error.code, error.message));
            let reason = reason.as_ref().map(|reason| format!(" ({reason})"));
            format!("ended {status}{}{}", code.unwrap_or_default(), reason.unwrap_or_default())
        }
        other => format!("{other:?}"),
    }
}
