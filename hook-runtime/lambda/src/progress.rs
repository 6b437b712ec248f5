//! How far a hook has come, carried from one attempt to the next.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a pending hook hands to its next attempt: in the event of a new invocation for CodeDeploy, in `hookDetails` for
/// Amazon ECS. Times are milliseconds since the Unix epoch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Progress {
    /// When the hook was first invoked.
    pub first_invoked_at: u64,
    /// How many invocations there were before this one.
    #[serde(default)]
    pub hand_overs: u32,
    /// The plugins that have answered, by their names in the suite.
    #[serde(default)]
    pub plugins: BTreeMap<String, PluginProgress>,
}

/// What one plugin has answered so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "standing", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PluginProgress {
    /// It passed, and is not asked again.
    Passed {
        /// Why, for people.
        reason: String,
    },
    /// It failed, and is not asked again.
    Failed {
        /// Why, for people.
        reason: String,
    },
    /// It wants to be asked again.
    Pending {
        /// How often it was asked.
        attempt: u32,
        /// What it handed over.
        state: String,
        /// When it wants to be asked.
        at: u64,
    },
}

impl Progress {
    /// That of a hook first invoked at this time, which has not come anywhere yet.
    #[must_use]
    pub fn begun_at(millis: u64) -> Self {
        Self { first_invoked_at: millis, ..Self::default() }
    }

    /// Reads what [`to_json`](Self::to_json) wrote. What another version wrote and this one cannot read is nothing: the
    /// hook then begins anew, which is right though slower.
    #[must_use]
    pub fn read(value: &Value) -> Option<Self> {
        Self::deserialize(value).ok()
    }

    /// As it is carried.
    #[must_use]
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_carried_can_be_read_by_people_and_by_the_next_attempt() {
        let mut progress = Progress::begun_at(1_543_431_361_022);
        let pending =
            PluginProgress::Pending { attempt: 2, state: "order 7".to_owned(), at: 1_543_431_400_000 };
        progress.plugins.insert("smoke".to_owned(), pending);
        progress.plugins.insert("load".to_owned(), PluginProgress::Passed { reason: "fine".to_owned() });
        let carried = json!({
            "firstInvokedAt": 1_543_431_361_022_u64,
            "handOvers": 0,
            "plugins": {
                "smoke": { "standing": "pending", "attempt": 2, "state": "order 7", "at": 1_543_431_400_000_u64 },
                "load": { "standing": "passed", "reason": "fine" },
            },
        });
        assert_eq!(progress.to_json(), carried);
        assert_eq!(Progress::read(&carried), Some(progress));
    }

    #[test]
    fn what_cannot_be_read_is_as_if_it_were_not_there() {
        for odd in [json!(null), json!("x"), json!({}), json!({ "firstInvokedAt": -1 })] {
            assert_eq!(Progress::read(&odd), None, "{odd}");
        }
    }
}
