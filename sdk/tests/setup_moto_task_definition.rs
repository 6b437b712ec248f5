//! The task definition.
