//! The end of what a function printed, for whoever called it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::local::HookProgress;

/// As much as Lambda gives, in bytes.
const MAX_BYTES: usize = 4096;

/// The last lines of one call.
#[derive(Clone, Debug, Default)]
pub(super) struct Tail(Arc<Mutex<VecDeque<u8>>>);

impl Tail {
    /// Takes what the function tells.
    pub(super) fn progress(&self) -> Arc<dyn Fn(HookProgress) + Send + Sync> {
        let tail = self.clone();
        Arc::new(move |told| {
            if let HookProgress::Log { text, .. } = told {
                tail.line(&text);
            }
        })
    }

    /// As the header has it.
    pub(super) fn base64(&self) -> String {
        STANDARD.encode(self.0.lock().unwrap_or_else(PoisonError::into_inner).make_contiguous())
    }

    fn line(&self, text: &str) {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        bytes.extend(text.as_bytes());
        bytes.push_back(b'\n');
        let over = bytes.len().saturating_sub(MAX_BYTES);
        bytes.drain(..over);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_is_kept() {
        let tail = Tail::default();
        tail.line(&"a".repeat(5000));
        tail.line("the end");
        let kept = STANDARD.decode(tail.base64()).unwrap();
        assert_eq!(kept.len(), MAX_BYTES);
        assert!(kept.ends_with(b"a\nthe end\n"));
    }
}
