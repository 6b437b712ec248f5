//! Why the configuration cannot be used.

/// What is wrong with the hook's configuration, as a sentence for the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text of a key is not a value of the type that was asked for.
    #[error("config key `{key}` is `{text}`, expected {expected}")]
    Invalid {
        /// The key.
        key: String,
        /// Its text, cut when it is long.
        text: String,
        /// What it should be.
        expected: String,
    },
    /// A key without a default is not set.
    #[error("config key `{key}` is missing; add it to the hook's config")]
    Missing {
        /// The key.
        key: String,
    },
    /// There is a key that the plugin does not know: a misspelling, most often.
    #[error("config key `{key}` is not known; {}", known_keys(.known))]
    Unknown {
        /// The key.
        key: String,
        /// All keys that the plugin knows.
        known: Vec<String>,
    },
    /// The host cannot read the configuration.
    #[error("the hook's config cannot be read: {reason}")]
    Unavailable {
        /// What the host says.
        reason: String,
    },
}

impl Error {
    pub(crate) fn invalid(key: &str, text: &str, expected: &str) -> Self {
        const SHOWN_MAX_CHARS: usize = 60;
        let mut shown: String = text.chars().take(SHOWN_MAX_CHARS).collect();
        if shown.len() < text.len() {
            shown.push_str(" ...");
        }
        Self::Invalid { key: key.to_owned(), text: shown, expected: expected.to_owned() }
    }
}

fn known_keys(known: &[String]) -> String {
    if known.is_empty() {
        "this plugin takes none".to_owned()
    } else {
        format!("known keys: {}", known.join(", "))
    }
}
