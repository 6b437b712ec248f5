//! Commands that a person may want next, ready to be copied.

use std::fmt::Write as _;

use greenlight_core::DeploymentId;

/// Calls of the command for the same AWS as this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Again {
    options: String,
}

impl Again {
    /// With these options.
    pub(super) fn new<'a>(options: impl Iterator<Item = (&'static str, &'a str)>) -> Self {
        let mut text = String::new();
        for (name, value) in options {
            // Writing to memory has no error.
            let _ = write!(text, " --{name} {}", quoted(value));
        }
        Self { options: text }
    }

    /// With one more option.
    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        // Writing to memory has no error.
        let _ = write!(self.options, " --{name} {}", quoted(value));
        self
    }

    /// `greenlight watch d-1NNWZG91L --region eu-west-1`.
    pub(super) fn command(&self, verb: &str, id: &DeploymentId) -> String {
        format!("greenlight {verb} {id}{}", self.options)
    }
}

/// As a shell takes it for one word.
fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    if !value.is_empty() && value.chars().all(plain) {
        value.to_owned()
    } else {
        format!("'{}'", value.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_repeated_as_a_shell_takes_them() {
        let again = Again::new([("region", "eu-west-1"), ("profile", "my own's")].into_iter());
        let id = "d-1NNWZG91L".parse().unwrap();
        assert_eq!(
            again.command("watch", &id),
            "greenlight watch d-1NNWZG91L --region eu-west-1 --profile 'my own'\\''s'"
        );
        assert_eq!(Again::new(std::iter::empty()).command("stop", &id), "greenlight stop d-1NNWZG91L");
    }
}
