//! The project file, `greenlight.toml`: what a rehearsal needs to know that the AppSpec does not say.
//!
//! [`file`] is its form, [`read`] finds and reads it, [`bind`] makes a local pipeline of it.

mod bind;
mod error;
mod file;
mod read;
mod scalar;
mod service_log;
mod values;

pub(crate) use bind::{Bound, Overrides, bind};
pub(crate) use error::ProjectError;
pub(crate) use read::{Project, read};
