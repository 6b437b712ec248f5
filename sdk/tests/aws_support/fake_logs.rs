//! CloudWatch Logs, as far as a pipeline asks it: lines by log group, in small pages.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use greenlight::local::HookCall;
use greenlight_core::Timestamp;
use serde_json::{Value, json};

/// Lines of a page.
const PAGE: usize = 2;

/// Shared with the hooks that write.
#[derive(Debug, Clone, Default)]
pub(crate) struct FakeLogs(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    groups: BTreeMap<String, Vec<(u64, String)>>,
    failure: Option<Failure>,
    /// Whether the next token is refused.
    stale: bool,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The caller lacks the permission.
    Denied,
    /// Connections are closed.
    Unreachable,
    /// Connections are kept, and nothing is said.
    Silent,
    /// It is asked too often.
    Throttled,
    /// Empty pages without an end, as of a busy group in which nothing fits a pattern.
    Endless,
}

impl FakeLogs {
    pub(crate) fn failing(failure: Failure) -> Self {
        let logs = Self::default();
        logs.fail(failure);
        logs
    }

    /// Answers no more.
    pub(crate) fn fail(&self, failure: Failure) {
        self.0.lock().unwrap().failure = Some(failure);
    }

    /// Refuses the next token, as one that is older than a day.
    pub(crate) fn refuse_a_token(&self) {
        self.0.lock().unwrap().stale = true;
    }

    /// Writes a line as it is.
    pub(crate) fn write(&self, function: &str, time: Timestamp, line: &str) {
        let group = format!("/aws/lambda/{function}");
        self.0.lock().unwrap().groups.entry(group).or_default().push((time.as_millis(), line.to_owned()));
    }

    /// Writes a line as the Lambda host does, with further members.
    pub(crate) fn write_json(&self, call: &HookCall, time: Timestamp, message: &str, more: Value) {
        let mut line = json!({
            "timestamp": time.to_string(), "level": "INFO", "message": message,
            "deployment": call.execution.deployment.as_str(), "event": call.event.as_str(), "plugin": "smoke",
        });
        line.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.write(call.function.name(), time, &line.to_string());
    }

    /// What FilterLogEvents answers: a status and a body, or nothing at all.
    pub(super) async fn answer(&self, input: &Value) -> Option<(u16, Value)> {
        if self.0.lock().unwrap().failure == Some(Failure::Silent) {
            std::future::pending::<()>().await;
        }
        self.answer_now(input)
    }

    fn answer_now(&self, input: &Value) -> Option<(u16, Value)> {
        let mut state = self.0.lock().unwrap();
        if input["nextToken"].is_string() && std::mem::take(&mut state.stale) {
            let message = "The specified nextToken is invalid.";
            return Some((400, json!({ "__type": "InvalidParameterException", "message": message })));
        }
        match state.failure {
            Some(Failure::Unreachable | Failure::Silent) => return None,
            Some(Failure::Denied) => {
                let message =
                    "User: arn:aws:iam::1:user/me is not authorized to perform: logs:FilterLogEvents";
                return Some((400, json!({ "__type": "AccessDeniedException", "message": message })));
            }
            Some(Failure::Throttled) => {
                return Some((400, json!({ "__type": "ThrottlingException", "message": "Rate exceeded" })));
            }
            Some(Failure::Endless) => return Some((200, json!({ "events": [], "nextToken": "on" }))),
            None => {}
        }
        let group = input["logGroupName"].as_str().unwrap();
        let Some(lines) = state.groups.get(group) else {
            let message = "The specified log group does not exist.";
            return Some((400, json!({ "__type": "ResourceNotFoundException", "message": message })));
        };
        let from = input["startTime"].as_u64().unwrap_or_default();
        let until = input["endTime"].as_u64().unwrap_or(u64::MAX);
        let term = input["filterPattern"].as_str().unwrap_or_default().trim_matches('"');
        let wanted = |(time, line): &(u64, String)| (from..=until).contains(time) && line.contains(term);
        let all: Vec<_> = lines.iter().enumerate().filter(|(_, line)| wanted(line)).collect();
        let begin: usize = input["nextToken"].as_str().map_or(0, |token| token.parse().unwrap());
        let page = all.iter().skip(begin).take(PAGE).map(|(id, (time, line))| {
            json!({ "eventId": format!("{id:020}"), "timestamp": time, "message": line, "logStreamName": "s" })
        });
        let mut answer = json!({ "events": page.collect::<Vec<_>>() });
        if all.len() > begin + PAGE {
            answer["nextToken"] = json!((begin + PAGE).to_string());
        }
        Some((200, answer))
    }
}
