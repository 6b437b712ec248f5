//! The two task sets of a deployment: what they are called, and what they are to their service.

use crate::string_enum::string_enum;

string_enum! {
    /// The two task sets of a blue/green deployment, in lower case as in reports and sentences. The service's own
    /// `TargetLabel` has a capital letter. On Lambda, the two versions of the function.
    pub enum TaskSetLabel {
        /// The original task set, which serves production before the deployment.
        Blue = "blue",
        /// The replacement task set.
        Green = "green",
    }
}

impl TaskSetLabel {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Blue => Self::Green,
            Self::Green => Self::Blue,
        }
    }
}

string_enum! {
    /// The two task sets as the service writes them (`taskSetLabel`); [`TaskSetLabel`] is the same in lower case.
    ///
    /// ```
    /// use greenlight_core::{TargetLabel, TaskSetLabel};
    ///
    /// assert_eq!(TargetLabel::from(TaskSetLabel::Green).to_string(), "Green");
    /// assert_eq!(TaskSetLabel::from(TargetLabel::Blue).to_string(), "blue");
    /// ```
    pub enum TargetLabel {
        /// The original task set.
        Blue = "Blue",
        /// The replacement task set.
        Green = "Green",
    }
}

impl From<TaskSetLabel> for TargetLabel {
    fn from(label: TaskSetLabel) -> Self {
        match label {
            TaskSetLabel::Blue => Self::Blue,
            TaskSetLabel::Green => Self::Green,
        }
    }
}

impl From<TargetLabel> for TaskSetLabel {
    fn from(label: TargetLabel) -> Self {
        match label {
            TargetLabel::Blue => Self::Blue,
            TargetLabel::Green => Self::Green,
        }
    }
}

string_enum! {
    /// What a task set is to its service.
    pub enum TaskSetStatus {
        /// Serves production.
        Primary = "PRIMARY",
        /// There, but not the one that serves production.
        Active = "ACTIVE",
        /// On its way out.
        Draining = "DRAINING",
    }
}
