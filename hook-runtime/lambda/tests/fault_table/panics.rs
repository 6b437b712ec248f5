//! Faults of the host itself.
//!
//! The host has no way in for a test, so the function's process is this test's own program, which runs what `bootstrap` does
//! with a log that panics at a line.

use std::sync::Arc;

use greenlight_lambda_host::{Clock, Environment, HookService, Log, LogSink as _, Stdout, start};

use super::row::{Ends, Row};
use crate::support::bundle::bundle;
use crate::support::fake::PUT;
use crate::support::plugin;

/// What has to be in the line at which the log panics.
const PANIC_AT: &str = "PANIC_AT";

pub(super) fn rows() -> Vec<Row> {
    let row = |fault, at| {
        Row::new(fault, bundle(&plugin("smoke", "pass", "")), Ends::Failed)
            .command(function())
            .env(PANIC_AT, at)
    };
    vec![
        row("panic of the host beside its plugins", "\"kind\":\"run\""),
        row("panic of the host in the middle of its report", "CodeDeploy did not take the report").trouble(
            Box::new(|call| {
                (call.operation == PUT && call.before == 0).then_some((500, "InternalFailure", ""))
            }),
        ),
    ]
}

/// The command of a process that is [`a_function_whose_log_panics`].
fn function() -> Vec<String> {
    let program = std::env::current_exe().unwrap().display().to_string();
    let name = concat!(module_path!(), "::a_function_whose_log_panics");
    let name = name.split_once("::").unwrap().1;
    [&program, name, "--exact", "--ignored", "--nocapture"].map(str::to_owned).into()
}

#[test]
#[ignore = "it is no test but the function's process of two rows"]
fn a_function_whose_log_panics() {
    let Ok(at) = std::env::var(PANIC_AT) else { return };
    // With one processor the name of the test stands at the beginning of the line.
    println!();
    let sink = move |line: &str| {
        Stdout.write_line(line);
        assert!(!line.contains(&at), "a bug of the host");
    };
    let executor = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    executor.block_on(async {
        let log = Log::new(Arc::new(sink), Clock::system());
        let host = start(Environment::from_process(), log).await.unwrap();
        lambda_runtime::Runtime::new(HookService::new(host)).run().await.unwrap();
    });
}
