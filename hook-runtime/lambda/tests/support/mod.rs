//! A host, and what a test sees of it.

pub(crate) mod bundle;
pub(crate) mod endpoint;
pub(crate) mod fake;
pub(crate) mod function;
pub(crate) mod lambda;
pub(crate) mod proxy;
pub(crate) mod seen;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use greenlight_hook_runtime::suite::Suite;
use greenlight_hook_runtime::{Runtime, RuntimeOptions};
use greenlight_lambda_host::{Aws, Clock, Environment, HookError, Host, Invocation, Log, Plugins};
use serde_json::{Value, json};

pub(crate) use self::fake::{Answer, Fake};

pub(crate) const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:CodeDeployHook_check";

/// A plugin of the tests, in a built workspace.
pub(crate) fn guest(name: &str) -> PathBuf {
    // The test's own program is in `<target>/<profile>/deps`.
    let program = std::env::current_exe().unwrap();
    let path = program.ancestors().nth(3).unwrap().join(format!("guests/{name}.wasm"));
    assert!(path.is_file(), "there is no {}: run `cargo xtask guests` first", path.display());
    path
}

/// One plugin table of a suite, in which `guest_faults` does `behaviour`; `more` are further keys.
pub(crate) fn plugin(name: &str, behaviour: &str, more: &str) -> String {
    format!(
        "[[plugins]]\nname = \"{name}\"\nplugin = \"{name}.wasm\"\n{more}\n[plugins.config]\nbehaviour = \"{behaviour}\"\n"
    )
}

/// A host in this process, with its log.
pub(crate) struct Hosted {
    pub(crate) host: Host,
    pub(crate) lines: Lines,
}

/// What was logged.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<Value>>>);

/// What a test may set.
pub(crate) struct Setup<'a> {
    pub(crate) suite: String,
    pub(crate) aws: &'a Fake,
    pub(crate) clock: Clock,
    pub(crate) variables: Vec<(&'static str, String)>,
    /// The plugin, if it is not `guest_faults`.
    pub(crate) wasm: Option<Vec<u8>>,
}

impl<'a> Setup<'a> {
    pub(crate) fn new(suite: impl Into<String>, aws: &'a Fake) -> Self {
        Self { suite: suite.into(), aws, clock: Clock::system(), variables: Vec::new(), wasm: None }
    }

    pub(crate) fn environment(&self) -> Environment {
        let mut variables = vec![
            ("AWS_ENDPOINT_URL", self.aws.url()),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "secret".to_owned()),
            ("AWS_LAMBDA_FUNCTION_NAME", "CodeDeployHook_check".to_owned()),
        ];
        variables.extend(self.variables.clone());
        Environment::from_variables(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
        })
    }

    /// A host whose log does something more with each line.
    pub(crate) fn with_sink(self, more: impl Fn(&str) + Send + Sync + 'static) -> Hosted {
        let environment = self.environment();
        self.made(environment, more)
    }

    /// A host in another environment than that of the variables.
    pub(crate) fn host_in(self, environment: Environment) -> Hosted {
        self.made(environment, |_| {})
    }

    fn made(self, environment: Environment, more: impl Fn(&str) + Send + Sync + 'static) -> Hosted {
        let lines = Lines::default();
        let seen = lines.clone();
        let sink = move |line: &str| {
            seen.0.lock().unwrap().push(serde_json::from_str(line).unwrap());
            more(line);
        };
        let log = Log::new(Arc::new(sink), self.clock.clone());
        let aws = Aws::new(&environment).unwrap();
        let bundle = match &self.wasm {
            Some(wasm) => bundle::bundle_of_plugin(&self.suite, wasm),
            None => bundle::bundle(&self.suite),
        };
        let runtime = Runtime::new(RuntimeOptions::default()).unwrap();
        let suite = Suite::read(bundle.path()).unwrap();
        let plugins = Plugins::load(suite, |plugin| {
            let packed = plugin.packed.as_ref().unwrap();
            runtime.map(bundle.path().join(&plugin.plugin), packed).map_err(|error| error.to_string())
        });
        assert!(plugins.is_ok(), "{plugins:?}");
        Hosted { host: Host::new(environment, aws, plugins, log), lines }
    }

    pub(crate) fn host(self) -> Hosted {
        self.with_sink(|_| {})
    }
}

impl Hosted {
    /// Handles an event within so much time.
    pub(crate) async fn handle(&self, event: Value, time: Duration) -> Result<Value, HookError> {
        let invocation = Invocation::new("request-1", SystemTime::now() + time, ARN);
        self.host.handle(event, &invocation).await
    }

    /// Handles an event of CodeDeploy within half a minute.
    pub(crate) async fn hook(&self) -> Result<Value, HookError> {
        self.handle(event(), Duration::from_secs(30)).await
    }
}

impl Lines {
    pub(crate) fn all(&self) -> Vec<Value> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn messages(&self) -> Vec<String> {
        self.all().iter().map(|line| line["message"].as_str().unwrap().to_owned()).collect()
    }

    /// The only line with this in its message.
    pub(crate) fn with(&self, part: &str) -> Value {
        let all = self.all();
        let found: Vec<_> =
            all.iter().filter(|line| line["message"].as_str().unwrap().contains(part)).collect();
        assert_eq!(found.len(), 1, "{part}: {:#?}", self.messages());
        found[0].clone()
    }

    /// The last line of the hook.
    pub(crate) fn verdict(&self) -> Value {
        let all = self.all();
        let verdicts: Vec<_> = all.iter().filter(|line| line["kind"] == "verdict").collect();
        assert_eq!(verdicts.len(), 1, "{:#?}", self.messages());
        verdicts[0].clone()
    }
}

/// The event of CodeDeploy.
pub(crate) fn event() -> Value {
    json!({ "DeploymentId": "d-1NNWZG91L", "LifecycleEventHookExecutionId": "execution-1" })
}
