//! The hook function.
