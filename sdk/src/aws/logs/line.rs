//! One line of a hook function's log.

use std::fmt;

use greenlight_core::{CheckOutcome, DeploymentEvent, DeploymentId, EventKind, HookEvent, Timestamp};
use serde::Deserialize;

/// One line that a hook function wrote.
///
/// The Lambda host of Greenlight writes JSON lines that say which deployment and lifecycle event they are of. Lines of other
/// functions are given as they are.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HookLogLine {
    /// When it was written, by the function's clock.
    pub time: Timestamp,
    /// `trace`, `debug`, `info`, `warn` or `error`.
    pub level: String,
    /// The line, without what the other members say.
    pub text: String,
    /// Where it is told: after the lines of this time, as the one of this number from 0. A line that came late is told after those
    /// that were told before.
    pub(in crate::aws) place: (Timestamp, u32),
    content: Content,
}

/// What a line is besides its text.
#[derive(Debug, Clone, PartialEq)]
enum Content {
    /// Text of the function's own, or something that went wrong.
    Text,
    /// The host's own chatter.
    Chatter,
    Check {
        name: String,
        outcome: CheckOutcome,
        detail: String,
    },
    Metric {
        name: String,
        value: f64,
        unit: String,
    },
    /// How the hook ended, and why.
    Verdict {
        ended: bool,
        reason: Option<String>,
    },
}

/// A line of the Lambda host, or of Lambda's own JSON logs.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Written {
    level: Option<String>,
    message: Option<String>,
    deployment: Option<String>,
    event: Option<String>,
    source: Option<String>,
    kind: Option<String>,
    outcome: Option<CheckOutcome>,
    metric: Option<String>,
    value: Option<f64>,
    unit: Option<String>,
    verdict: Option<String>,
    reason: Option<String>,
}

impl HookLogLine {
    /// The line as it is among the events of a watch: a check or a measurement where the hook reported one, and a
    /// [`HookLog`](EventKind::HookLog) otherwise. It is the way to give what [`CodeDeploy::logs`](crate::aws::CodeDeploy::logs) reads to
    /// whatever takes events, such as `greenlight logs --format json` does.
    ///
    /// `function` is the function's name, which [`EventKind::Hook`] and the AppSpec tell.
    ///
    /// ```no_run
    /// # use greenlight::aws::CodeDeploy;
    /// use greenlight::core::{DeploymentId, HookEvent};
    ///
    /// # async fn print(codedeploy: &CodeDeploy, id: &DeploymentId) -> Result<(), Box<dyn std::error::Error>> {
    /// let event = HookEvent::AfterAllowTestTraffic;
    /// for line in codedeploy.logs(id, event).await? {
    ///     let event = line.to_event(id, event, "CodeDeployHook_smoke");
    ///     println!("{}", serde_json::to_string(&event)?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn to_event(
        &self,
        deployment: &DeploymentId,
        lifecycle_event: HookEvent,
        function: &str,
    ) -> DeploymentEvent {
        let kind = self.kind(lifecycle_event, function);
        DeploymentEvent { time: self.time, deployment: deployment.clone(), kind }
    }

    /// Reads a line; none where it says that it is of another deployment or lifecycle event.
    pub(super) fn read(time: Timestamp, text: &str, deployment: &str, event: HookEvent) -> Option<Self> {
        let text = text.trim_end();
        let Some(written) = serde_json::from_str::<Written>(text).ok().filter(|line| line.message.is_some())
        else {
            return Some(Self::plain(time, "info", text));
        };
        let other = |said: &Option<String>, own: &str| said.as_ref().is_some_and(|said| said != own);
        if other(&written.deployment, deployment) || other(&written.event, event.as_str()) {
            return None;
        }
        let level = written.level.as_deref().unwrap_or("info").to_lowercase();
        let text = written.message.clone().unwrap_or_default();
        let content = content(written, &level, &text);
        Some(Self { time, level, text, place: (time, 0), content })
    }

    /// A line that says only what it says.
    pub(super) fn plain(time: Timestamp, level: &str, text: &str) -> Self {
        let (level, text) = (level.to_owned(), text.to_owned());
        Self { time, level, text, place: (time, 0), content: Content::Text }
    }

    /// What stands for lines that were not read.
    pub(in crate::aws) fn unread(time: Timestamp, why: &str) -> Self {
        Self::plain(time, "warn", &format!("the rest of this function's log cannot be read now: {why}"))
    }

    /// Whether it is for who follows a deployment; the others are for who looks for an error.
    pub(super) fn is_told(&self) -> bool {
        match self.content {
            Content::Text | Content::Check { .. } | Content::Metric { .. } => true,
            Content::Chatter => matches!(self.level.as_str(), "warn" | "error"),
            Content::Verdict { .. } => false,
        }
    }

    /// Whether it is the last one of its hook.
    pub(super) const fn is_last(&self) -> bool {
        matches!(self.content, Content::Verdict { ended: true, .. })
    }

    /// Why the hook ended as it did, if this line says so.
    pub(super) const fn reason(&self) -> Option<&String> {
        match &self.content {
            Content::Verdict { ended: true, reason } => reason.as_ref(),
            _ => None,
        }
    }

    /// What it is in the events of a deployment.
    pub(in crate::aws) fn kind(&self, lifecycle_event: HookEvent, function: &str) -> EventKind {
        let function = function.to_owned();
        match self.content.clone() {
            Content::Check { name, outcome, detail } => {
                EventKind::Check { lifecycle_event, function, name, outcome, detail }
            }
            Content::Metric { name, value, unit } => {
                EventKind::Metric { lifecycle_event, function, name, value, unit }
            }
            Content::Text | Content::Chatter | Content::Verdict { .. } => EventKind::HookLog {
                lifecycle_event,
                function,
                level: self.level.clone(),
                text: self.text.clone(),
            },
        }
    }
}

