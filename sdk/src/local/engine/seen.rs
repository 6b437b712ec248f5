//! What a deployment knows of its own task sets.

use std::net::SocketAddr;

use greenlight_core::TaskSetLabel;
use serde::{Deserialize, Serialize};

/// A task set of a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SeenTaskSet {
    /// Absent when it is only simulated.
    pub(super) address: Option<SocketAddr>,
    pub(super) draining: bool,
}

/// Those that there are: a map of two places, kept as one.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct SeenTaskSets {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    blue: Option<SeenTaskSet>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    green: Option<SeenTaskSet>,
}

impl SeenTaskSets {
    pub(super) const fn insert(&mut self, label: TaskSetLabel, seen: SeenTaskSet) {
        *self.place(label) = Some(seen);
    }

    pub(super) const fn remove(&mut self, label: TaskSetLabel) {
        *self.place(label) = None;
    }

    pub(super) const fn get_mut(&mut self, label: TaskSetLabel) -> Option<&mut SeenTaskSet> {
        self.place(label).as_mut()
    }

    /// Blue first.
    pub(super) fn iter(self) -> impl Iterator<Item = (TaskSetLabel, SeenTaskSet)> {
        let places = [(TaskSetLabel::Blue, self.blue), (TaskSetLabel::Green, self.green)];
        places.into_iter().filter_map(|(label, seen)| Some((label, seen?)))
    }

    const fn place(&mut self, label: TaskSetLabel) -> &mut Option<SeenTaskSet> {
        match label {
            TaskSetLabel::Blue => &mut self.blue,
            TaskSetLabel::Green => &mut self.green,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn it_is_kept_as_a_map_by_label() {
        let mut seen = SeenTaskSets::default();
        assert_eq!(serde_json::to_string(&seen).unwrap(), "{}");
        let green = SeenTaskSet { address: Some(([127, 0, 0, 1], 80).into()), draining: true };
        seen.insert(TaskSetLabel::Green, green);
        let text = serde_json::to_string(&seen).unwrap();
        let map: BTreeMap<TaskSetLabel, SeenTaskSet> = serde_json::from_str(&text).unwrap();
        assert_eq!(map, BTreeMap::from([(TaskSetLabel::Green, green)]));
        let read: SeenTaskSets = serde_json::from_str(&serde_json::to_string(&map).unwrap()).unwrap();
        assert_eq!(read.iter().collect::<Vec<_>>(), [(TaskSetLabel::Green, green)]);
    }
}
