//! Why a validation function ended early.

use std::error::Error;
use std::fmt;

/// A reason to stop the deployment, made by `?` from any error.
///
/// Like the error types made for applications it is not itself a [`std::error::Error`]: otherwise `?` could not
/// turn every error into one. The reason holds the error's whole chain of causes.
///
/// ```
/// use greenlight_hook::{Failure, Hook, http};
///
/// fn validate(_hook: &Hook) -> Result<(), Failure> {
///     let response = http::get("http://orders.internal/health").send()?;
///     if response.text().contains("maintenance") {
///         return Err(Failure::new("the new release starts in maintenance mode"));
///     }
///     Ok(())
/// }
/// ```
pub struct Failure {
    reason: String,
}

impl Failure {
    /// A failure for this reason: one sentence for the person who reads the log.
    #[must_use]
    pub fn new(reason: impl fmt::Display) -> Self {
        Self { reason: reason.to_string() }
    }

    /// What was being done, put before the reason.
    ///
    /// ```
    /// # use greenlight_hook::Failure;
    /// let failure = Failure::new("connection refused").context("log in");
    /// assert_eq!(failure.to_string(), "log in: connection refused");
    /// ```
    #[must_use]
    pub fn context(self, what: impl fmt::Display) -> Self {
        Self { reason: format!("{what}: {}", self.reason) }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Failure").field(&self.reason).finish()
    }
}

impl<E: Error> From<E> for Failure {
    fn from(error: E) -> Self {
        let mut reason = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            let text = cause.to_string();
            // Many errors already quote their cause.
            if !reason.contains(&text) {
                reason.push_str(": ");
                reason.push_str(&text);
            }
            source = cause.source();
        }
        Self { reason }
    }
}

/// Gives an absent value or an error a reason.
///
/// ```
/// use greenlight_hook::{Failure, Hook, OrFail, deployment};
///
/// fn validate(_hook: &Hook) -> Result<(), Failure> {
///     let base = deployment::test_url().or_fail("this hook needs a test listener")?;
///     # let _ = base;
///     Ok(())
/// }
/// ```
pub trait OrFail<T> {
    /// The value, or a failure: for an option with `what` as its reason, for a result with `what` before the
    /// error's text.
    ///
    /// # Errors
    ///
    /// When there is no value.
    fn or_fail(self, what: impl fmt::Display) -> Result<T, Failure>;
}

impl<T> OrFail<T> for Option<T> {
    fn or_fail(self, what: impl fmt::Display) -> Result<T, Failure> {
        self.ok_or_else(|| Failure::new(what))
    }
}

impl<T, E: Into<Failure>> OrFail<T> for Result<T, E> {
    fn or_fail(self, what: impl fmt::Display) -> Result<T, Failure> {
        self.map_err(|error| error.into().context(what))
    }
}

/// Ends the validation function with a [`Failure`], its reason written as for [`format!`].
///
/// ```
/// use greenlight_hook::{Failure, Hook, deployment, fail};
///
/// fn validate(_hook: &Hook) -> Result<(), Failure> {
///     if deployment::attempt() > 10 {
///         fail!("still warming up after {} attempts", deployment::attempt());
///     }
///     Ok(())
/// }
/// ```
#[macro_export]
macro_rules! fail {
    ($($reason:tt)+) => {
        return ::core::result::Result::Err($crate::Failure::new(::core::format_args!($($reason)+)).into())
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Outer(std::num::ParseIntError);

    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("cannot read the number of replicas")
        }
    }

    impl Error for Outer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn the_reason_of_an_error_holds_its_causes() {
        let failure = Failure::from(Outer("x".parse::<u32>().unwrap_err()));
        assert_eq!(failure.to_string(), "cannot read the number of replicas: invalid digit found in string");
    }

    #[test]
    fn a_result_gets_a_context_and_an_option_a_reason() {
        let result = "x".parse::<u32>().or_fail("replicas");
        assert_eq!(result.unwrap_err().to_string(), "replicas: invalid digit found in string");
        assert_eq!(None::<u8>.or_fail("no replicas").unwrap_err().to_string(), "no replicas");
        assert_eq!(Some(1).or_fail("no replicas").unwrap(), 1);
    }

    #[test]
    fn fail_leaves_the_function_with_a_formatted_reason() {
        fn validate(n: u32) -> Result<(), Failure> {
            fail!("{n} of {} replicas", 3);
        }
        assert_eq!(validate(2).unwrap_err().to_string(), "2 of 3 replicas");
    }
}