impl fmt::Display for HookLogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:5} {}", self.time, self.level, self.text)
    }
}

fn content(line: Written, level: &str, text: &str) -> Content {
    match (line.kind.as_deref(), line.outcome, line.metric, line.value) {
        (Some("check"), Some(outcome), _, _) => {
            // As the host writes it: outcome, name, and the detail if there is one.
            let words = text.split_once(": ").map_or(text, |(_, words)| words);
            let (name, detail) = words.split_once(": ").unwrap_or((words, ""));
            Content::Check { name: name.to_owned(), outcome, detail: detail.to_owned() }
        }
        (Some("metric"), _, Some(name), Some(value)) => {
            Content::Metric { name, value, unit: line.unit.unwrap_or_default() }
        }
        (Some("verdict"), ..) => {
            let ended = line.verdict.as_deref() != Some("Pending");
            Content::Verdict { ended, reason: line.reason }
        }
        // Lines of plugins say where they come from, and foreign ones nothing of what the host says.
        _ if line.source.is_some() || line.deployment.is_none() => Content::Text,
        _ if level == "error" || level == "warn" => Content::Text,
        _ => Content::Chatter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: HookEvent = HookEvent::AfterInstall;

    fn read(text: &str) -> Option<HookLogLine> {
        HookLogLine::read(Timestamp::from_millis(5), text, "d-1NNWZG91L", EVENT)
    }

    fn kind(text: &str) -> EventKind {
        read(text).unwrap().kind(EVENT, "smoke")
    }

    const ABOUT: &str = r#""deployment":"d-1NNWZG91L","event":"AfterInstall","plugin":"smoke""#;

    #[test]
    fn what_plugins_say_is_read_from_the_hosts_lines() {
        let line = format!(r#"{{"level":"INFO","message":"looks good",{ABOUT},"source":"plugin"}}"#);
        let EventKind::HookLog { level, text, .. } = kind(&line) else { panic!("{line}") };
        assert_eq!((level.as_str(), text.as_str()), ("info", "looks good"));
        let line = format!(
            r#"{{"level":"ERROR","message":"fail: version: 41: not 42",{ABOUT},"source":"plugin","kind":"check","outcome":"fail"}}"#
        );
        let EventKind::Check { name, outcome, detail, .. } = kind(&line) else { panic!("{line}") };
        assert_eq!((name.as_str(), outcome, detail.as_str()), ("version", CheckOutcome::Fail, "41: not 42"));
        let line = format!(
            r#"{{"level":"INFO","message":"p99: 12.5 Milliseconds",{ABOUT},"kind":"metric","metric":"p99","value":12.5,"unit":"Milliseconds"}}"#
        );
        let EventKind::Metric { name, value, unit, .. } = kind(&line) else { panic!("{line}") };
        assert_eq!((name.as_str(), value, unit.as_str()), ("p99", 12.5, "Milliseconds"));
    }

    #[test]
    fn a_line_becomes_the_event_that_a_watch_tells() {
        let id: DeploymentId = "d-1NNWZG91L".parse().unwrap();
        let line = format!(
            r#"{{"level":"ERROR","message":"fail: version: not 42",{ABOUT},"kind":"check","outcome":"fail"}}"#
        );
        let event = read(&line).unwrap().to_event(&id, EVENT, "smoke");
        assert_eq!((event.time, &event.deployment), (Timestamp::from_millis(5), &id));
        assert_eq!(event.kind, kind(&line));
        let EventKind::HookLog { function, text, .. } =
            read("plain").unwrap().to_event(&id, EVENT, "smoke").kind
        else {
            panic!("a plain line is one of a log")
        };
        assert_eq!((function.as_str(), text.as_str()), ("smoke", "plain"));
    }

    #[test]
    fn the_last_line_of_a_hook_says_why_and_is_no_event() {
        let line = |verdict: &str| {
            let about = format!(r#"{ABOUT},"kind":"verdict","verdict":"{verdict}","reason":"it is 41""#);
            read(&format!(r#"{{"level":"ERROR","message":"{verdict} at AfterInstall",{about}}}"#)).unwrap()
        };
        let failed = line("Failed");
        assert!(failed.is_last() && !failed.is_told());
        assert_eq!(failed.reason().map(String::as_str), Some("it is 41"));
        assert!(!line("Pending").is_last() && line("Pending").reason().is_none());
    }

    #[test]
    fn lines_of_other_deployments_and_events_are_left_out() {
        assert!(read(r#"{"message":"x","deployment":"d-1NNWZG91M","event":"AfterInstall"}"#).is_none());
        assert!(read(r#"{"message":"x","deployment":"d-1NNWZG91L","event":"BeforeInstall"}"#).is_none());
        assert!(read(r#"{"message":"x","deployment":"d-1NNWZG91L"}"#).is_some(), "it says no event");
    }

    #[test]
    fn lines_of_foreign_functions_are_told_as_they_are() {
        let text = "2026-11-23T18:00:00.000Z\tabc\tINFO\tchecking d-1NNWZG91L\n";
        let line = read(text).unwrap();
        assert_eq!((line.level.as_str(), line.text.as_str()), ("info", text.trim_end()));
        assert!(line.is_told());
        let json = read(r#"{"timestamp":"x","level":"WARN","message":"odd","requestId":"abc"}"#).unwrap();
        assert!(json.is_told());
        assert_eq!(json.to_string(), "1970-01-01T00:00:00.005Z warn  odd");
    }

    #[test]
    fn the_hosts_own_chatter_is_not_told_but_its_warnings_are() {
        let line = |level: &str| format!(r#"{{"level":"{level}","message":"a word",{ABOUT}}}"#);
        assert!(!read(&line("INFO")).unwrap().is_told());
        assert!(read(&line("WARN")).unwrap().is_told());
    }
}
