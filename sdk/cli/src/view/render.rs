//! From the model to lines of text: a pure function of the model, the time, and the room there is.

use console::{measure_text_width, truncate_str};
use greenlight_core::{
    CheckOutcome, DeploymentStatus, HookState, LifecycleEventName, LifecycleEventStatus, TaskSetState,
    Timestamp,
};

use super::paint::Paint;
use super::results::{Found, Kind};
use super::screen::{Screen, TaskSet, WaitsFor};
use super::stage::{Hook, Run, Stage};
use super::traffic_bar::bar;
use super::{span, words};

/// Columns of a lifecycle event's name: the longest is `AfterAllowTestTraffic`.
const NAME: usize = 21;
/// Columns of a label below the events: the longest is `task sets`.
const LABEL: usize = 9;
/// The longest traffic bar, in columns.
const BAR: usize = 40;
/// Columns around the bar: indent, label, and the two shares.
const AROUND_BAR: usize = 2 + LABEL + 2 + 10 + 11;
/// Turned once a frame.
const SPINNER: [&str; 8] = ["⣾", "⣽", "⣻", "⢿", "⡿", "⣟", "⣯", "⣷"];

/// What a drawing depends on besides the model.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    /// The room. `height` is none for a summary that stays: nothing is left out of it or cut off.
    pub(super) width: usize,
    pub(super) height: Option<usize>,
    pub(super) now: Timestamp,
    /// Counts frames, for what turns.
    pub(super) count: usize,
    pub(super) paint: Paint,
}

/// The lines of the block. On little room the checks that succeeded go first, then empty lines, then lines from above.
pub(super) fn lines(screen: &Screen, frame: &Frame) -> Vec<String> {
    let runs = screen.forward.iter().chain(&screen.rollback);
    let most = runs.flat_map(|run| &run.stages).map(|stage| stage.results.len()).max().unwrap_or_default();
    let Some(height) = frame.height else { return block(screen, frame, most) };
    let mut limit = most.min(height);
    let mut lines = loop {
        let lines = block(screen, frame, limit);
        if limit == 0 || lines.len() <= height {
            break lines;
        }
        limit -= 1;
    };
    if lines.len() > height {
        lines.retain(|line| !line.is_empty());
    }
    lines.drain(..lines.len().saturating_sub(height));
    lines.iter().map(|line| truncate_str(line, frame.width, "…").into_owned()).collect()
}

/// The whole block, with at most `limit` results for each event.
fn block(screen: &Screen, frame: &Frame, limit: usize) -> Vec<String> {
    let Some(forward) = &screen.forward else { return Vec::new() };
    let mut lines = vec![String::new(), header(screen, forward, frame), String::new()];
    for stage in &forward.stages {
        lines.push(stage_line(screen, stage, frame));
        results(stage, frame, limit, &mut lines);
    }
    lines.push(String::new());
    lines.extend(screen.traffic.map(|(blue, green)| {
        let room = frame.width.saturating_sub(AROUND_BAR).min(BAR);
        labelled("traffic", &bar(blue, green, room, frame.paint), frame)
    }));
    lines.extend(task_sets(screen, frame));
    lines.extend(waiting(screen, frame));
    if let Some(rollback) = &screen.rollback {
        lines.push(rollback_line(rollback, frame));
        for stage in &rollback.stages {
            results(stage, frame, limit, &mut lines);
        }
    }
    if let Some(closing) = &screen.closing {
        let (symbol, sentence) = (if closing.succeeded { "✔" } else { "✘" }, closing.sentence.as_str());
        let sentence = format!("{symbol} {sentence}");
        lines.push(String::new());
        lines.push(if closing.succeeded { frame.paint.good(&sentence) } else { frame.paint.bad(&sentence) });
        lines.extend(closing.reason.as_ref().map(|reason| format!("  reason: {reason}")));
    }
    lines
}

