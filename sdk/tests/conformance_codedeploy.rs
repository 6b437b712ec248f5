//! The pipeline at AWS keeps the promises of the trait: the public suite, through the AWS SDK and over HTTP, against the
//! endpoint.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use greenlight::aws::{CodeDeploy, RequestBudget};
use greenlight::conformance::{Scenario, Stage, Subject};
use greenlight::endpoint::Endpoint;
use greenlight::local::LocalClock;
use greenlight_core::error::Source;
use greenlight_core::lifecycle::{Behaviour, FailedEventDiagnostics};
use greenlight_core::{DeploymentPipeline, DeploymentRequest, HookExecution};
use http::Request;
use serde_json::{Value, json};
use tokio::sync::{Mutex, mpsc};

use crate::aws_support::connection;
use crate::conformance_local::{ALARM, FUNCTION, Judge};
use crate::endpoint_deployment_support::{appspec, deploy, group, set_up, until_status, waits, with};
use crate::endpoint_support::{Client, endpoint_with};

greenlight::conformance_tests!(CodeDeploySubject);

/// Fast enough that nobody waits for a question that the pipeline asks every few seconds; slow enough that an hour does
/// not pass while a busy machine answers one.
const TIMES_AS_FAST: u32 = 30;

/// More questions than for a real account: time is fast.
const BUDGET: RequestBudget = RequestBudget::per_minute(600).with_burst(50);

const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const TOKEN: &str = "IQoJb3JpZ2luX2VjEXAMPLETOKEN";

/// CodeDeploy, played by an endpoint for each case.
struct CodeDeploySubject;

struct CodeDeployStage {
    endpoint: Endpoint,
    client: Client,
    clock: LocalClock,
    pipeline: Arc<dyn DeploymentPipeline>,
    scenario: Scenario,
    calls: Mutex<mpsc::UnboundedReceiver<HookExecution>>,
}

#[async_trait]
impl Subject for CodeDeploySubject {
    async fn stage(&self, scenario: &Scenario) -> Result<Box<dyn Stage>, Source> {
        let clock = LocalClock::scaled(TIMES_AS_FAST);
        let (sender, calls) = mpsc::unbounded_channel();
        let endpoint = endpoint_with(|builder| {
            // The endpoint serves no logs: a hook's own reason comes by the diagnostics of its event.
            let mut behaviour = Behaviour::default();
            behaviour.failed_event_diagnostics = FailedEventDiagnostics::Reason;
            let builder = builder.with_clock(clock.clone()).with_behaviour(behaviour);
            match scenario.hook {
                Some(hook) => builder.with_hook(FUNCTION, Judge { conduct: hook.conduct, calls: sender }),
                None => builder,
            }
        })
        .await;
        let client = Client::new(&endpoint);
        prepare(&client, scenario).await;
        let pipeline = pipeline(&endpoint, &clock).await;
        let (scenario, calls) = (scenario.clone(), Mutex::new(calls));
        Ok(Box::new(CodeDeployStage { endpoint, client, clock, pipeline, scenario, calls }))
    }
}

/// Makes the group, deploys a first revision to it, and sets it as the scenario says.
async fn prepare(client: &Client, scenario: &Scenario) {
    let mut load_balancer = group()["loadBalancerInfo"].take();
    if !scenario.test_listener {
        load_balancer["targetGroupPairInfoList"][0].as_object_mut().unwrap().remove("testTrafficRoute");
    }
    set_up(client, json!({ "loadBalancerInfo": load_balancer })).await;
    let first = deploy(client, &appspec(0, &[])).await;
    until_status(client, &first, "Succeeded").await;
    let named = json!({ "applicationName": "shop", "currentDeploymentGroupName": "web" });
    client.done("UpdateDeploymentGroup", with(named, settings(scenario))).await;
}

fn settings(scenario: &Scenario) -> Value {
    let minutes = |wait: Option<Duration>| u32::try_from(wait.unwrap_or_default().as_secs() / 60).unwrap();
    let events: Vec<&str> = scenario.auto_rollback.events().map(|event| event.as_str()).collect();
    let alarms = if scenario.alarm { vec![json!({ "name": ALARM })] } else { Vec::new() };
    json!({
        "blueGreenDeploymentConfiguration":
            waits(minutes(scenario.ready_wait), minutes(scenario.termination_wait)),
        "autoRollbackConfiguration": { "enabled": !events.is_empty(), "events": events },
        "alarmConfiguration": { "enabled": scenario.alarm, "alarms": alarms },
    })
}

/// A pipeline as an application makes it, but for the time.
async fn pipeline(endpoint: &Endpoint, clock: &LocalClock) -> Arc<dyn DeploymentPipeline> {
    let credentials =
        Credentials::new("AKIAIOSFODNN7EXAMPLE", SECRET_KEY, Some(TOKEN.to_owned()), None, "test");
    let connection = connection(&endpoint.url()).await;
    let config = connection.config().clone().into_builder();
    let config = config.credentials_provider(SharedCredentialsProvider::new(credentials)).build();
    let builder = CodeDeploy::builder(&config).with_clock(clock.clone()).with_budget(BUDGET).without_logs();
    Arc::new(builder.build())
}

impl CodeDeployStage {
    /// A request below the endpoint's own path.
    async fn admin(&self, request: http::request::Builder, body: &Value) -> Result<(), Source> {
        let answer = self.client.exchange(request, body.to_string()).await;
        if answer.status == 200 { Ok(()) } else { Err(answer.json().to_string().into()) }
    }
}

#[async_trait]
impl Stage for CodeDeployStage {
    fn pipeline(&self) -> Arc<dyn DeploymentPipeline> {
        Arc::clone(&self.pipeline)
    }

    async fn reopen(&self) -> Result<Arc<dyn DeploymentPipeline>, Source> {
        Ok(pipeline(&self.endpoint, &self.clock).await)
    }

    fn request(&self, revision: u32) -> DeploymentRequest {
        let hooks: Vec<_> = self.scenario.hook.iter().map(|hook| (hook.event.as_str(), FUNCTION)).collect();
        DeploymentRequest::new("shop", "web", appspec(revision, &hooks))
    }

    async fn hook_called(&self) -> Result<HookExecution, Source> {
        self.calls.lock().await.recv().await.ok_or_else(|| "the hook function is gone".into())
    }

    async fn pass_time(&self, by: Duration) -> Result<(), Source> {
        let body = json!({ "advance": format!("{}s", by.as_secs()) });
        self.admin(Request::post("/greenlight/clock"), &body).await
    }

    async fn set_off_alarm(&self) -> Result<(), Source> {
        let alarm = format!("/greenlight/alarms/{ALARM}");
        self.admin(Request::put(alarm), &json!({ "active": true })).await
    }

    fn secrets(&self) -> Vec<String> {
        vec![SECRET_KEY.to_owned(), TOKEN.to_owned()]
    }

    async fn take_down(self: Box<Self>) -> Result<(), Source> {
        drop(self.pipeline);
        self.endpoint.shutdown().await;
        Ok(())
    }
}
