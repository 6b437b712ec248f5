//! Calls of CodeDeploy's API: one request budget, and patience with weather.

mod backoff;
mod batch;
mod budget;
mod calls;
mod contact;
mod jitter;
mod patience;
mod trouble;

pub(super) use self::backoff::Backoff;
pub(super) use self::budget::Purse;
pub use self::budget::RequestBudget;
pub(super) use self::calls::Calls;
pub use self::contact::{Contact, ContactChanges, SilenceCause};
pub(super) use self::jitter::Jitter;
pub(super) use self::patience::Patience;
pub(super) use self::trouble::{Kind, Trouble};
