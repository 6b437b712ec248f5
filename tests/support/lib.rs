//! What the end-to-end tests share: projects, running commands, events, load, services, processes, the endpoint and
//! its clients.
//!
//! The tests run the built programs as their users do: the `greenlight` command, the demo service and the plugins. They
//! build none of them: `cargo xtask demo` and `cargo build -p greenlight-cli` do, and a missing one is
//! refused with these words.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, and this library is part of tests only"
)]

mod aws;
mod clients;
pub mod codedeploy;
mod command;
mod emulator;
mod ended;
mod endpoint;
mod event;
mod fake;
mod front;
mod function;
pub mod http;
mod lingering;
mod load;
mod moto;
mod plugin_projects;
mod ports;
pub mod processes;
pub mod programs;
mod project;
mod redact;
mod running;
mod schema;
mod service;
mod wait;
mod weather;

pub use aws::{AwsTwin, redact_aws, without_aws};
pub use clients::{Call, Called, Client, client};
pub use command::Greenlight;
pub use emulator::Emulator;
pub use ended::Ended;
pub use endpoint::Endpoint;
pub use event::{Event, lifecycle, of_deployment, traffic};
pub use fake::{Asked, FakeService, silent_lambda};
pub use front::Front;
pub use function::function_folder;
pub use load::{Answer, Load, LoadReport};
pub use moto::Moto;
pub use plugin_projects::PluginProjects;
pub use ports::ClaimedPort;
pub use project::Project;
pub use redact::redact;
pub use running::Running;
pub use schema::check_by_schema;
pub use service::RecordingService;
pub use wait::{DEADLINE, eventually, within};
pub use weather::Weather;