fn header(screen: &Screen, forward: &Run, frame: &Frame) -> String {
    let paint = frame.paint;
    // The whole takes as long as its last event shows: a rollback belongs to it.
    let now = if screen.is_over() { screen.latest.unwrap_or(frame.now) } else { frame.now };
    let elapsed = span::short(now.since(forward.began));
    let id = forward.id.as_str();
    match &screen.title {
        Some((title, config)) => {
            let config = config.strip_prefix("CodeDeployDefault.").unwrap_or(config);
            format!("{}  {}  {}  {elapsed}", paint.strong(title), paint.dim(config), paint.dim(id))
        }
        None => format!("{}  {elapsed}", paint.strong(id)),
    }
}

fn stage_line(screen: &Screen, stage: &Stage, frame: &Frame) -> String {
    let paint = frame.paint;
    let name = format!("{:<NAME$}", stage.name.as_str());
    let (name, detail) = match stage.status {
        LifecycleEventStatus::Pending => (paint.dim(&name), String::new()),
        LifecycleEventStatus::Skipped => (paint.dim(&name), String::new()),
        LifecycleEventStatus::Failed => (paint.bad(&name), stage_detail(screen, stage, paint)),
        LifecycleEventStatus::InProgress => (paint.strong(&name), stage_detail(screen, stage, paint)),
        _ => (name, stage_detail(screen, stage, paint)),
    };
    let elapsed = match (stage.elapsed(frame.now), stage.status) {
        (Some(elapsed), _) => format!("{:>7}", span::short(elapsed)),
        (None, LifecycleEventStatus::Skipped) => paint.dim("skipped"),
        (None, _) => String::new(),
    };
    let line = format!("  {} {name} {elapsed}  {detail}", symbol(stage.status, frame));
    line.trim_end().to_owned()
}

fn symbol(status: LifecycleEventStatus, frame: &Frame) -> String {
    let paint = frame.paint;
    match status {
        LifecycleEventStatus::Pending => paint.dim("·"),
        LifecycleEventStatus::InProgress if frame.height.is_none() => paint.busy("●"),
        LifecycleEventStatus::InProgress => {
            paint.busy(SPINNER.get(frame.count % SPINNER.len()).copied().unwrap_or("●"))
        }
        LifecycleEventStatus::Succeeded => paint.good("✔"),
        LifecycleEventStatus::Failed => paint.bad("✘"),
        LifecycleEventStatus::Skipped => paint.dim("–"),
        _ => paint.warn("?"),
    }
}

/// What is known of an event besides its state: its hook, or the task set that it installs.
fn stage_detail(screen: &Screen, stage: &Stage, paint: Paint) -> String {
    match (&stage.hook, stage.name) {
        (Some(hook), _) => hook_detail(hook, paint),
        // Once it is there, the line of the task sets tells it.
        (None, LifecycleEventName::Install) if stage.status != LifecycleEventStatus::Succeeded => {
            task_set("green", &screen.green, paint).unwrap_or_default()
        }
        _ => String::new(),
    }
}

fn hook_detail(hook: &Hook, paint: Paint) -> String {
    let mut detail = paint.dim(&hook.function);
    if hook.attempt > 1 {
        detail += &paint.dim(&format!(", attempt {}", hook.attempt));
    }
    match (hook.state, &hook.reason, hook.ran) {
        (HookState::Pending, Some(reason), _) => {
            detail += &paint.warn(&format!(", to be called again: {reason}"))
        }
        (HookState::Pending, None, _) => detail += &paint.warn(", to be called again"),
        (HookState::Cancelled, ..) => detail += &paint.warn(", cancelled"),
        (_, _, Some(ran)) => detail += &paint.dim(&format!(", ran {}", span::short(ran))),
        _ => {}
    }
    detail
}

