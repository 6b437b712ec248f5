//! Waiting for what AWS has not yet done, or not yet told all of its parts.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_lambda::config::{AsyncSleep, SharedAsyncSleep, Sleep};

use super::SetupError;

/// For how long a thing may stay unready. IAM takes ten seconds or so to tell Lambda of a role; functions in a VPC that had none
/// take up to a minute and a half.
const LONGEST: Duration = Duration::from_secs(180);

const FIRST_PAUSE: Duration = Duration::from_secs(1);

const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Waits by the clock of the SDK's configuration.
#[derive(Debug, Clone)]
pub(super) struct Patience {
    sleep: SharedAsyncSleep,
}

/// How a thing is that is waited for.
pub(super) enum State<T> {
    /// As it should be.
    Ready(T),
    /// Not yet, and how it is.
    NotYet(String),
}

impl Patience {
    pub(super) fn of(config: &SdkConfig) -> Self {
        Self { sleep: config.sleep_impl().unwrap_or_else(|| SharedAsyncSleep::new(TokioTime)) }
    }

    /// Looks at a thing, or tries something with it, until it is ready, with pauses that grow.
    pub(super) async fn until_ready<T, F>(
        &self,
        thing: String,
        mut look: impl FnMut() -> F,
    ) -> Result<T, SetupError>
    where
        F: Future<Output = Result<State<T>, SetupError>>,
    {
        let (mut waited, mut pause) = (Duration::ZERO, FIRST_PAUSE);
        loop {
            let state = match look().await? {
                State::Ready(ready) => return Ok(ready),
                State::NotYet(state) => state,
            };
            if waited >= LONGEST {
                return Err(SetupError::NotReady { thing, seconds: waited.as_secs(), state });
            }
            self.sleep.sleep(pause).await;
            waited += pause;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

#[derive(Debug)]
struct TokioTime;

impl AsyncSleep for TokioTime {
    fn sleep(&self, duration: Duration) -> Sleep {
        Sleep::new(tokio::time::sleep(duration))
    }
}
