//! Names of plugins, which are also names of files.

use serde::de::{self, Deserialize, Deserializer};

/// The longest name, in characters: it is in every log line.
const LONGEST: usize = 64;

/// A name that every file system takes, and that says nothing but itself in a log.
#[derive(Debug)]
pub(super) struct PluginName(pub(super) String);

impl<'de> Deserialize<'de> for PluginName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        match problem(&name) {
            None => Ok(Self(name)),
            Some(problem) => Err(de::Error::custom(problem)),
        }
    }
}

/// Why `name` is no name of a plugin.
fn problem(name: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() {
        Some("the name is empty; name the plugin, such as \"smoke\"".to_owned())
    } else if name.len() > LONGEST {
        Some(format!("the name is longer than {LONGEST} characters; shorten it"))
    } else if !name.chars().all(plain) || !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        Some(format!(
            "{name:?} is no name for a plugin; begin with a letter or a digit, and use only letters, digits, -, _ and ."
        ))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn plain_names_are_taken() {
        for name in ["smoke", "Latency-p99", "v1.2_check", "0"] {
            assert_eq!(problem(name), None, "{name}");
        }
    }

    #[test]
    fn names_that_are_paths_or_could_forge_a_log_line_are_not() {
        for name in ["", "../up", ".hidden", "a/b", "a\\b", "a b", "a\nb", "C:", "ümlaut", "-rf"] {
            assert!(problem(name).is_some(), "{name}");
        }
        assert!(problem(&"a".repeat(64)).is_none() && problem(&"a".repeat(65)).is_some());
    }
}
