//! When a deployment is rolled back by itself.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct AutoRollbackConfiguration {
    pub(crate) enabled: bool,
    pub(crate) events: Vec<String>,
}
