//! The form of the project file. Unknown keys are refused everywhere: a misspelt one would silently do nothing.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use greenlight_core::AutoRollbackEvent;
use greenlight_core::lifecycle::Behaviour;
use serde::Deserialize;
use serde::de::IgnoredAny;

use greenlight_hook_runtime::scalar::{Scalar, Size, Span};

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct File {
    /// The CodeDeploy application.
    #[serde(default = "default_name")]
    pub(super) application: String,
    /// The deployment group.
    #[serde(default = "default_name")]
    pub(super) deployment_group: String,
    /// The AppSpec, relative to this file. A rehearsal needs it, an endpoint is given AppSpecs by its clients.
    pub(super) appspec: Option<PathBuf>,
    /// `real`, `virtual`, or a factor such as `60x`.
    #[serde(default = "real_time")]
    pub(super) clock: String,
    /// The service of the deployment group.
    pub(super) service: Option<Service>,
    /// The listeners of that service.
    pub(super) listeners: Option<Listeners>,
    /// More services of an endpoint.
    #[serde(default)]
    pub(super) services: Vec<Service>,
    /// What only an endpoint has.
    #[serde(default)]
    pub(super) endpoint: Endpoint,
    /// Open points of the service's behaviour.
    #[serde(default)]
    pub(super) behaviour: Behaviour,
    #[serde(default)]
    pub(super) deployment: Deployment,
    #[serde(default)]
    pub(super) rollback: Rollback,
    /// Custom deployment configurations by name.
    #[serde(default)]
    pub(super) deployment_configs: BTreeMap<String, Shift>,
    /// Hook functions by the name that the AppSpec calls them.
    #[serde(default)]
    pub(super) hooks: BTreeMap<String, Hook>,
    /// For `greenlight hook build` alone, when a plugin's source lies beside the project.
    #[serde(rename = "build")]
    _build: Option<IgnoredAny>,
    /// For `greenlight setup` and `greenlight teardown` alone.
    #[serde(rename = "setup")]
    _setup: Option<IgnoredAny>,
}

/// The ECS service and its two task sets.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Service {
    #[serde(default = "default_name")]
    pub(super) cluster: String,
    #[serde(default = "default_name")]
    pub(super) name: String,
    /// Whether an endpoint only pretends that it has task sets.
    #[serde(default)]
    pub(super) simulated: bool,
    /// Where its router listens, unless the file's own `listeners` say so.
    pub(super) listeners: Option<Listeners>,
    /// The path that answers 2xx when a task set is healthy.
    #[serde(default = "root_path")]
    pub(super) health_path: String,
    /// How long a task set may take to become healthy.
    pub(super) start_grace: Option<Span>,
    /// How long a process may take to end after SIGTERM.
    pub(super) stop_grace: Option<Span>,
    /// How long requests may go on before a task set is stopped.
    pub(super) deregistration_delay: Option<Span>,
    /// What serves before the deployment.
    pub(super) blue: Option<TaskSet>,
    /// What the deployment brings.
    pub(super) green: Option<TaskSet>,
}

/// A task set: a command, or an address where something runs already.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct TaskSet {
    /// The program and its arguments; it listens on the port in its variable `PORT`.
    pub(super) command: Option<Vec<String>>,
    /// Variables added to its environment.
    #[serde(default)]
    pub(super) env: BTreeMap<String, Scalar>,
    /// The port to give to it; a free one otherwise.
    pub(super) port: Option<u16>,
    /// Where it runs already.
    pub(super) address: Option<SocketAddr>,
}

/// Where the router listens.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Listeners {
    pub(super) production: SocketAddr,
    /// Absent: the deployment has six events instead of eight.
    pub(super) test: Option<SocketAddr>,
}

/// The deployment group's settings.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Deployment {
    /// A built-in deployment configuration, or one of `deployment-configs`.
    pub(super) config: Option<String>,
    /// How long to wait to be continued before production traffic is shifted.
    pub(super) ready_wait: Option<Span>,
    /// What happens in that wait.
    #[serde(default)]
    pub(super) on_ready: OnReady,
    /// How long the original task set is kept after the shift.
    pub(super) termination_wait: Option<Span>,
    /// Whether the original task set is kept for good.
    #[serde(default)]
    pub(super) keep_blue: bool,
}

/// What a rehearsal does in the ready wait.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum OnReady {
    /// Goes on at once, as an operator would who is content.
    #[default]
    Continue,
    /// Waits, and is stopped when the wait runs out.
    Wait,
}

/// When to roll back.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Rollback {
    /// The service's names of the events. Empty: never.
    #[serde(default)]
    pub(super) events: Vec<AutoRollbackEvent>,
}

/// A custom deployment configuration.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", tag = "type")]
pub(super) enum Shift {
    /// A first share, and after the interval the rest.
    #[serde(rename_all = "kebab-case")]
    Canary { percentage: u64, interval_minutes: u64 },
    /// Equal shares at equal intervals.
    #[serde(rename_all = "kebab-case")]
    Linear { percentage: u64, interval_minutes: u64 },
}

