//! All keys at once, into a struct that serde describes.

use std::time::Duration;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};

use super::entries::Entries;
use super::problem::Problem;
use super::{Error, Value};
use crate::host;

/// Reads all keys into a struct.
///
/// Numbers and truth values are read from their texts, lists from texts with commas. With `deny_unknown_fields` a
/// misspelt key is refused with a sentence that lists the known ones; with `default` no key must be set.
/// Fields behind `flatten` see only texts: serde does not say there what type is wanted.
///
/// ```
/// use std::time::Duration;
/// use greenlight_hook::{Failure, Hook, config};
///
/// #[derive(serde::Deserialize)]
/// #[serde(default, deny_unknown_fields)]
/// struct Config {
///     path: String,
///     requests: u32,
///     #[serde(deserialize_with = "config::duration")]
///     max_latency: Duration,
/// }
///
/// impl Default for Config {
///     fn default() -> Self {
///         Self { path: "/health".to_owned(), requests: 10, max_latency: Duration::from_millis(250) }
///     }
/// }
///
/// fn validate(_hook: &Hook) -> Result<(), Failure> {
///     let config: Config = config::load()?;
///     # let _ = config.requests;
///     Ok(())
/// }
/// # greenlight_hook::export!(validate);
/// # fn main() {}
/// ```
///
/// # Errors
///
/// Those of [`Error`]: of several bad keys, the first by name.
pub fn load<T: DeserializeOwned>() -> Result<T, Error> {
    let entries = host::with(|host| host.config_all())?;
    T::deserialize(Entries::new(entries)).map_err(Problem::without_key)
}

/// For `#[serde(deserialize_with = "config::duration")]`: a duration as a text such as `250ms`, `2s` or `1m`.
///
/// # Errors
///
/// When the text is none.
pub fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    Duration::parse(text.trim()).ok_or_else(|| D::Error::custom(format!("expected {}", Duration::expected())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Rehearsal;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Mode {
        #[default]
        Quick,
        Full,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Config {
        path: String,
        requests: u32,
        mode: Mode,
        expect: Option<String>,
        statuses: Vec<u16>,
        #[serde(deserialize_with = "duration")]
        limit: Duration,
    }

    fn loaded(entries: &[(&str, &str)]) -> Result<Config, String> {
        let mut seen = None;
        let rehearsal = entries.iter().fold(Rehearsal::new(), |all, (key, text)| all.config(*key, *text));
        rehearsal.run(|_: &crate::Hook| seen = Some(load::<Config>()));
        seen.unwrap().map_err(|error| error.to_string())
    }

    #[test]
    fn every_kind_of_value_is_read_from_its_text() {
        let entries = [
            ("path", "/health"),
            ("requests", " 12 "),
            ("mode", "full"),
            ("expect", "2"),
            ("statuses", "200, 204"),
            ("limit", "250ms"),
        ];
        assert_eq!(
            loaded(&entries),
            Ok(Config {
                path: "/health".to_owned(),
                requests: 12,
                mode: Mode::Full,
                expect: Some("2".to_owned()),
                statuses: vec![200, 204],
                limit: Duration::from_millis(250),
            })
        );
        assert_eq!(loaded(&[]), Ok(Config::default()));
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_known_ones() {
        assert_eq!(
            loaded(&[("request", "12")]),
            Err("config key `request` is not known; \
                 known keys: path, requests, mode, expect, statuses, limit"
                .to_owned())
        );
    }

    #[test]
    fn a_bad_value_is_named_with_its_key_and_what_was_expected() {
        let error = |key: &str, text: &str| loaded(&[(key, text)]).unwrap_err();
        assert_eq!(
            error("requests", "-1"),
            "config key `requests` is `-1`, expected a whole number from 0 to 4294967295"
        );
        assert_eq!(error("mode", "slow"), "config key `mode` is `slow`, expected one of `quick`, `full`");
        assert_eq!(
            error("limit", "2"),
            "config key `limit` is `2`, expected a duration such as `250ms`, `2s` or `1m`"
        );
        assert_eq!(
            error("statuses", "200, ok"),
            "config key `statuses` is `200, ok`, expected a whole number from 0 to 65535"
        );
    }

    #[test]
    fn a_key_without_a_default_must_be_set() {
        #[derive(Debug, Deserialize)]
        struct Strict {
            #[expect(dead_code, reason = "only its absence is looked at")]
            token: String,
        }
        let mut seen = None;
        Rehearsal::new().run(|_: &crate::Hook| seen = Some(load::<Strict>()));
        let text = seen.unwrap().unwrap_err().to_string();
        assert_eq!(text, "config key `token` is missing; add it to the hook's config");
    }
}
