//! A deploy service in one page: deploys what it is told to, several at a time, and tells a sink of its own every event.
//! On standard input it takes a line for each deployment: application, deployment group, and the path of an AppSpec.
//!
//! ```sh
//! echo shop web appspec.yaml | cargo run -p greenlight --example deploy_service -- aws
//! echo shop web appspec.yaml | cargo run -p greenlight --example deploy_service -- local 127.0.0.1:8001 127.0.0.1:8002
//! ```

use std::{error::Error, io, sync::Arc};

use greenlight::aws::{CodeDeploy, Connection};
use greenlight::core::{
    DeploymentEvent, DeploymentPipeline, DeploymentPipelineExt as _, DeploymentRequest, EventKind, Outcome,
};
use greenlight::local::{Local, LocalGroup, task_set::TaskSetSpec};
use tokio::sync::mpsc::{Sender, channel};
use tokio::task::JoinSet;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let pipeline = pipeline(&std::env::args().skip(1).collect::<Vec<_>>()).await?;
    let (sender, mut events) = channel::<DeploymentEvent>(64);
    let sink = tokio::spawn(async move {
        while let Some(event) = events.recv().await {
            // In a real service: a table, a chat room, a metric. It is told in the order of what happened.
            println!("{}", serde_json::to_string(&event)?);
        }
        Ok::<(), Failure>(())
    });
    let mut deployments = JoinSet::new();
    for line in io::stdin().lines() {
        deployments.spawn(deploy(Arc::clone(&pipeline), line?, sender.clone()));
    }
    drop(sender);
    while let Some(ended) = deployments.join_next().await {
        ended?.map_or_else(|failure| eprintln!("failed: {failure}"), |outcome| eprintln!("{outcome}"));
    }
    sink.await?
}

/// Plans, shows what was found, starts, and follows to the end of the deployment and of its rollback.
async fn deploy(
    pipeline: Arc<dyn DeploymentPipeline>,
    line: String,
    sink: Sender<DeploymentEvent>,
) -> Result<Outcome, Failure> {
    let [application, group, appspec] = line.split_whitespace().collect::<Vec<_>>()[..] else {
        return Err(format!("{line:?} is not an application, a group and the path of an AppSpec").into());
    };
    let request = DeploymentRequest::new(application, group, std::fs::read_to_string(appspec)?);
    let plan = pipeline.plan(&request).await?;
    plan.findings.iter().for_each(|finding| eprintln!("{finding:#}"));
    let id = pipeline.start(plan).await?;
    let mut watch = pipeline.watch(&id);
    while let Some(event) = watch.next().await {
        let event = event?;
        sink.send(event.clone()).await?;
        if let EventKind::Finished(outcome) = event.kind {
            return Ok(outcome);
        }
    }
    Err("the events broke off".into())
}

/// All in which trying it out and doing it differ.
async fn pipeline(arguments: &[String]) -> Result<Arc<dyn DeploymentPipeline>, Failure> {
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["aws"] => Ok(Arc::new(CodeDeploy::new(Connection::builder().connect().await?.config()))),
        ["local", blue, green] => {
            let spec = |name, address: &str| Ok::<_, Failure>(TaskSetSpec::address(name, address.parse()?));
            let group = LocalGroup::new("shop", "web", spec("blue", blue)?, spec("green", green)?);
            Ok(Arc::new(Local::builder().with_group(group).build().await?))
        }
        _ => Err("use `aws`, or `local` and the addresses of the old and the new service".into()),
    }
}
