//! What is counted.

/// Something whose instructions are budgeted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// In the file of budgets.
    pub name: &'static str,
    /// What is done once, for people.
    pub what: &'static str,
    /// How often it is done while it is counted.
    pub runs: u32,
}
