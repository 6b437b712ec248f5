//! The hook's configuration: texts by key, read as typed values.
//!
//! ```
//! use std::time::Duration;
//! use greenlight_hook::{Failure, Hook, config};
//!
//! fn validate(_hook: &Hook) -> Result<(), Failure> {
//!     let requests = config::get::<u32>("requests")?.unwrap_or(10);
//!     let limit = config::get::<Duration>("max_latency")?.unwrap_or(Duration::from_millis(250));
//!     # let _ = (requests, limit);
//!     Ok(())
//! }
//! ```
//!
//! A plugin with more than a few keys reads all of them into one struct with [`load`].

mod entries;
mod error;
mod load;
mod problem;
mod text;
mod value;

use std::collections::BTreeMap;

pub use error::Error;
pub use load::{duration, load};
pub use value::Value;

use crate::host;

/// The value of a key; `None` when it is not set.
///
/// # Errors
///
/// [`Error::Invalid`] when the text is not such a value, [`Error::Unavailable`] when the host cannot read it.
pub fn get<T: Value>(key: &str) -> Result<Option<T>, Error> {
    let Some(text) = host::with(|host| host.config(key))? else { return Ok(None) };
    match T::parse(text.trim()) {
        Some(value) => Ok(Some(value)),
        None => Err(Error::invalid(key, &text, &T::expected())),
    }
}

/// The value of a key that must be set.
///
/// # Errors
///
/// [`Error::Missing`] when it is not, and those of [`get`].
pub fn require<T: Value>(key: &str) -> Result<T, Error> {
    get(key)?.ok_or_else(|| Error::Missing { key: key.to_owned() })
}

/// All keys and their texts.
///
/// # Errors
///
/// [`Error::Unavailable`] when the host cannot read them.
pub fn all() -> Result<BTreeMap<String, String>, Error> {
    host::with(|host| host.config_all()).map(BTreeMap::from_iter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Rehearsal;
    use std::time::Duration;

    fn with<T>(key: &str, text: &str, read: impl FnOnce() -> T) -> T {
        let mut seen = None;
        Rehearsal::new().config(key, text).run(|_: &crate::Hook| seen = Some(read()));
        seen.unwrap()
    }

    #[test]
    fn a_key_that_is_not_set_is_none_or_missing() {
        assert_eq!(get::<u32>("requests"), Ok(None));
        assert_eq!(
            require::<u32>("requests").unwrap_err().to_string(),
            "config key `requests` is missing; add it to the hook's config"
        );
    }

    #[test]
    fn values_are_read_as_their_type() {
        assert_eq!(with("a", " 12 ", || get::<u32>("a")), Ok(Some(12)));
        assert_eq!(with("a", "1.5s", || get::<Duration>("a")), Ok(Some(Duration::from_millis(1500))));
        assert_eq!(with("a", "b, c", || get::<Vec<String>>("a")), Ok(Some(vec!["b".into(), "c".into()])));
    }

    #[test]
    fn a_bad_value_is_shown_with_what_was_expected() {
        let text = |error: Error| error.to_string();
        assert_eq!(
            with("requests", "ten", || get::<u16>("requests")).map_err(text),
            Err("config key `requests` is `ten`, expected a whole number from 0 to 65535".to_owned())
        );
        assert_eq!(
            with("limit", "250", || get::<Duration>("limit")).map_err(text),
            Err("config key `limit` is `250`, expected a duration such as `250ms`, `2s` or `1m`".to_owned())
        );
        assert_eq!(
            with("on", "yes", || get::<bool>("on")).map_err(text),
            Err("config key `on` is `yes`, expected `true` or `false`".to_owned())
        );
    }
}
