//! For how long a service that does not answer is asked again.

use std::time::Duration;

/// For how long weather is waited out before it is told: throttling, lost connections, faults of the service, one after
/// the other without an answer in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::aws) struct Patience {
    /// Once the service has answered this program.
    pub(in crate::aws) known: Option<Duration>,
    /// As long as it never has: the address may be wrong.
    pub(in crate::aws) unknown: Duration,
}

const MINUTE: Duration = Duration::from_secs(60);

impl Patience {
    /// For one question that somebody waits for: with two requests of three throttled, one of a thousand such questions
    /// is not answered by then.
    pub(in crate::aws) const SHORT: Self = Self { known: Some(MINUTE.saturating_mul(5)), unknown: MINUTE };

    /// Where there are no credentials.
    pub(super) const NOT_SENT: Self = Self { known: Some(MINUTE), unknown: MINUTE };

    /// Whether `waited` is too long.
    pub(in crate::aws) fn is_over(self, waited: Duration, known: bool) -> bool {
        if known { self.known.is_some_and(|longest| waited >= longest) } else { waited >= self.unknown }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_that_never_answered_is_given_up_before_one_that_did() {
        let hour = Duration::from_secs(3600);
        let patience = Patience { known: None, unknown: MINUTE };
        assert!(!patience.is_over(hour * 1000, true) && patience.is_over(MINUTE, false));
        let patience = Patience { known: Some(hour), unknown: MINUTE };
        assert!(patience.is_over(hour, true) && !patience.is_over(hour - MINUTE, true));
    }
}
