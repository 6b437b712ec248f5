//! The command line.

use std::net::IpAddr;
use std::time::Duration;

use clap::{Parser, ValueEnum};

/// A small HTTP service: `/health`, `/version` and `/`.
#[derive(Debug, Clone, Parser)]
#[command(name = "demo-service", version)]
pub(crate) struct Options {
    /// The port to listen on; 0 takes a free one, which is printed
    #[arg(long, env = "PORT")]
    pub(crate) port: u16,

    /// The address to listen on
    #[arg(long, default_value = "127.0.0.1")]
    pub(crate) host: IpAddr,

    /// The version that it says it is
    #[arg(long, default_value = "1")]
    pub(crate) version_label: String,

    /// How it is broken; the health check stays good
    #[arg(long)]
    pub(crate) broken: Option<Broken>,

    /// How late a slow service answers
    #[arg(long, default_value = "400ms", value_parser = humantime::parse_duration)]
    pub(crate) slow_by: Duration,

    /// Answer health checks with 503
    #[arg(long)]
    pub(crate) never_healthy: bool,

    /// Go on after SIGTERM
    #[arg(long)]
    pub(crate) ignore_sigterm: bool,

    /// Exit with status 1 after so many requests other than health checks, leaving the last one unanswered
    #[arg(long, value_name = "REQUESTS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) die_after_requests: Option<u64>,

    /// Exit with status 1 after so long
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub(crate) die_after: Option<Duration>,
}

/// A way to be broken that a health check does not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Broken {
    /// `/version` answers 500
    Status,
    /// Everything but the health check answers late
    Slow,
    /// `/version` answers JSON without a version
    Body,
    /// A login sets no cookie
    Login,
}
