//! Panics, with a message.

use greenlight_hook::{Failure, Hook, Verdict};

#[expect(clippy::panic, reason = "this is the fault")]
pub(crate) fn run(_hook: &Hook) -> Result<Verdict, Failure> {
    panic!("as it was told, with {} replicas", 2);
}
