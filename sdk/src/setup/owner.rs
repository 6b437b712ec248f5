//! Who made a thing: the tag that all things of a set-up have.

use std::fmt;

use super::SetupError;

/// The tag's key. Its value is the name of the set-up.
pub const TAG: &str = "greenlight:setup";

/// A set-up by its name. What it makes has the tag [`TAG`] with this name, and nothing else is changed or deleted.
///
/// ```
/// use greenlight::setup::Owner;
///
/// let owner = Owner::new("shop-web")?;
/// assert_eq!(owner.to_string(), "shop-web");
/// assert!(Owner::new("100 %").is_err());
/// # Ok::<(), greenlight::setup::SetupError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    name: String,
}

impl Owner {
    /// Takes what every service takes for the value of a tag: 1 to 128 letters, digits, blanks and `_.:/=+-@`.
    ///
    /// # Errors
    ///
    /// [`SetupError::Invalid`] for anything else.
    pub fn new(name: impl Into<String>) -> Result<Self, SetupError> {
        let name = name.into();
        let good = |c: char| c.is_ascii_alphanumeric() || " _.:/=+-@".contains(c);
        if name.is_empty() || name.len() > 128 || !name.chars().all(good) || name.trim() != name {
            return Err(SetupError::invalid(format!(
                "{name:?} is not the name of a set-up: write 1 to 128 letters, digits, blanks and _.:/=+-@"
            )));
        }
        Ok(Self { name })
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the tags of a thing say that this set-up made it.
    pub(super) fn made<'a>(&self, tags: impl IntoIterator<Item = (&'a str, &'a str)>) -> bool {
        tags.into_iter().any(|(key, value)| key == TAG && value == self.name)
    }

    /// That a thing of this name is there, and another's.
    pub(super) fn foreign(&self, what: &'static str, name: impl Into<String>) -> SetupError {
        SetupError::Foreign { what, name: name.into(), owner: self.name.clone(), tag: TAG }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name)
    }
}
