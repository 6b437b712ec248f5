//! What the endpoint acknowledged, and the look at all of it after each restart.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aws_sdk_codedeploy::Client;
use aws_sdk_codedeploy::types::{DeploymentInfo, DeploymentStatus, LifecycleEventStatus};
use greenlight_tests::DEADLINE;
use serde_json::Value;
use tokio::sync::Mutex as AsyncMutex;

use crate::groups::{GROUPS, Group};
use crate::observed::Observed;
use crate::stages::Stages;

/// All deployments that clients know of.
#[derive(Debug, Default)]
pub(crate) struct Record {
    deployments: Mutex<BTreeMap<String, Arc<Deployment>>>,
    /// The hook executions that functions were invoked with, by deployment, in order and each once.
    executions: Mutex<HashMap<String, Vec<String>>>,
    stages: Mutex<Stages>,
}

/// One deployment, and what was acknowledged of it.
///
/// All that is asked of it is asked under this lock, so that answers are taken in in the order of the requests.
#[derive(Debug)]
pub(crate) struct Deployment {
    pub(crate) id: String,
    pub(crate) group: &'static Group,
    pub(crate) state: AsyncMutex<Known>,
    /// What it was doing when it was last looked at; nothing once it has ended.
    stage: Mutex<Option<String>>,
}

/// What clients know of a deployment.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) observed: Observed,
    /// Whether a StopDeployment was answered.
    pub(crate) stopped: bool,
    /// Whether a ContinueDeployment out of the ready wait was answered.
    pub(crate) continued: bool,
    /// The reports of hooks that were answered, by their event.
    pub(crate) reported: BTreeMap<String, LifecycleEventStatus>,
}

impl Known {
    /// Takes in what GetDeployment said, and holds it against all that is known.
    fn take(&mut self, info: &DeploymentInfo) -> Result<(), String> {
        self.observed.take_info(info)?;
        let status = info.status.as_ref().map_or("", DeploymentStatus::as_str);
        if self.continued && status == "Ready" {
            return Err("it was continued, and is ready again".to_owned());
        }
        if self.stopped && matches!(status, "Succeeded" | "Failed") {
            return Err(format!("it was stopped, and has {status}"));
        }
        Ok(())
    }

    /// Holds the events against the reports that were acknowledged.
    fn keeps_reports(&self) -> Result<(), String> {
        let lost = self.reported.iter().find(|(event, status)| !self.observed.ended_as(event, status));
        lost.map_or(Ok(()), |(event, status)| Err(format!("the report of {event} as {status} is lost")))
    }
}

impl Deployment {
    /// Asks for all that there is to be told, and holds it against what was told before. Nothing when the endpoint was
    /// killed meanwhile.
    pub(crate) async fn look(&self, client: &Client, known: &mut Known) -> Option<DeploymentInfo> {
        let answer = client.get_deployment().deployment_id(&self.id).send().await;
        let info = answered(&self.id, answer)?.deployment_info.expect("there is information");
        self.must(known.take(&info));
        let targets = client.list_deployment_targets().deployment_id(&self.id).send().await;
        let targets = match targets {
            // The service refuses this for a deployment that has not begun.
            Err(error)
                if error.as_service_error().is_some_and(|e| e.is_deployment_not_started_exception()) =>
            {
                return Some(info);
            }
            targets => answered(&self.id, targets)?,
        };
        let [target] = targets.target_ids() else { panic!("{} has the targets {targets:?}", self.id) };
        let target = client.get_deployment_target().deployment_id(&self.id).target_id(target).send().await;
        let target = answered(&self.id, target)?.deployment_target.expect("there is a target");
        self.must(known.observed.take_target(&target));
        self.must(known.keeps_reports());
        *self.stage.lock().unwrap() = (!known.observed.has_ended()).then(|| known.observed.stage());
        Some(info)
    }

    fn must(&self, outcome: Result<(), String>) {
        if let Err(problem) = outcome {
            panic!("deployment {} of the group {}: {problem}", self.id, self.group.name);
        }
    }
}

/// An answer, or nothing when the endpoint was killed before it came.
///
/// # Panics
///
/// When the answer is an error: what is asked for was acknowledged.
fn answered<T, E, R>(id: &str, answer: Result<T, aws_sdk_codedeploy::error::SdkError<E, R>>) -> Option<T>
where
    E: fmt::Debug,
    R: fmt::Debug,
{
    match answer {
        Ok(value) => Some(value),
        Err(error) if error.as_service_error().is_some() => {
            panic!("{id} was acknowledged, and now: {error:?}")
        }
        Err(_) => None,
    }
}

impl Record {
    /// The deployment with this id, which the endpoint has told of.
    pub(crate) fn deployment(&self, id: &str, group: &'static Group) -> Arc<Deployment> {
        let mut deployments = self.deployments.lock().unwrap();
        let new = || Deployment {
            id: id.to_owned(),
            group,
            state: AsyncMutex::default(),
            stage: Mutex::new(Some("Created".to_owned())),
        };
        Arc::clone(deployments.entry(id.to_owned()).or_insert_with(|| Arc::new(new())))
    }

    /// Takes in the event that a hook function was invoked with.
    pub(crate) fn invoked(&self, event: &Value) {
        let text = |member: &str| event[member].as_str().expect("a member of the event").to_owned();
        let mut executions = self.executions.lock().unwrap();
        let of_deployment = executions.entry(text("DeploymentId")).or_default();
        let execution = text("LifecycleEventHookExecutionId");
        if !of_deployment.contains(&execution) {
            of_deployment.push(execution);
        }
    }

