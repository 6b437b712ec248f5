//! How a hook function is started and what it is told.

use std::path::PathBuf;
use std::time::Duration;

use crate::local::process::Command;

/// The longest that Lambda lets a function run.
pub(super) const MAX_TIMEOUT: Duration = Duration::from_secs(900);

/// Everything that [`LambdaProcess`](super::LambdaProcess)'s `with_..` methods set.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) function: String,
    pub(super) command: Vec<String>,
    pub(super) directory: Option<PathBuf>,
    pub(super) handler: String,
    /// `AWS_EXECUTION_ENV`; Lambda sets none for a runtime that comes with the function.
    pub(super) execution_env: Option<&'static str>,
    pub(super) env: Vec<(String, String)>,
    pub(super) codedeploy_url: Option<String>,
    pub(super) lambda_url: Option<String>,
    pub(super) region: String,
    pub(super) account: String,
    pub(super) memory_mb: u32,
    pub(super) timeout: Duration,
    pub(super) init_timeout: Duration,
    pub(super) retries: u32,
    pub(super) concurrency: u32,
}

impl Settings {
    pub(super) fn new(function: String, command: Vec<String>) -> Self {
        Self {
            function,
            command,
            directory: None,
            handler: "bootstrap".to_owned(),
            execution_env: None,
            env: Vec::new(),
            codedeploy_url: None,
            lambda_url: None,
            region: "us-east-1".to_owned(),
            account: "123456789012".to_owned(),
            memory_mb: 128,
            timeout: Duration::from_secs(60),
            init_timeout: Duration::from_secs(60),
            retries: 2,
            concurrency: 1,
        }
    }

    /// The function's ARN, as `Lambda-Runtime-Invoked-Function-Arn` has it.
    pub(super) fn arn(&self) -> String {
        format!("arn:aws:lambda:{}:{}:function:{}", self.region, self.account, self.function)
    }

    /// What to start, with these variables and no other.
    pub(super) fn command(&self, env: Vec<(String, String)>) -> Command {
        Command { words: self.command.clone(), env, clean: true, cwd: self.directory.clone() }
    }
}
