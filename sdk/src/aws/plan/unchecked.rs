//! Checks that could not be made: each a note, because a deployment may well succeed without them.

use greenlight_core::finding::{Finding, Place};

use crate::aws::api::Trouble;

/// A note that something was not checked. `permission` is that of the call which had no answer.
pub(super) fn unchecked(place: Place, what: &str, permission: &str, trouble: &Trouble) -> Finding {
    if trouble.is_denied() {
        let message = format!("{what} not checked, because {permission} is not permitted");
        return Finding::note("check-not-permitted", message)
            .with_place(place)
            .with_fix(format!("allow {permission} to whoever plans"));
    }
    Finding::note("check-not-made", format!("{what} not checked: {trouble}"))
        .with_place(place)
        .with_fix(format!("plan again when {permission} is answered, or look yourself"))
}
