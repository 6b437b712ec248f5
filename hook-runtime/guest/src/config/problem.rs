//! What serde reports, on its way to an [`Error`].

use std::fmt::Display;

use super::Error;

/// What serde reports, before the key is known; or the finished error, once it is.
#[derive(Debug, thiserror::Error)]
pub(super) enum Problem {
    #[error("{0}")]
    Text(String),
    #[error("{0}")]
    Found(Error),
}

impl Problem {
    pub(super) fn at(self, key: &str, text: &str) -> Self {
        match self {
            Self::Text(expected) => {
                let expected = expected.strip_prefix("expected ").unwrap_or(&expected);
                Self::Found(Error::invalid(key, text, expected))
            }
            Self::Found(_) => self,
        }
    }

    pub(super) fn without_key(self) -> Error {
        match self {
            Self::Text(reason) => Error::Unavailable { reason },
            Self::Found(error) => error,
        }
    }
}

impl serde::de::Error for Problem {
    fn custom<T: Display>(text: T) -> Self {
        Self::Text(text.to_string())
    }

    fn invalid_value(_: serde::de::Unexpected<'_>, expected: &dyn serde::de::Expected) -> Self {
        Self::Text(format!("expected {expected}"))
    }

    fn unknown_variant(_: &str, known: &'static [&'static str]) -> Self {
        let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        Self::Text(format!("one of {}", known.join(", ")))
    }

    fn unknown_field(key: &str, known: &'static [&'static str]) -> Self {
        Self::Found(Error::Unknown {
            key: key.to_owned(),
            known: known.iter().map(ToString::to_string).collect(),
        })
    }

    fn missing_field(key: &'static str) -> Self {
        Self::Found(Error::Missing { key: key.to_owned() })
    }
}
