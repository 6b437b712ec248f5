//! All keys at once, into a struct that serde describes.

use std::fmt::Display;
use std::time::Duration;

use serde::de::value::StringDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Error as _, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use serde::{Deserialize, Deserializer, forward_to_deserialize_any};

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
    let mut entries = host::with(|host| host.config_all())?;
    entries.sort();
    T::deserialize(Entries { entries: entries.into_iter(), text: None }).map_err(Problem::without_key)
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

/// What serde reports, before the key is known; or the finished error, once it is.
#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error("{0}")]
    Text(String),
    #[error("{0}")]
    Found(Error),
}

impl Problem {
    fn at(self, key: &str, text: &str) -> Self {
        match self {
            Self::Text(expected) => {
                let expected = expected.strip_prefix("expected ").unwrap_or(&expected);
                Self::Found(Error::invalid(key, text, expected))
            }
            Self::Found(_) => self,
        }
    }

    fn without_key(self) -> Error {
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

/// The keys and texts as serde's map.
struct Entries {
    entries: std::vec::IntoIter<(String, String)>,
    text: Option<(String, String)>,
}

impl<'de> Deserializer<'de> for Entries {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_map(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Entries {
    type Error = Problem;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Problem> {
        let Some((key, text)) = self.entries.next() else { return Ok(None) };
        let name: StringDeserializer<Problem> = key.clone().into_deserializer();
        self.text = Some((key, text));
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Problem> {
        let Some((key, text)) = self.text.take() else {
            return Err(Problem::custom("a value without a key"));
        };
        seed.deserialize(Text(&text)).map_err(|problem| problem.at(&key, &text))
    }
}

/// One text, read as whatever the struct asks for.
struct Text<'a>(&'a str);

macro_rules! parsed {
    ($($method:ident $visit:ident $type:ty;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
            match <$type as Value>::parse(self.0.trim()) {
                Some(value) => visitor.$visit(value),
                None => Err(Problem::Text(<$type as Value>::expected())),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Text<'_> {
    type Error = Problem;

    parsed! {
        deserialize_bool visit_bool bool;
        deserialize_u8 visit_u8 u8;
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
        deserialize_i8 visit_i8 i8;
        deserialize_i16 visit_i16 i16;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
        deserialize_f32 visit_f64 f64;
        deserialize_f64 visit_f64 f64;
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_str(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_seq(Items((!self.0.trim().is_empty()).then_some(self.0)))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_enum(IntoDeserializer::<Problem>::into_deserializer(self.0.trim()))
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct identifier ignored_any
    }
}

/// What is left of a list with commas.
struct Items<'a>(Option<&'a str>);

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Problem;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Problem> {
        let Some(rest) = self.0 else { return Ok(None) };
        let (item, rest) = rest.split_once(',').map_or((rest, None), |(item, rest)| (item, Some(rest)));
        self.0 = rest;
        seed.deserialize(Text(item.trim())).map(Some)
    }
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
