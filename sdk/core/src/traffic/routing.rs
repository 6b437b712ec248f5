//! How one deployment moves traffic, step by step.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Percent;
use crate::string_enum::string_enum;

const MINUTE: Duration = Duration::from_secs(60);
/// The longest span that the service takes, in minutes (service limits: canary and linear deployments).
const MAX_SPAN_MINUTES: u64 = 2880;

/// How production traffic is shifted (`trafficRoutingConfig`).
///
/// Canaries and linear shifts are made by [`canary`](Self::canary) and [`linear`](Self::linear), or read; either
/// way they are within the service's limits.
///
/// ```
/// use greenlight_core::TrafficRouting;
///
/// let read = serde_json::from_str(r#"{"linear":{"percentage":10,"interval":{"secs":60,"nanos":0}}}"#);
/// assert_eq!(read.ok(), TrafficRouting::linear(10, 1).ok());
/// let nothing = r#"{"linear":{"percentage":0,"interval":{"secs":60,"nanos":0}}}"#;
/// assert!(serde_json::from_str::<TrafficRouting>(nothing).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", try_from = "Written")]
pub enum TrafficRouting {
    /// All at once.
    AllAtOnce,
    /// A first share, and after one interval the rest (`TimeBasedCanary`).
    #[non_exhaustive]
    Canary {
        /// The first share, 1 to 99 percent.
        percentage: Percent,
        /// Time from the first share to the rest, in whole minutes.
        interval: Duration,
    },
    /// Equal shares at equal intervals (`TimeBasedLinear`).
    #[non_exhaustive]
    Linear {
        /// Each share, 1 to 99 percent; the last is what is left.
        percentage: Percent,
        /// Time from one share to the next, in whole minutes.
        interval: Duration,
    },
}

string_enum! {
    /// The kinds of [`TrafficRouting`], as the service names them (`trafficRoutingConfig.type`).
    #[non_exhaustive]
    pub enum TrafficRoutingType {
        /// A first share, and after one interval the rest.
        TimeBasedCanary = "TimeBasedCanary",
        /// Equal shares at equal intervals.
        TimeBasedLinear = "TimeBasedLinear",
        /// All at once.
        AllAtOnce = "AllAtOnce",
    }
}

/// Why a canary or linear configuration is not one that the service takes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRouting {
    /// The share is out of range.
    #[error(
        "a step of {given} percent is out of range: use 1 to 99, or an all-at-once configuration for 100"
    )]
    Percentage {
        /// The share.
        given: u64,
    },
    /// The interval is out of range.
    #[error("an interval of {given} minutes is out of range: use 1 to {MAX_SPAN_MINUTES}")]
    Interval {
        /// The interval in minutes.
        given: u64,
    },
    /// The interval has a part of a minute. Only what is read can have one.
    #[error("an interval of {given:?} is not in whole minutes, as the service takes them: round it")]
    PartOfMinute {
        /// The interval.
        given: Duration,
    },
    /// All intervals together take too long.
    #[error(
        "the shift would take {given} minutes, and the service allows {MAX_SPAN_MINUTES}: \
         use larger steps or a shorter interval"
    )]
    Span {
        /// The whole span in minutes.
        given: u64,
    },
}

impl TrafficRouting {
    /// A canary: `percentage` at first, the rest after `minutes`.
    ///
    /// # Errors
    ///
    /// When the share is not 1 to 99 percent, or the interval not 1 to 2880 minutes.
    pub fn canary(percentage: u64, minutes: u64) -> Result<Self, InvalidRouting> {
        let (percentage, interval) = check(percentage, minutes)?;
        Ok(Self::Canary { percentage, interval })
    }

    /// Linear: `percentage` more every `minutes`.
    ///
    /// # Errors
    ///
    /// When the share is not 1 to 99 percent, or the whole shift takes more than 2880 minutes.
    pub fn linear(percentage: u64, minutes: u64) -> Result<Self, InvalidRouting> {
        let (percentage, interval) = check(percentage, minutes)?;
        let routing = Self::Linear { percentage, interval };
        let span = routing.span().as_secs() / 60;
        if span > MAX_SPAN_MINUTES { Err(InvalidRouting::Span { given: span }) } else { Ok(routing) }
    }

    /// Which kind it is, as the service names it.
    #[must_use]
    pub const fn kind(self) -> TrafficRoutingType {
        match self {
            Self::AllAtOnce => TrafficRoutingType::AllAtOnce,
            Self::Canary { .. } => TrafficRoutingType::TimeBasedCanary,
            Self::Linear { .. } => TrafficRoutingType::TimeBasedLinear,
        }
    }

