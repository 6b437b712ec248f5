//! What a function's answer means.

use serde::Deserialize;
use serde_json::Value;

use super::finding::{Finding, Outcome};

/// The version of the question, and of the answer.
pub(super) const VERSION: u64 = 1;

/// Lines of the log that are shown of a function that failed.
const LOG_LINES: usize = 10;

/// What came of asking.
#[derive(Debug, Default)]
pub(super) struct Answered {
    pub(super) host: Option<String>,
    pub(super) findings: Vec<Finding>,
    pub(super) log: Vec<String>,
}

/// The answer of the Lambda host.
#[derive(Deserialize)]
struct OfHost {
    greenlight: Own,
}

#[derive(Deserialize)]
struct Own {
    doctor: u64,
    host: String,
    findings: Vec<Finding>,
}

impl Answered {
    /// Only a finding about the call.
    pub(super) fn not_asked(finding: Finding) -> Self {
        Self { findings: vec![finding], ..Self::default() }
    }

    /// Reads a result. Lambda and not the function says whether it is an error.
    pub(super) fn read(function: &str, payload: &[u8], failed: bool, log: &str) -> Self {
        if failed {
            let error: Value = serde_json::from_slice(payload).unwrap_or_default();
            let part = |key: &str| error.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
            let told: Vec<&str> = [part("errorType"), part("errorMessage")].into_iter().flatten().collect();
            let told = if told.is_empty() { "it gave no reason".to_owned() } else { told.join(": ") };
            let finding = Finding::of_call(Outcome::Failed, function, format!("the function failed: {told}"));
            let finding = finding.with_fix(
                "a bundle of `greenlight hook pack` answers, so this is another function, or one that does not start: look at \
                 its log",
            );
            let lines: Vec<&str> = log.lines().collect();
            let log =
                lines.iter().skip(lines.len().saturating_sub(LOG_LINES)).map(ToString::to_string).collect();
            return Self { log, ..Self::not_asked(finding) };
        }
        match serde_json::from_slice::<OfHost>(payload) {
            Ok(OfHost { greenlight: Own { doctor: VERSION, host, mut findings } }) => {
                let sentence = format!("you may invoke it, and it is the Lambda host {host}");
                findings.insert(0, Finding::of_call(Outcome::Ok, function, sentence));
                Self { host: Some(host), findings, log: Vec::new() }
            }
            Ok(OfHost { greenlight: Own { doctor, host, .. } }) => {
                let sentence = format!(
                    "it is the Lambda host {host} and answers in version {doctor}, this command reads {VERSION}"
                );
                let finding = Finding::of_call(Outcome::Failed, function, sentence);
                Self {
                    host: Some(host),
                    ..Self::not_asked(finding.with_fix("use the command of the host's version"))
                }
            }
            Err(_) => Self::not_asked(foreign(function, payload)),
        }
    }
}

/// Of a function that does not know the question.
fn foreign(function: &str, payload: &[u8]) -> Finding {
    let answer: Value = serde_json::from_slice(payload).unwrap_or_default();
    let error = answer.get("error").and_then(Value::as_str).unwrap_or_default();
    let finding = |sentence: &str| Finding::of_call(Outcome::Failed, function, sentence);
    let again = "make its bundle again with `greenlight hook pack`, and deploy it";
    // The texts of hosts that know no doctor, or another one.
    if error.starts_with("the event is no hook of a deployment") {
        return finding("it is a Lambda host that is too old to be asked").with_fix(again);
    }
    if error.starts_with("the event is a doctor's of another version") {
        return finding(&format!("it is a Lambda host of another version: {error}")).with_fix(again);
    }
    finding("it answers, and not as a Lambda host of Greenlight does: only such a function can be asked").with_fix(
        "name the function that has a bundle of `greenlight hook pack`; any other works with CodeDeploy by its own code",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(payload: &str, failed: bool) -> String {
        let answered = Answered::read("f", payload.as_bytes(), failed, "");
        let [finding] = answered.findings.as_slice() else { panic!("{answered:?}") };
        assert_eq!((finding.outcome, finding.subject.as_str()), (Outcome::Failed, "f"));
        finding.sentence.clone()
    }

    #[test]
    fn a_function_that_cannot_be_asked_is_told_from_one_that_failed() {
        let older =
            r#"{"error":"the event is no hook of a deployment but an object with the keys greenlight; x"}"#;
        for (payload, failed, sentence) in [
            (older, false, "it is a Lambda host that is too old to be asked"),
            (
                r#"{"error":"the event is a doctor's of another version: its version is 1, and this host knows 2"}"#,
                false,
                "it is a Lambda host of another version: the event is a doctor's of another version: its version is 1, and this host knows 2",
            ),
            (
                r#"{"greenlight":{"doctor":2,"host":"9.0.0","findings":[]}}"#,
                false,
                "it is the Lambda host 9.0.0 and answers in version 2, this command reads 1",
            ),
            (
                "null",
                false,
                "it answers, and not as a Lambda host of Greenlight does: only such a function can be asked",
            ),
            (
                r#"{"errorType":"TypeError","errorMessage":"x is not a function"}"#,
                true,
                "the function failed: TypeError: x is not a function",
            ),
            ("", true, "the function failed: it gave no reason"),
        ] {
            assert_eq!(only(payload, failed), sentence, "{payload}");
        }
    }

    #[test]
    fn an_outcome_of_a_newer_host_cannot_be_told_and_is_shown() {
        let payload = r#"{"greenlight":{"doctor":1,"host":"0.2.0","more":1,"findings":[
            {"check":"c","outcome":"splendid","subject":"s","sentence":"t","more":2}]}}"#;
        let answered = Answered::read("f", payload.as_bytes(), false, "");
        let outcomes: Vec<_> = answered.findings.iter().map(|finding| finding.outcome).collect();
        assert_eq!(outcomes, [Outcome::Ok, Outcome::Unknown]);
    }

    #[test]
    fn of_the_log_only_the_end_is_kept() {
        let log: String = (0..30).map(|line| format!("line {line}\n")).collect();
        let answered = Answered::read("f", b"{}", true, &log);
        assert_eq!((answered.log.len(), answered.log[0].as_str()), (LOG_LINES, "line 20"));
    }
}
