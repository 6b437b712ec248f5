//! `greenlight plan`, `deploy`, `watch`, `continue`, `stop` and `logs`: deployments by AWS CodeDeploy.
//!
//! Exit status: 0 the new release serves, or what was asked for is done; 3 failed or stopped, and rolled back; 4 failed or
//! stopped and not rolled back, or left while it goes on; 2 bad input, or a plan with errors; 1 AWS could not be asked, or
//! a fault of Greenlight itself.

mod again;
pub(crate) mod connect;
pub(crate) mod deploy;
mod fault;
mod follow;
mod giveup;
mod goal;
pub(crate) mod logs;
mod patience;
pub(crate) mod plan;
mod position;
pub(crate) mod proceed;
mod request;
pub(crate) mod stop;
pub(crate) mod watch;

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::SystemTime;

use greenlight_core::Timestamp;

use crate::exit::Exit;
use crate::view::{self, Format, Output, View};
use fault::Fault;

/// Carries a command out, and says on standard error what keeps it from its end.
fn carry_out(command: impl Future<Output = Result<Exit, Fault>>) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return complain(&Fault::Own(Box::new(error))),
    };
    let ended = runtime.block_on(command);
    // Whatever still runs is a connection that nobody waits for any more.
    runtime.shutdown_background();
    match ended {
        Ok(exit) => exit.into(),
        Err(fault) => complain(&fault),
    }
}

/// A view on standard output, by the machine's own time.
fn open_view(format: Format) -> Box<dyn View> {
    view::open(format, Output::stdout(), Arc::new(|| Timestamp::from_system(SystemTime::now())))
}

fn close_view(view: &mut dyn View) -> Result<(), Fault> {
    written(view.close())
}

/// Whoever read our output may have gone, as `head` does: no fault of ours, and nobody to tell.
fn written(result: io::Result<()>) -> Result<(), Fault> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Fault::Own(Box::new(error))),
        _ => Ok(()),
    }
}

fn complain(fault: &Fault) -> ExitCode {
    // Standard error is all that is left to say it on.
    drop(writeln!(io::stderr(), "greenlight: {}", fault.text()));
    fault.exit().into()
}
