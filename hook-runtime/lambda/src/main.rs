//! The `bootstrap` of a hook function.

use std::process::ExitCode;
use std::sync::Arc;

use greenlight_hook_runtime::ENGINE_MARK;
use greenlight_lambda_host::{Clock, Environment, HookService, Log, Stdout, start};

/// What Lambda's runtime cannot do without.
const NEEDED: [&str; 4] = [
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
];

/// Musl's own takes longer and touches more memory, which a start has no time for.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

type Error = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("--version") {
        // `greenlight hook pack` reads the mark in the file; this is what keeps it there.
        println!("greenlight-lambda-host {} {}", env!("CARGO_PKG_VERSION"), ENGINE_MARK.trim_end());
        return ExitCode::SUCCESS;
    }
    if let Some(missing) = NEEDED.iter().find(|name| std::env::var_os(name).is_none()) {
        eprintln!(
            "this program is the bootstrap of an AWS Lambda function, and {missing} is not set; `greenlight hook pack` puts \
             it into a bundle, `greenlight hook test` runs plugins here"
        );
        return ExitCode::from(2);
    }
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// One thread: a function has one event at a time, plugins give way at every tick, and a second one would cost memory
/// and time at the start. The watchdog has its own.
fn serve() -> Result<(), Error> {
    let executor = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    executor.block_on(async {
        let log = Log::new(Arc::new(Stdout), Clock::system()).with_libraries();
        let host = start(Environment::from_process(), log).await?;
        lambda_runtime::Runtime::new(HookService::new(host)).run().await
    })
}