    /// The share that the replacement has after step `step`, counted from 0.
    #[must_use]
    pub fn share_after(self, step: u32) -> Percent {
        match self {
            Self::AllAtOnce => Percent::ALL,
            Self::Canary { percentage, .. } if step == 0 => percentage,
            Self::Canary { .. } => Percent::ALL,
            Self::Linear { percentage, .. } => {
                let share = u64::from(percentage.get()).saturating_mul(u64::from(step) + 1).min(100);
                Percent::ZERO.saturating_add(u8::try_from(share).unwrap_or(100))
            }
        }
    }

    /// The time from the begin of the shift to step `step`.
    #[must_use]
    pub fn delay_of(self, step: u32) -> Duration {
        match self {
            Self::AllAtOnce => Duration::ZERO,
            Self::Canary { interval, .. } | Self::Linear { interval, .. } => interval.saturating_mul(step),
        }
    }

    /// The number of steps to all traffic.
    #[must_use]
    pub fn steps(self) -> u32 {
        match self {
            Self::AllAtOnce => 1,
            Self::Canary { .. } => 2,
            Self::Linear { percentage, .. } => 100_u32.div_ceil(u32::from(percentage.get()).max(1)),
        }
    }

    /// The time from the first step to the last.
    ///
    /// ```
    /// use std::time::Duration;
    /// use greenlight_core::TrafficRouting;
    ///
    /// assert_eq!(TrafficRouting::linear(10, 3)?.span(), Duration::from_secs(27 * 60));
    /// # Ok::<(), greenlight_core::traffic::InvalidRouting>(())
    /// ```
    #[must_use]
    pub fn span(self) -> Duration {
        self.delay_of(self.steps().saturating_sub(1))
    }
}

/// What stands in a file, before anybody looked whether the service takes it.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, rename = "TrafficRouting")]
enum Written {
    AllAtOnce,
    Canary { percentage: u64, interval: Duration },
    Linear { percentage: u64, interval: Duration },
}

impl TryFrom<Written> for TrafficRouting {
    type Error = InvalidRouting;

    fn try_from(written: Written) -> Result<Self, InvalidRouting> {
        match written {
            Written::AllAtOnce => Ok(Self::AllAtOnce),
            Written::Canary { percentage, interval } => Self::canary(percentage, whole_minutes(interval)?),
            Written::Linear { percentage, interval } => Self::linear(percentage, whole_minutes(interval)?),
        }
    }
}

fn whole_minutes(given: Duration) -> Result<u64, InvalidRouting> {
    if given.subsec_nanos() == 0 && given.as_secs().is_multiple_of(60) {
        Ok(given.as_secs() / 60)
    } else {
        Err(InvalidRouting::PartOfMinute { given })
    }
}

fn check(percentage: u64, minutes: u64) -> Result<(Percent, Duration), InvalidRouting> {
    let share = u8::try_from(percentage)
        .ok()
        .filter(|share| (1..=99).contains(share))
        .and_then(|share| Percent::new(share).ok())
        .ok_or(InvalidRouting::Percentage { given: percentage })?;
    let minutes_in_range = u32::try_from(minutes).ok().filter(|m| (1..=2880).contains(m));
    let minutes = minutes_in_range.ok_or(InvalidRouting::Interval { given: minutes })?;
    Ok((share, MINUTE.saturating_mul(minutes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(routing: TrafficRouting) -> Vec<u8> {
        (0..routing.steps()).map(|step| routing.share_after(step).get()).collect()
    }

    #[test]
    fn a_linear_shift_ends_with_what_is_left() {
        assert_eq!(shares(TrafficRouting::linear(10, 1).unwrap()), [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
        assert_eq!(shares(TrafficRouting::linear(40, 1).unwrap()), [40, 80, 100]);
        assert_eq!(shares(TrafficRouting::linear(99, 1).unwrap()), [99, 100]);
    }

    #[test]
    fn a_canary_has_two_steps_and_all_at_once_has_one() {
        assert_eq!(shares(TrafficRouting::canary(5, 15).unwrap()), [5, 100]);
        assert_eq!(shares(TrafficRouting::AllAtOnce), [100]);
    }

    #[test]
    fn the_services_limits_are_kept() {
        assert_eq!(TrafficRouting::canary(0, 5), Err(InvalidRouting::Percentage { given: 0 }));
        assert_eq!(TrafficRouting::canary(100, 5), Err(InvalidRouting::Percentage { given: 100 }));
        assert_eq!(TrafficRouting::canary(10, 0), Err(InvalidRouting::Interval { given: 0 }));
        assert_eq!(TrafficRouting::linear(1, 30), Err(InvalidRouting::Span { given: 2970 }));
    }
}
