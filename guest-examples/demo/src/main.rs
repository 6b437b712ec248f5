//! A small HTTP service to rehearse deployments with.
//!
//! Blue and green are this one program with different versions. Green can be told to be broken in three ways that
//! its own health check does not show, so that only a validation test finds them, and to misbehave as a process.

mod answer;
mod life;
mod login;
mod options;
mod server;

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Parser as _;

use options::Options;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let options = Options::parse();
    let address = SocketAddr::new(options.host, options.port);
    match server::serve(address, options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!(
                "error: cannot listen on {address}: {error}; choose another port with `--port` or PORT"
            );
            ExitCode::FAILURE
        }
    }
}
