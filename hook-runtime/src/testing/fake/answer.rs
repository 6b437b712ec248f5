//! What the fake answers to one request.

use std::{fmt, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::InvalidRoute;

/// One answer, or one way of failing to answer.
///
/// ```
/// use std::time::Duration;
/// use greenlight_hook_runtime::testing::Answer;
///
/// let slow = Answer::new(200)?.with_body("ok").with_delay(Duration::from_millis(250));
/// assert_eq!(slow.status.as_u16(), 200);
/// # Ok::<_, greenlight_hook_runtime::testing::InvalidRoute>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers, besides those that HTTP itself needs.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// How long to wait before anything is sent. None by default.
    pub delay: Duration,
    /// How to send the body piece by piece, if so.
    pub drip: Option<Drip>,
    /// How the exchange breaks, if it does.
    pub breakage: Option<Breakage>,
    /// How many requests in a row it answers before the next answer's turn. 1 by default.
    pub times: u32,
}

/// A body that is sent piece by piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drip {
    /// Bytes of one piece.
    pub bytes: usize,
    /// The time from one piece to the next.
    pub every: Duration,
}

/// How an exchange breaks once the request is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Breakage {
    /// The connection is closed without a byte.
    Close,
    /// The connection is reset.
    Reset,
    /// Nothing comes, for as long as the client waits.
    Hang,
    /// The head and half of the body come, then the connection is closed.
    Truncate,
    /// What comes is no HTTP.
    Garbage,
}

impl Answer {
    /// An answer without a body.
    ///
    /// # Errors
    ///
    /// When the status is not one that ends an exchange: 200 to 599.
    pub fn new(status: u16) -> Result<Self, InvalidRoute> {
        let refused =
            || InvalidRoute::new(format!("{status} is no final HTTP status; write one from 200 to 599"));
        if !(200..600).contains(&status) {
            return Err(refused());
        }
        Ok(Self {
            status: StatusCode::from_u16(status).map_err(|_| refused())?,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            delay: Duration::ZERO,
            drip: None,
            breakage: None,
            times: 1,
        })
    }

    /// Sets the body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Sets the headers.
    #[must_use]
    pub fn with_headers(mut self, headers: HeaderMap) -> Self {
        self.headers = headers;
        self
    }

    /// Sets how long to wait before anything is sent.
    #[must_use]
    pub const fn with_delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Has the body sent piece by piece.
    #[must_use]
    pub const fn with_drip(mut self, drip: Drip) -> Self {
        self.drip = Some(drip);
        self
    }

    /// Has the exchange break.
    #[must_use]
    pub const fn with_breakage(mut self, breakage: Breakage) -> Self {
        self.breakage = Some(breakage);
        self
    }

    /// Sets how many requests in a row it answers; 0 counts as 1.
    #[must_use]
    pub const fn with_times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.breakage {
            Some(breakage) => breakage.fmt(f)?,
            None => write!(f, "{}", self.status.as_u16())?,
        }
        if self.delay.is_zero() { Ok(()) } else { write!(f, " after {}", crate::units::time(self.delay)) }
    }
}

impl fmt::Display for Breakage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Close => "close",
            Self::Reset => "reset",
            Self::Hang => "hang",
            Self::Truncate => "truncate",
            Self::Garbage => "garbage",
        })
    }
}
