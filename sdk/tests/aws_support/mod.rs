//! The pipeline at AWS against the endpoint, over HTTP with the real client.

#![allow(dead_code, reason = "each module uses a part of it")]

mod driven;
mod fake_logs;
mod proxy;

use std::time::Duration;

use greenlight::aws::{CodeDeploy, CodeDeployBuilder, Connection};
use greenlight::endpoint::{Endpoint, EndpointBuilder};
use greenlight::local::LocalClock;
use greenlight_core::{
    DeploymentEvent, DeploymentId, DeploymentPipeline, DeploymentPipelineExt as _, DeploymentRequest,
    EventKind, Outcome, Timestamp,
};
use serde_json::{Value, json};

pub(crate) use self::driven::Driven;
pub(crate) use self::fake_logs::{Failure, FakeLogs};
pub(crate) use self::proxy::{Proxy, Weather};
use crate::endpoint_deployment_support::{appspec, group, set_up, with};
use crate::endpoint_support::{Client, endpoint_with};
use crate::router_support::soon;

/// When time begins in these tests: the year 2018, so that nothing depends on today.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_543_431_360_000);

/// An endpoint with the application `shop` and its group `web`, and a pipeline that drives its time.
pub(crate) struct Shop {
    pub(crate) endpoint: Endpoint,
    pub(crate) client: Client,
    pub(crate) clock: LocalClock,
}

impl Shop {
    /// Time passes only while the pipeline waits. `group` are members of the deployment group.
    pub(crate) async fn new(group: Value) -> Self {
        Self::with(group, |builder| builder).await
    }

    pub(crate) async fn with(group: Value, set: impl FnOnce(EndpointBuilder) -> EndpointBuilder) -> Self {
        Self::at(LocalClock::manual_from(START), group, set).await
    }

    pub(crate) async fn at(
        clock: LocalClock,
        group: Value,
        set: impl FnOnce(EndpointBuilder) -> EndpointBuilder,
    ) -> Self {
        let endpoint = endpoint_with(|builder| set(builder.with_clock(clock.clone()))).await;
        let client = Client::new(&endpoint);
        set_up(&client, group).await;
        Self { endpoint, client, clock }
    }

    /// A pipeline that moves the time on when it waits. There must be one at most that waits.
    pub(crate) async fn driving(&self) -> CodeDeploy {
        self.driving_at(&self.endpoint.url()).await
    }

    /// The same, which asks at this URL.
    pub(crate) async fn driving_at(&self, url: &str) -> CodeDeploy {
        let driven = Driven::new(self.clock.clone(), self.client.clone());
        self.builder(url).await.with_clock(driven).build()
    }

    /// A pipeline in the endpoint's time that asks at this URL.
    pub(crate) async fn at_url(&self, url: &str) -> CodeDeploy {
        self.builder(url).await.with_clock(self.clock.clone()).build()
    }

    /// Makes one more group of the application, with a service of its own.
    pub(crate) async fn group(&self, name: &str, other: Value) {
        let own = json!({
            "deploymentGroupName": name,
            "ecsServices": [{ "clusterName": "main", "serviceName": name }],
        });
        self.client.done("CreateDeploymentGroup", with(with(group(), other), own)).await;
    }

    /// Without logs, which the endpoint does not serve.
    pub(crate) async fn builder(&self, url: &str) -> CodeDeployBuilder {
        CodeDeploy::builder(connection(url).await.config()).with_seed(1).without_logs()
    }
}

/// A connection to what listens at a URL.
pub(crate) async fn connection(url: &str) -> Connection {
    let builder = Connection::builder().with_endpoint_url(url).with_region("us-east-1");
    builder.with_attempt_timeout(Duration::from_secs(10)).connect().await.unwrap()
}

/// Revision `number` for the group `web` of the application `shop`.
pub(crate) fn request(number: u32, hooks: &[(&str, &str)]) -> DeploymentRequest {
    request_of("web", number, hooks)
}

/// The same for another group.
pub(crate) fn request_of(group: &str, number: u32, hooks: &[(&str, &str)]) -> DeploymentRequest {
    DeploymentRequest::new("shop", group, appspec(number, hooks))
}

pub(crate) async fn start(pipeline: &CodeDeploy, request: &DeploymentRequest) -> DeploymentId {
    let plan = pipeline.plan(request).await.unwrap();
    pipeline.start(plan).await.unwrap()
}

/// All events of a deployment and its rollback, and how it ended.
pub(crate) async fn follow(pipeline: &CodeDeploy, id: &DeploymentId) -> (Vec<DeploymentEvent>, Outcome) {
    let (mut events, mut watch) = (Vec::new(), pipeline.watch(id));
    while let Some(event) = soon("the next event of the deployment", watch.next()).await {
        events.push(event.unwrap());
    }
    let Some(EventKind::Finished(outcome)) = events.last().map(|event| event.kind.clone()) else {
        panic!("the last event is {:?}", events.last());
    };
    (events, outcome)
}

/// Whole seconds since the start.
pub(crate) fn second(time: Timestamp) -> u64 {
    time.since(START).as_secs()
}

/// Events as lines, with whole seconds since the start.
pub(crate) fn lines(events: &[DeploymentEvent]) -> Vec<String> {
    let line = |event: &DeploymentEvent| {
        let mut moved = event.clone();
        moved.time = Timestamp::from_millis(second(event.time) * 1000);
        if let EventKind::TerminationWait { until } | EventKind::Ready { until } = &mut moved.kind {
            *until = Timestamp::from_millis(second(*until) * 1000);
        }
        moved
    };
    crate::local_support::lines(&events.iter().map(line).collect::<Vec<_>>())
}
