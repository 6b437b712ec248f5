//! Inputs and outputs of operations, member by member as the service's model has them.
//!
//! Every member of an input is optional here: what is required is said by the operation, with the error that the
//! model has for it. Members of outputs that are not there are left out, never null.

pub(crate) mod alarm;
pub(crate) mod application;
pub(crate) mod auto_rollback;
pub(crate) mod blue_green;
pub(crate) mod deployment;
pub(crate) mod deployment_config;
pub(crate) mod deployment_group;
pub(crate) mod hook_status;
pub(crate) mod load_balancer;
pub(crate) mod revision;
pub(crate) mod tag;
pub(crate) mod target;

use serde::Serialize;

/// What an operation answers that has nothing to say: no members.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Nothing {}
