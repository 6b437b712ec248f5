//! Executes an `unreachable` instruction, without a message.

use greenlight_hook::{Failure, Hook, Verdict};

pub(crate) fn run(_hook: &Hook) -> Result<Verdict, Failure> {
    #[cfg(target_family = "wasm")]
    core::arch::wasm32::unreachable();
    #[cfg(not(target_family = "wasm"))]
    std::process::abort();
}
