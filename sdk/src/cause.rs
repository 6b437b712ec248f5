//! The bottom of an error.

use std::error::Error;

/// What is at the bottom of an error: those above it in the AWS SDK say only that there is one, such as `dispatch failure`.
pub(crate) fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