/// Checks, metrics, and a hook's reason where no check has told it.
fn results(stage: &Stage, frame: &Frame, limit: usize, lines: &mut Vec<String>) {
    let paint = frame.paint;
    let (shown, left_out) = stage.results.most_telling(limit);
    if left_out > 0 {
        lines.push(paint.dim(&format!("      … {left_out} more")));
    }
    lines.extend(shown.into_iter().map(|found| format!("      {}", result(found, paint))));
    let failed = stage.hook.as_ref().filter(|hook| hook.state == HookState::Failed);
    if let Some(reason) = failed.and_then(|hook| hook.reason.as_ref()).filter(|it| !stage.results.tell(it)) {
        lines.push(format!("      {} {}", paint.bad("✘"), paint.bad(reason)));
    }
}

fn result(found: &Found, paint: Paint) -> String {
    let Found { kind, name, detail } = found;
    match kind {
        Kind::Check(CheckOutcome::Pass) => format!("{} {name}: {}", paint.good("✔"), paint.dim(detail)),
        Kind::Check(CheckOutcome::Fail) => {
            format!("{} {}", paint.bad("✘"), paint.bad(&format!("{name}: {detail}")))
        }
        Kind::Check(CheckOutcome::Warn) => format!("{} {name}: {}", paint.warn("!"), paint.warn(detail)),
        Kind::Check(CheckOutcome::Skip) => {
            format!("{} {}", paint.dim("–"), paint.dim(&format!("{name}: {detail}")))
        }
        Kind::Metric => format!("{} {name} {detail}", paint.dim("·")),
    }
}

fn task_sets(screen: &Screen, frame: &Frame) -> Option<String> {
    let sets = [("blue", &screen.blue), ("green", &screen.green)];
    let told: Vec<String> =
        sets.into_iter().filter_map(|(label, set)| task_set(label, set, frame.paint)).collect();
    (!told.is_empty()).then(|| labelled("task sets", &told.join(", "), frame))
}

fn task_set(label: &str, set: &TaskSet, paint: Paint) -> Option<String> {
    let state = set.state?;
    let word = words::task_set_state(state);
    let mut text = match state {
        TaskSetState::Failed => format!("{label} {}", paint.bad(word)),
        _ => format!("{label} {word}"),
    };
    if let Some(address) = set.address.filter(|_| state != TaskSetState::Stopped) {
        text += &format!(" on {address}");
    }
    if let Some(detail) = set.detail.as_ref().filter(|_| state == TaskSetState::Failed) {
        text += &format!(": {detail}");
    }
    Some(text)
}

fn waiting(screen: &Screen, frame: &Frame) -> Option<String> {
    let wait = screen.wait?;
    let left = span::short(wait.until.since(frame.now));
    let text = match wait.what {
        WaitsFor::Continue => format!("to be continued, stops in {left}"),
        WaitsFor::Traffic(green) => format!("green gets {green} in {left}"),
        WaitsFor::Termination => format!("blue is terminated in {left}"),
    };
    Some(labelled("waiting", &frame.paint.busy(&text), frame))
}

/// A rollback in one line: its events as a row of symbols, and the one under way.
fn rollback_line(rollback: &Run, frame: &Frame) -> String {
    let paint = frame.paint;
    let symbols: String = rollback.stages.iter().map(|stage| symbol(stage.status, frame)).collect();
    let elapsed = span::short(rollback.elapsed(frame.now));
    let state = match (rollback.ended, rollback.current()) {
        (Some((_, DeploymentStatus::Succeeded)), _) => paint.good(&format!("done in {elapsed}")),
        (Some((_, status)), _) => paint.bad(&format!("{} after {elapsed}", status.as_str().to_lowercase())),
        (None, Some(stage)) => paint.busy(&format!("{} {elapsed}", stage.name)),
        (None, None) => paint.busy(&elapsed),
    };
    labelled("rollback", &format!("{symbols}  {state}  {}", paint.dim(rollback.id.as_str())), frame)
}

fn labelled(label: &str, text: &str, frame: &Frame) -> String {
    let padding = " ".repeat(LABEL.saturating_sub(measure_text_width(label)));
    format!("  {}{padding}  {text}", frame.paint.dim(label))
}
