//! The operations themselves, one file for each family.
//!
//! An operation is a function of the [context](super::context::Context) and its input. It checks its input in the
//! order in which the service's model lists the errors, and changes nothing unless all of it holds.

pub(crate) mod application;
