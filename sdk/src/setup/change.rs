//! What a set-up would change, or has changed.

use std::fmt;

use serde::Serialize;

/// What happens to one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is not there and is made.
    Create,
    /// It is there and differs.
    Change,
    /// It is taken away.
    Delete,
    /// It stays as it is.
    Keep,
}

/// One thing, and what happens to it.
///
/// `Display` is one line, such as `create listener shop:9000 (HTTP, forwards to shop-blue)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// What happens.
    pub action: Action,
    /// The sort of thing, such as `listener`.
    pub kind: &'static str,
    /// Its name, as a person would say it; empty for the AppSpec, of which there is one.
    pub name: String,
    /// What differs, or why it stays; empty where there is nothing to say.
    pub details: Vec<String>,
}

/// What happens to all things of a set-up, in the order in which it happens.
///
/// `Display` is a line for each, and one that counts them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Changes {
    items: Vec<Change>,
}

impl Change {
    pub(super) fn new(action: Action, kind: &'static str, name: impl Into<String>) -> Self {
        Self { action, kind, name: name.into(), details: Vec::new() }
    }

    pub(super) fn with(mut self, detail: impl Into<String>) -> Self {
        self.details.push(detail.into());
        self
    }

    pub(super) fn with_all(mut self, details: impl IntoIterator<Item = String>) -> Self {
        self.details.extend(details);
        self
    }
}

impl Changes {
    /// Whether everything is as it should be.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.iter().all(|change| change.action == Action::Keep)
    }

    /// Every thing, also those that stay as they are.
    pub fn iter(&self) -> impl Iterator<Item = &Change> {
        self.items.iter()
    }

    /// How many things this happens to.
    #[must_use]
    pub fn count(&self, action: Action) -> usize {
        self.items.iter().filter(|change| change.action == action).count()
    }

    pub(super) fn push(&mut self, change: Change) {
        self.items.push(change);
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Create => "create",
            Self::Change => "change",
            Self::Delete => "delete",
            Self::Keep => "keep",
        })
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<6} {}", self.action, self.kind)?;
        if !self.name.is_empty() {
            write!(f, " {}", self.name)?;
        }
        if !self.details.is_empty() {
            write!(f, " ({})", self.details.join(", "))?;
        }
        Ok(())
    }
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for change in &self.items {
            writeln!(f, "{change}")?;
        }
        let counted = |action, word: &str| match self.count(action) {
            0 => None,
            count => Some(format!("{count} to {word}")),
        };
        let counts = [
            counted(Action::Create, "create"),
            counted(Action::Change, "change"),
            counted(Action::Delete, "delete"),
        ];
        let counts: Vec<String> = counts.into_iter().flatten().collect();
        if counts.is_empty() {
            return f.write_str("nothing to do");
        }
        f.write_str(&counts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_read_as_a_list_with_a_count() {
        let mut changes = Changes::default();
        assert_eq!(changes.to_string(), "nothing to do");
        changes.push(Change::new(Action::Keep, "role", "a"));
        assert!(changes.is_empty());
        changes
            .push(Change::new(Action::Create, "listener", "shop:9000").with("HTTP").with("forwards to blue"));
        changes.push(Change::new(Action::Change, "function", "f").with("timeout 3 s -> 60 s"));
        assert!(!changes.is_empty());
        assert_eq!(
            changes.to_string(),
            "keep   role a\ncreate listener shop:9000 (HTTP, forwards to blue)\nchange function f (timeout 3 s -> 60 s)\n1 to create, 1 to change"
        );
    }
}
