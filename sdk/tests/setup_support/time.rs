//! Pauses that are over at once.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_lambda::config::{AsyncSleep, Sleep};

/// Notes pauses of whole seconds, and makes them short; time-outs of connections stay.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pauses {
    seen: Arc<Mutex<Vec<Duration>>>,
}

impl Pauses {
    pub(crate) fn seconds(&self) -> Vec<u64> {
        self.seen.lock().unwrap().iter().map(Duration::as_secs).collect()
    }
}

impl AsyncSleep for Pauses {
    fn sleep(&self, duration: Duration) -> Sleep {
        if duration.subsec_nanos() != 0 {
            return Sleep::new(tokio::time::sleep(duration));
        }
        self.seen.lock().unwrap().push(duration);
        Sleep::new(tokio::time::sleep(duration / 10_000))
    }
}
