//! Names of deployment groups inside an engine.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// What an engine calls a deployment group. It stays the same when the group is renamed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub(crate) struct GroupKey(Arc<str>);

impl GroupKey {
    /// What it was made of.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }
}

impl From<String> for GroupKey {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<GroupKey> for String {
    fn from(key: GroupKey) -> Self {
        key.as_str().to_owned()
    }
}

impl fmt::Display for GroupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
