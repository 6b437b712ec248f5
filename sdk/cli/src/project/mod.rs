//! The project file, `greenlight.toml`: what a rehearsal or an endpoint needs to know that the AppSpec does not say.
//!
//! [`file`] is its form, [`read`] finds and reads it, [`bind`] makes a local pipeline or an endpoint of it.

mod bind;
mod error;
mod file;
mod hooks;
mod read;
mod service_log;
mod services;
mod values;

pub(crate) use bind::{Bound, Overrides, bind, bind_endpoint};
pub(crate) use error::ProjectError;
pub(crate) use read::{AppSpecText, Project, read, relative_to};
