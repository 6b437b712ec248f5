//! The operations themselves, one file for each family.
//!
//! An operation is a function of the [context](super::context::Context) and its input. It checks
//! all of its input first, and changes nothing unless all of it holds.

pub(crate) mod application;
pub(crate) mod deployment;
pub(crate) mod deployment_config;
pub(crate) mod deployment_group;
pub(crate) mod hook_status;
pub(crate) mod revision;
pub(crate) mod tag;
pub(crate) mod target;
