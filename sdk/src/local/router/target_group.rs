//! The two target groups of a blue/green deployment.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One of the two sets of targets that a listener forwards to.
///
/// These are the names of two slots. A first deployment goes from blue to green, the next one from green to blue, as
/// the two target groups of a service change their parts from one deployment to the next.
///
/// ```
/// use greenlight::local::router::TargetGroup;
///
/// assert_eq!(TargetGroup::Blue.other(), TargetGroup::Green);
/// assert_eq!(TargetGroup::Green.to_string(), "green");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TargetGroup {
    /// The group that has all production traffic when a router starts.
    Blue,
    /// The other one.
    Green,
}

impl TargetGroup {
    /// Both groups, blue first.
    pub const ALL: [Self; 2] = [Self::Blue, Self::Green];

    /// The group that is not this one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Blue => Self::Green,
            Self::Green => Self::Blue,
        }
    }
}

impl fmt::Display for TargetGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Blue => "blue",
            Self::Green => "green",
        })
    }
}

/// One value for each group.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PerGroup<T> {
    pub(super) blue: T,
    pub(super) green: T,
}

impl<T> PerGroup<T> {
    pub(super) const fn get(&self, group: TargetGroup) -> &T {
        match group {
            TargetGroup::Blue => &self.blue,
            TargetGroup::Green => &self.green,
        }
    }

    pub(super) const fn get_mut(&mut self, group: TargetGroup) -> &mut T {
        match group {
            TargetGroup::Blue => &mut self.blue,
            TargetGroup::Green => &mut self.green,
        }
    }
}
