//! A share of traffic.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A share of traffic in whole percent, from 0 to 100.
///
/// ```
/// use greenlight_core::Percent;
///
/// let green = Percent::new(10)?;
/// assert_eq!(green.rest(), Percent::new(90)?);
/// assert_eq!(green.to_string(), "10%");
/// # Ok::<(), greenlight_core::traffic::InvalidPercent>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "u8", into = "u8")]
pub struct Percent(#[cfg_attr(feature = "schema", schemars(range(max = 100)))] u8);

/// A number that is no percentage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not a percentage: use a whole number from 0 to 100")]
pub struct InvalidPercent(pub u64);

impl Percent {
    /// No traffic.
    pub const ZERO: Self = Self(0);
    /// All traffic.
    pub const ALL: Self = Self(100);

    /// A share of `value` percent.
    ///
    /// # Errors
    ///
    /// When `value` is above 100.
    pub const fn new(value: u8) -> Result<Self, InvalidPercent> {
        if value <= 100 { Ok(Self(value)) } else { Err(InvalidPercent(value as u64)) }
    }

    /// The number, from 0 to 100.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// What is left to 100 percent.
    #[must_use]
    pub const fn rest(self) -> Self {
        Self(100_u8.saturating_sub(self.0))
    }

    /// This share and `by` percent more, at most all.
    #[must_use]
    pub const fn saturating_add(self, by: u8) -> Self {
        let sum = self.0.saturating_add(by);
        Self(if sum > 100 { 100 } else { sum })
    }
}

impl TryFrom<u8> for Percent {
    type Error = InvalidPercent;

    fn try_from(value: u8) -> Result<Self, InvalidPercent> {
        Self::new(value)
    }
}

impl From<Percent> for u8 {
    fn from(percent: Percent) -> Self {
        percent.0
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}%", self.0))
    }
}
