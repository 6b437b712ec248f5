//! Bad weather between a client and a service: throttling, lost connections and delays, in the same order each time.

use std::time::Duration;

/// What goes wrong, each by its share of the requests.
#[derive(Debug, Clone, Copy)]
pub struct Weather {
    /// Reads that are answered with the service's ThrottlingException, of a hundred.
    pub throttled: u64,
    /// Connections that are closed, of a hundred: one half before the request is passed on and one half before its answer is.
    pub dropped: u64,
    /// The longest delay of what is passed on.
    pub delay: Duration,
}

/// What becomes of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Throttled,
    /// The service never sees it.
    Lost,
    /// The service does what it says, and its answer is lost.
    AnswerLost,
    Delayed(Duration),
}

/// A [`Weather`] as it goes on.
#[derive(Debug)]
pub(crate) struct Forecast {
    weather: Weather,
    state: u64,
}

impl Forecast {
    pub(crate) const fn new(weather: Weather) -> Self {
        // From 2 on the shares are as promised from the beginning; from 42 on, the first forty requests come in runs of ten throttled
        // ones, which the budget makes a minute of.
        Self { weather, state: 2 }
    }

    /// What becomes of the next request.
    pub(crate) fn next(&mut self, is_read: bool) -> Fate {
        let Weather { throttled, dropped, delay } = self.weather;
        let (throttle, drop, share) = (self.percent(), self.percent(), self.percent());
        if is_read && throttle < throttled {
            Fate::Throttled
        } else if drop * 2 < dropped {
            Fate::Lost
        } else if drop < dropped {
            Fate::AnswerLost
        } else {
            Fate::Delayed(delay * u32::try_from(share).unwrap_or_default() / 100)
        }
    }

    /// A number below 100, as SplitMix64 makes it.
    fn percent(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % 100
    }
}
