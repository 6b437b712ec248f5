//! Plugins that are plain WASI commands: what they are told on standard input, and what their exit status says.
//!
//! | exit status | verdict |
//! |---|---|
//! | 0 | pass |
//! | 75, `EX_TEMPFAIL` of BSD's sysexits | ask again: see `pending` |
//! | any other | fail, for the reason in the last line of standard error that is not empty |

mod answer;
mod event;

pub(crate) use self::{
    answer::{last_line_bytes, pending, reason},
    event::of as event,
};

/// The exit status by which a command asks to be called again.
pub(crate) const TRY_AGAIN: i32 = 75;
