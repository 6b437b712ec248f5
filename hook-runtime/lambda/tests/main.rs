//! What the host promises, one file per promise; one program, because each would link the whole engine.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod commands;
mod contents;
mod context;
mod end_to_end;
mod faults;
mod native;
mod pending;
mod report;
mod suite;
mod support;
mod unusable;
mod watchdog;
