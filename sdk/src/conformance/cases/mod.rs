//! The cases, a file for each part of the trait.

mod control;
mod describe;
mod dropped;
mod events;
mod followers;
mod naming;
mod outcome;
mod plan;
mod report;
mod start;
mod unknown;
mod waits;

use std::time::Duration;

use super::Case;
use super::case::Section;
use super::failure::Trouble;

/// How many call at the same time, where one is to win.
const AT_ONCE: usize = 8;

/// Longer than any wait of a scenario, and than a hook may take.
const MORE_THAN_AN_HOUR: Duration = Duration::from_secs(61 * 60);

macro_rules! list {
    (; $($module:ident::$name:ident),* $(,)?) => {
        vec![$(self::$module::$name().named(stringify!($name))),*]
    };
}

/// All cases.
pub(super) fn all() -> Vec<Case> {
    crate::__with_conformance_cases!((list)())
}
