//! What the host promises, one file per promise; one program, because each would link the whole engine.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod commands;
mod contents;
mod context;
mod doctor;
mod ecs;
mod end_to_end;
mod fault_table;
mod faults;
mod hand_over;
mod native;
mod network_attacks;
mod pending;
mod report;
mod shared_code;
mod suite;
mod support;
mod tls;
mod unusable;
mod watchdog;
