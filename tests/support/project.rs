//! Project files, each in a folder of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use toml::{Table, Value};

use crate::{ClaimedPort, Greenlight, programs};

/// The AppSpec of a new project: one hook, on `AfterAllowTestTraffic`.
const APPSPEC: &str = r#"version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: "arn:aws:ecs:us-east-1:111122223333:task-definition/demo:2"
        LoadBalancerInfo:
          ContainerName: "demo"
          ContainerPort: 8080
Hooks:
  - AfterAllowTestTraffic: "CodeDeployHook_smoke"
"#;

/// A project: `greenlight.toml` and `appspec.yaml` in a folder that goes with it, and two ports that no other test
/// has.
///
/// A new one is the good demo under the virtual clock: version 1 of the demo service, then version 2, ten percent
/// more each minute, the smoke test in between, two minutes until blue is terminated, rollback on failure and stop.
#[derive(Debug)]
pub struct Project {
    folder: TempDir,
    file: Table,
    production: ClaimedPort,
    test: ClaimedPort,
}

impl Project {
    /// The good demo.
    ///
    /// # Panics
    ///
    /// When a program is not built or the folder cannot be written.
    #[must_use]
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("greenlight-test-").tempdir().unwrap();
        let (production, test) = (ClaimedPort::new(), ClaimedPort::new());
        let project = Self { folder, file: Table::new(), production, test }
            .appspec(APPSPEC)
            .set("application", "demo")
            .set("deployment-group", "demo-web")
            .set("appspec", "appspec.yaml")
            .set("clock", "virtual")
            .set("service.health-path", "/health")
            .set("service.start-grace", "30s")
            .set("service.stop-grace", "5s")
            .set("service.blue.command", service("1", &[]))
            .set("service.green.command", service("2", &[]))
            .set("deployment.config", "CodeDeployDefault.ECSLinear10PercentEvery1Minutes")
            .set("deployment.termination-wait", "2m")
            .set("rollback.events", vec!["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST"])
            .hook("CodeDeployHook_smoke", &programs::rust_smoke())
            .set("hooks.CodeDeployHook_smoke.grants.http", vec!["{test}"])
            .set("hooks.CodeDeployHook_smoke.config.expected_version", "2")
            // How fast the service answers says more about the machine than about the command under test.
            .set("hooks.CodeDeployHook_smoke.config.max_latency", "5s")
            .set("hooks.CodeDeployHook_smoke.config.timeout", "10s");
        let (production, test) = (project.production().to_string(), project.test().to_string());
        project.set("listeners.production", production).set("listeners.test", test)
    }

    /// The demo with a new release of the demo service that gets these options, such as `--broken status`.
    ///
    /// # Panics
    ///
    /// As [`new`](Self::new).
    #[must_use]
    pub fn with_green(options: &[&str]) -> Self {
        Self::new().set("service.green.command", service("2", options))
    }

    /// The demo with the plugin that misbehaves in this way as its validation test.
    ///
    /// # Panics
    ///
    /// As [`new`](Self::new).
    #[must_use]
    pub fn with_fault(behaviour: &str) -> Self {
        Self::new()
            .without("hooks.CodeDeployHook_smoke")
            .hook("CodeDeployHook_smoke", &programs::guest_faults())
            .set("hooks.CodeDeployHook_smoke.config.behaviour", behaviour)
    }

    /// One of the demo's own project files, with paths that hold from everywhere and ports of its own.
    ///
    /// # Panics
    ///
    /// When there is no such file, a program is not built or the folder cannot be written.
    #[must_use]
    pub fn of_demo(file: &str) -> Self {
        let demo = programs::root().join("guest-examples/demo");
        let absolute = |path: &Value| demo.join(path.as_str().unwrap_or_default()).display().to_string();
        let text = std::fs::read_to_string(demo.join(file)).unwrap();
        let mut own: Table = toml::from_str(&text).unwrap();
        own["appspec"] = absolute(&own["appspec"]).into();
        for task_set in ["blue", "green"] {
            let program = &mut own["service"][task_set]["command"][0];
            *program = absolute(program).into();
        }
        let plugin = &mut own["hooks"]["CodeDeployHook_smoke"]["plugin"];
        *plugin = absolute(plugin).into();
        let mut project = Self::new();
        own["listeners"] = project.file["listeners"].clone();
        project.file = own;
        project.write();
        project
    }

    /// Sets the value at a dotted path.
    ///
    /// # Panics
    ///
    /// When the path leads through something that is no table.
    #[must_use]
    pub fn set(mut self, path: &str, value: impl Into<Value>) -> Self {
        let (table, key) = place(&mut self.file, path);
        table.insert(key.to_owned(), value.into());
        self.write();
        self
    }

    /// Takes out what is at a dotted path.
    ///
    /// # Panics
    ///
    /// When nothing is there.
    #[must_use]
    pub fn without(mut self, path: &str) -> Self {
        let (table, key) = place(&mut self.file, path);
        assert!(table.remove(key).is_some(), "there is no `{path}` to take out");
        self.write();
        self
    }

    /// Binds a function name to a plugin.
    #[must_use]
    pub fn hook(self, function: &str, plugin: &Path) -> Self {
        self.set(&format!("hooks.{function}.plugin"), plugin.display().to_string())
    }

    /// Sets the text of the AppSpec.
    ///
    /// # Panics
    ///
    /// When it cannot be written.
    #[must_use]
    pub fn appspec(self, text: &str) -> Self {
        std::fs::write(self.folder().join("appspec.yaml"), text).unwrap();
        self
    }

    /// Sets the hooks of the AppSpec, as `(event, function)`.
    #[must_use]
    pub fn appspec_hooks(self, hooks: &[(&str, &str)]) -> Self {
        let head = APPSPEC.split_once("Hooks:").map_or(APPSPEC, |(head, _)| head);
        let hooks: String =
            hooks.iter().map(|(event, function)| format!("  - {event}: {function}\n")).collect();
        self.appspec(&format!("{head}Hooks:\n{hooks}"))
    }

    /// The folder that it is in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The project file.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.folder().join("greenlight.toml")
    }

    /// Where the production listener listens.
    #[must_use]
    pub fn production(&self) -> SocketAddr {
        self.production.address()
    }

    /// Where the test listener listens.
    #[must_use]
    pub fn test(&self) -> SocketAddr {
        self.test.address()
    }

    /// `greenlight rehearse` on it. Every process that it leaves behind is found by the mark of this project.
    pub fn rehearse(&self) -> Greenlight {
        Greenlight::marked(self.mark()).arg("rehearse").arg(self.folder())
    }

    /// What marks the processes of this project; see [`processes::marked`](crate::processes::marked).
    #[must_use]
    pub fn mark(&self) -> String {
        self.folder().display().to_string()
    }

    fn write(&self) {
        std::fs::write(self.file(), toml::to_string(&self.file).unwrap()).unwrap();
    }
}

impl Default for Project {
    fn default() -> Self {
        Self::new()
    }
}

/// The command line of the demo service.
#[must_use]
pub(crate) fn service(version: &str, options: &[&str]) -> Vec<String> {
    let program = programs::demo_service().display().to_string();
    [&program, "--version-label", version].iter().chain(options).map(ToString::to_string).collect()
}

/// The table that holds the last part of a dotted path. Tables on the way are made.
fn place<'t, 'p>(file: &'t mut Table, path: &'p str) -> (&'t mut Table, &'p str) {
    let (way, key) = path.rsplit_once('.').unwrap_or(("", path));
    let mut table = file;
    for name in way.split('.').filter(|name| !name.is_empty()) {
        let next = table.entry(name).or_insert_with(|| Value::Table(Table::new()));
        table = next.as_table_mut().unwrap_or_else(|| panic!("`{name}` in `{path}` is no table"));
    }
    (table, key)
}
