//! Inputs and outputs of operations, member by member as the service's model has them.
//!
//! Every member of an input is optional here: what is required is said by the operation, with the error that the
//! model has for it. Members of outputs that are not there are left out, never null.

pub(crate) mod application;

use serde::{Deserialize, Serialize};

/// A tag. Members of tags begin with capitals, unlike all others.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct Tag {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<String>,
}

/// What an operation answers that has nothing to say: no members.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Nothing {}
