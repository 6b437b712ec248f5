//! Lines for the hook's log.
//!
//! The macros at the root of the crate format: [`trace!`](crate::trace), [`debug!`](crate::debug),
//! [`info!`](crate::info), [`warn!`](crate::warn), [`error!`](crate::error).

use std::fmt;

use crate::host;

/// How much a log line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Every step.
    Trace,
    /// What helps to find a fault in the plugin.
    Debug,
    /// What a reader of the deployment wants to know.
    Info,
    /// Worth a look.
    Warn,
    /// Something failed.
    Error,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        })
    }
}

/// Writes one line to the hook's log.
///
/// ```
/// use greenlight_hook::log::{self, Level};
///
/// fn validate(_hook: &greenlight_hook::Hook) {
///     log::write(Level::Info, "asking the new release");
///     greenlight_hook::info!("asking {} times", 40);
/// }
/// ```
pub fn write(level: Level, text: impl fmt::Display) {
    host::with(|host| host.log(level, &text.to_string()));
}

macro_rules! level_macro {
    ($dollar:tt $name:ident $level:ident $what:literal) => {
        #[doc = $what]
        ///
        /// The text is written as for [`format!`]; an example is at [`log::write`](crate::log::write).
        #[macro_export]
        macro_rules! $name {
            ($dollar($dollar text:tt)+) => {
                $crate::log::write($crate::log::Level::$level, ::core::format_args!($dollar($dollar text)+))
            };
        }
    };
}

level_macro!($ trace Trace "Logs a step of the plugin.");
level_macro!($ debug Debug "Logs what helps to find a fault in the plugin.");
level_macro!($ info Info "Logs what a reader of the deployment wants to know.");
level_macro!($ warn Warn "Logs something worth a look.");
level_macro!($ error Error "Logs something that failed.");

#[cfg(test)]
mod tests {
    use super::Level;
    use crate::testing::Rehearsal;

    #[test]
    fn lines_arrive_in_order_with_their_levels() {
        let recorded = Rehearsal::new().run(|_: &crate::Hook| {
            info!("asking {} times", 3);
            error!("gave up");
        });
        assert_eq!(
            recorded.logs,
            [(Level::Info, "asking 3 times".to_owned()), (Level::Error, "gave up".to_owned())]
        );
    }
}