/// What only an endpoint has.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Endpoint {
    /// After how long a simulated replacement is healthy.
    pub(super) install_time: Option<Span>,
    /// The region of its ARNs.
    pub(super) region: Option<String>,
    /// The account of its ARNs.
    pub(super) account: Option<String>,
    /// The folder that stands for S3: `BUCKET/KEY` below it.
    pub(super) s3_root: Option<PathBuf>,
}

/// A hook function: a plugin, a Lambda runtime process, or one behind the Lambda Invoke API.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Hook {
    /// The WebAssembly component, relative to this file.
    pub(super) plugin: Option<PathBuf>,
    pub(super) grants: Option<Grants>,
    pub(super) limits: Option<Limits>,
    /// What the plugin reads from its configuration.
    #[serde(default)]
    pub(super) config: BTreeMap<String, Scalar>,
    /// Runs the function as Lambda does.
    pub(super) runtime: Option<Runtime>,
    /// The folder of the function's code, relative to this file.
    pub(super) code: Option<PathBuf>,
    /// File and export, or module and function, such as `index.handler`.
    pub(super) handler: Option<String>,
    /// The program of the runtime `provided`, and its arguments.
    pub(super) command: Option<Vec<String>>,
    /// Variables added to the function's environment.
    #[serde(default)]
    pub(super) env: BTreeMap<String, Scalar>,
    /// How long one call may take, in real time.
    pub(super) timeout: Option<Span>,
    /// How often a call that failed is made again.
    pub(super) retries: Option<u32>,
    /// How many calls may run at once.
    pub(super) concurrency: Option<u32>,
    /// The URL of a Lambda Invoke API that has the function.
    pub(super) invoke: Option<String>,
}

/// What runs a Lambda function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Runtime {
    /// `node`.
    Nodejs,
    /// `python3`.
    Python,
    /// A program that speaks the Lambda Runtime API.
    Provided,
}

/// What a plugin may reach. Nothing unless it is listed.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Grants {
    /// `{test}`, `{production}`, or a scheme, host and port such as `https://api.example.com`.
    #[serde(default)]
    pub(super) http: Vec<String>,
}

/// What a plugin may use. What is absent has the runtime's default.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Limits {
    pub(super) wall_clock: Option<Span>,
    pub(super) cpu: Option<Span>,
    pub(super) memory: Option<Size>,
    pub(super) log_bytes: Option<Size>,
    pub(super) response_bytes: Option<Size>,
    pub(super) requests: Option<u32>,
}

fn default_name() -> String {
    "default".to_owned()
}

fn root_path() -> String {
    "/".to_owned()
}

fn real_time() -> String {
    "real".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANUAL: &str = include_str!("../../README.md");

    fn example() -> &'static str {
        MANUAL.split("```toml\n").nth(1).unwrap().split("```").next().unwrap()
    }

    #[test]
    fn how_a_plugin_is_built_is_no_matter_of_the_project() {
        let file: File = toml::from_str("application = 'shop'\n[build]\nlanguage = 'go'\n").unwrap();
        assert_eq!(file.application, "shop");
    }

    #[test]
    fn the_manuals_example_is_a_project_file() {
        let file: File = toml::from_str(example()).unwrap();
        assert_eq!(file.deployment.on_ready, OnReady::Continue);
        assert_eq!(file.hooks["CodeDeployHook_smoke"].config["requests"], Scalar("20".to_owned()));
    }

    #[test]
    fn the_manuals_example_of_an_endpoint_is_a_project_file() {
        let text = MANUAL.split("```toml\n").nth(2).unwrap().split("```").next().unwrap();
        let file: File = toml::from_str(text).unwrap();
        assert!(file.service.unwrap().simulated && !file.services[0].simulated);
        assert_eq!(file.hooks["CodeDeployHook_node"].runtime, Some(Runtime::Nodejs));
        assert_eq!(file.hooks["CodeDeployHook_elsewhere"].invoke.as_deref(), Some("http://127.0.0.1:3001"));
    }

    #[test]
    fn every_key_is_in_the_manual() {
        let source = include_str!("file.rs").split("#[cfg(test)]").next().unwrap();
        let field = |line: &str| {
            let name = line.trim().strip_prefix("pub(super) ")?.split(": ").next()?;
            name.chars().all(|c| c.is_ascii_lowercase() || c == '_').then(|| name.replace('_', "-"))
        };
        let keys: Vec<String> = source.lines().filter_map(field).collect();
        assert!(keys.len() > 25, "the source was not understood: {keys:?}");
        for key in keys {
            assert!(MANUAL.contains(&key), "the manual does not mention {key}");
        }
    }

    #[test]
    fn a_key_that_does_not_exist_is_refused_with_its_place() {
        let text = example().replace("start-grace", "start-grase");
        let error = toml::from_str::<File>(&text).unwrap_err().to_string();
        assert!(error.contains("unknown field `start-grase`"), "{error}");
        assert!(error.contains("line 10"), "{error}");
    }
}
