//! A mistake in the text, with its place.

use std::fmt::Display;

use toml::Spanned;

/// The byte at which something is wrong, and what.
#[derive(Debug)]
pub(super) struct Wrong(pub(super) usize, pub(super) String);

impl Wrong {
    /// A mistake in this value.
    pub(super) fn at<T>(value: &Spanned<T>, problem: impl Display) -> Self {
        Self(value.span().start, problem.to_string())
    }
}
