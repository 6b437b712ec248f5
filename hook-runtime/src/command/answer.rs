//! What a command says beside its exit status.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{Verdict, capability::LastLine};

/// How long to wait when the command does not say: as long as Amazon ECS does by default.
const DELAY: Duration = Duration::from_secs(30);

/// The last line of standard output of a command that asks to be called again. Both may be left out.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Answer {
    delay_seconds: Option<u32>,
    #[serde(default)]
    state: String,
}

/// A state of which even the beginning is longer than is allowed.
pub(crate) struct StateTooLong {
    pub(crate) bytes: u64,
}

/// How many bytes of its last line a command's state may take: JSON writes a byte as up to six.
pub(crate) const fn last_line_bytes(state_bytes: usize) -> usize {
    state_bytes.saturating_mul(6).saturating_add(1 << 10)
}

/// What a command that ended with [`TRY_AGAIN`](super::TRY_AGAIN) asks for. When the last line of its standard output is a
/// JSON object with `delay-seconds` or `state`, that is what it says of them; otherwise the wait is 30 s, and nothing is handed over.
pub(crate) fn pending(last: &LastLine) -> Result<Verdict, StateTooLong> {
    let line = last.bytes.trim_ascii();
    if last.length > last.bytes.len() as u64 && line.starts_with(b"{") {
        return Err(StateTooLong { bytes: last.length });
    }
    let said = serde_json::from_slice::<Map<String, Value>>(line).unwrap_or_default();
    if !said.contains_key("delay-seconds") && !said.contains_key("state") {
        return Ok(Verdict::Pending { delay: DELAY, state: String::new() });
    }
    Ok(match serde_json::from_value::<Answer>(Value::Object(said)) {
        Ok(Answer { delay_seconds, state }) => Verdict::Pending {
            delay: delay_seconds.map_or(DELAY, |seconds| Duration::from_secs(seconds.into())),
            state,
        },
        // To go on without the state would ask for ever.
        Err(error) => Verdict::Fail {
            reason: format!(
                "it asked to be called again, and the last line of its standard output is not understood: {error}; \
                 write it as {{\"delay-seconds\": 30, \"state\": \"...\"}}"
            ),
        },
    })
}

/// Why a command that ended with another status failed.
pub(crate) fn reason(status: i32, stderr: &[String]) -> String {
    let last = stderr.iter().rev().map(|line| line.trim()).find(|line| !line.is_empty());
    go_crash(stderr).or(last).map_or_else(
        || format!("the command ended with status {status} and wrote nothing to standard error"),
        str::to_owned,
    )
}

/// What a program in Go says of a panic or a fatal error: it stands before the goroutines, not last.
fn go_crash(stderr: &[String]) -> Option<&str> {
    let goroutines = stderr.iter().position(|line| line.starts_with("goroutine "))?;
    let before = stderr.iter().take(goroutines).rev();
    let crash = |line: &&String| line.starts_with("panic: ") || line.starts_with("fatal error: ");
    before.into_iter().find(crash).map(|line| line.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(line: &str) -> Verdict {
        let last = LastLine { bytes: line.as_bytes().to_vec(), length: line.len() as u64 };
        pending(&last).unwrap_or_else(|_| panic!("{line}"))
    }

    fn waits(seconds: u64, state: &str) -> Verdict {
        Verdict::Pending { delay: Duration::from_secs(seconds), state: state.to_owned() }
    }

    #[test]
    fn the_last_line_may_say_how_long_and_what_to_hand_over() {
        assert_eq!(asked(r#" {"delay-seconds": 5, "state": "a\nb"} "#), waits(5, "a\nb"));
        assert_eq!(asked(r#"{"state":"x"}"#), waits(30, "x"));
        assert_eq!(asked(r#"{"delay-seconds":0}"#), waits(0, ""));
    }

    #[test]
    fn other_lines_are_only_output() {
        for line in ["", "not yet", "[1]", r#"{"status":"warming"}"#, "{"] {
            assert_eq!(asked(line), waits(30, ""), "{line}");
        }
    }

    #[test]
    fn an_answer_that_is_not_understood_is_no_reason_to_ask_for_ever() {
        let Verdict::Fail { reason } = asked(r#"{"delay-seconds":"5"}"#) else {
            panic!("it is not understood")
        };
        assert!(reason.contains("invalid type: string \"5\", expected u32"), "{reason}");
    }

    #[test]
    fn a_state_that_was_cut_is_never_lost_in_silence() {
        let cut = LastLine { bytes: br#"{"state":"aaaa"#.to_vec(), length: 9_000 };
        assert_eq!(pending(&cut).err().map(|long| long.bytes), Some(9_000));
    }

    #[test]
    fn a_crash_in_go_is_told_by_its_message_and_not_by_its_trace() {
        let stderr = [
            "checking",
            "panic: no cart",
            "",
            "goroutine 1 [running]:",
            "main.main()",
            "\t/src/main.go:9 +0x2",
        ];
        assert_eq!(reason(2, &stderr.map(str::to_owned)), "panic: no cart");
    }

    #[test]
    fn the_last_line_of_standard_error_is_the_reason() {
        let stderr = ["first", "ValueError: no", "  ", ""].map(str::to_owned);
        assert_eq!(reason(1, &stderr), "ValueError: no");
        assert_eq!(reason(3, &[]), "the command ended with status 3 and wrote nothing to standard error");
    }
}