    /// The execution of the last hook of the deployment that was invoked, with its event.
    pub(crate) fn last_execution(&self, deployment: &Deployment) -> Option<(String, &'static str)> {
        let executions = self.executions.lock().unwrap();
        let of_deployment = executions.get(&deployment.id)?;
        let hooks = deployment.group.hooks;
        // One that is delivered again after a kill is the same one.
        assert!(
            of_deployment.len() <= hooks.len(),
            "{} invoked a hook twice: {of_deployment:?}",
            deployment.id
        );
        Some((of_deployment.last()?.clone(), hooks[of_deployment.len() - 1]))
    }

    /// Counts what is in progress at this moment, just before a kill.
    pub(crate) fn count_stages(&self) {
        let mut stages = self.stages.lock().unwrap();
        for deployment in self.deployments.lock().unwrap().values() {
            if let Some(stage) = deployment.stage.lock().unwrap().as_deref() {
                stages.count(stage);
            }
        }
    }

    /// Looks at everything that was ever acknowledged, after a restart.
    pub(crate) async fn hold_against(&self, client: &Client) {
        for group in GROUPS {
            self.has_one_active_at_most(client, group).await;
        }
        let all: Vec<Arc<Deployment>> = self.deployments.lock().unwrap().values().cloned().collect();
        for deployment in &all {
            let mut known = deployment.state.lock().await;
            if known.observed.has_ended() {
                continue;
            }
            deployment.look(client, &mut known).await.expect("the endpoint was started again and answers");
        }
        self.ended_stay_as_they_are(client, &all).await;
    }

    async fn has_one_active_at_most(&self, client: &Client, group: &'static Group) {
        let mut request =
            client.list_deployments().application_name(group.application()).deployment_group_name(group.name);
        for status in [
            DeploymentStatus::Created,
            DeploymentStatus::Queued,
            DeploymentStatus::InProgress,
            DeploymentStatus::Ready,
        ] {
            request = request.include_only_statuses(status);
        }
        let active = request.send().await.unwrap();
        assert!(
            active.deployments().len() <= 1,
            "{} has these active: {:?}",
            group.name,
            active.deployments()
        );
        // Also those whose creation was never answered, and rollbacks.
        for id in active.deployments() {
            self.deployment(id, group);
        }
    }

    async fn ended_stay_as_they_are(&self, client: &Client, all: &[Arc<Deployment>]) {
        let mut ended = Vec::new();
        for deployment in all {
            if deployment.state.lock().await.observed.has_ended() {
                ended.push(Arc::clone(deployment));
            }
        }
        for some in ended.chunks(25) {
            let request = client.batch_get_deployments();
            let ids = some.iter().map(|deployment| deployment.id.clone()).collect();
            let answer = request.set_deployment_ids(Some(ids)).send().await.unwrap();
            assert_eq!(
                answer.deployments_info().len(),
                some.len(),
                "all of these were acknowledged: {some:?}"
            );
            for info in answer.deployments_info() {
                let deployment = some.iter().find(|one| Some(one.id.as_str()) == info.deployment_id());
                let deployment = deployment.expect("it was asked for");
                deployment.must(deployment.state.lock().await.take(info));
            }
        }
    }

    /// Waits until every deployment has ended, rollbacks too.
    pub(crate) async fn until_all_have_ended(&self, client: &Client) {
        let begin = Instant::now();
        loop {
            self.hold_against(client).await;
            let going_on = self.going_on().await;
            if going_on.is_empty() {
                return;
            }
            assert!(begin.elapsed() < DEADLINE, "these do not end: {going_on:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn going_on(&self) -> Vec<String> {
        let all: Vec<Arc<Deployment>> = self.deployments.lock().unwrap().values().cloned().collect();
        let mut going_on = Vec::new();
        for deployment in all {
            let known = deployment.state.lock().await;
            if !known.observed.has_ended() {
                let (id, group) = (&deployment.id, deployment.group.name);
                going_on.push(format!("{id} of {group}: {}", known.observed.stage()));
            }
            // One that nobody has looked at yet is looked at in the next round.
            let unknown = |id: &&String| !self.deployments.lock().unwrap().contains_key(*id);
            if let Some(rollback) = known.observed.rollback.as_ref().filter(unknown) {
                self.deployment(rollback, deployment.group);
                going_on.push(format!("{rollback}, which rolls {} back", deployment.id));
            }
        }
        going_on
    }

    /// Checks that deployments were killed in each of their stages.
    pub(crate) fn expect_all_stages(&self) {
        self.stages.lock().unwrap().expect_all();
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let deployments = self.deployments.lock().unwrap();
        let executions: usize = self.executions.lock().unwrap().values().map(Vec::len).sum();
        let mut ends = BTreeMap::<String, u32>::new();
        for deployment in deployments.values() {
            let known = deployment.state.try_lock().expect("nobody asks any more");
            *ends.entry(known.observed.stage()).or_default() += 1;
        }
        writeln!(
            f,
            "{} deployments with {executions} hook executions; they ended as {ends:?}",
            deployments.len()
        )?;
        write!(f, "{}", self.stages.lock().unwrap())
    }
}
