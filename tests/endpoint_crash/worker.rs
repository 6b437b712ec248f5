//! A client that drives the deployments of one group, whether the endpoint is there or not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aws_sdk_codedeploy::Client;
use aws_sdk_codedeploy::types::{DeploymentStatus, DeploymentWaitType, LifecycleEventStatus};
use greenlight_tests::codedeploy::content;
use greenlight_tests::http;
use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::json;
use tokio::sync::Semaphore;

use crate::groups::Group;
use crate::observed::is_final;
use crate::record::{Deployment, Known, Record};

/// Between two requests of one client. Without it the clients of a small machine leave nothing to the endpoint.
const PAUSE: Duration = Duration::from_millis(4);

/// A client of one group.
#[derive(Debug)]
pub(crate) struct Worker {
    group: &'static Group,
    client: Client,
    record: Arc<Record>,
    random: SmallRng,
    /// How many deployments it may start.
    permits: Arc<Semaphore>,
    current: Option<Arc<Deployment>>,
    revision: u32,
}

impl Worker {
    pub(crate) const fn new(
        group: &'static Group,
        client: Client,
        record: Arc<Record>,
        permits: Arc<Semaphore>,
        random: SmallRng,
    ) -> Self {
        Self { group, client, record, random, permits, current: None, revision: 1 }
    }

    /// Drives one deployment after the other.
    pub(crate) async fn run(mut self, going_on: Arc<AtomicBool>) {
        while going_on.load(Ordering::Relaxed) {
            match self.current.take() {
                None => self.current = self.create().await,
                Some(deployment) => self.current = self.drive(deployment).await,
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn create(&mut self) -> Option<Arc<Deployment>> {
        // Given back unless a deployment comes of it.
        let permit = self.permits.try_acquire().ok()?;
        let appspec = self.group.appspec(self.revision);
        self.revision += 1;
        let request = self.client.create_deployment().application_name(self.group.application());
        let request = request.deployment_group_name(self.group.name).revision(content(&appspec));
        let id = match request.send().await {
            Ok(created) => created.deployment_id.expect("a deployment has an id"),
            Err(error) => {
                // No answer: the next attempt finds it, if it is there.
                let error = error.into_service_error();
                if !error.is_deployment_limit_exceeded_exception() {
                    assert!(error.meta().code().is_none(), "{}: {error:?}", self.group.name);
                    return None;
                }
                let message = error.meta().message().unwrap_or_default();
                let id = message.rsplit('\'').nth(1).unwrap_or_default();
                assert!(id.starts_with("d-"), "it names no deployment: {message}");
                id.to_owned()
            }
        };
        permit.forget();
        Some(self.record.deployment(&id, self.group))
    }

    /// Looks at the deployment and does something with it, or nothing. What is next is given back.
    async fn drive(&mut self, deployment: Arc<Deployment>) -> Option<Arc<Deployment>> {
        let mut known = deployment.state.lock().await;
        let Some(info) = deployment.look(&self.client, &mut known).await else {
            drop(known);
            return Some(deployment);
        };
        let status = info.status.unwrap_or(DeploymentStatus::Created);
        if is_final(&status) {
            return known.observed.rollback.as_ref().map(|id| self.record.deployment(id, self.group));
        }
        // Seldom enough that most things are still going on at the next kill.
        match self.random.random_range(0..1000) {
            0..2 => self.stop(&deployment, &mut known).await,
            2..50 if status == DeploymentStatus::Ready => self.proceed(&deployment, &mut known).await,
            2..40 if info.instance_termination_wait_time_started => self.terminate(&deployment).await,
            2..70 if known.observed.event_in_progress().is_some() => {
                self.report(&deployment, &mut known).await;
            }
            _ => {}
        }
        drop(known);
        Some(deployment)
    }

    async fn stop(&mut self, deployment: &Deployment, known: &mut Known) {
        let request = self.client.stop_deployment().deployment_id(&deployment.id);
        match request.auto_rollback_enabled(self.random.random()).send().await {
            Ok(_) => known.stopped = true,
            Err(error) => {
                let error = error.into_service_error();
                let expected =
                    error.meta().code().is_none() || error.is_deployment_already_completed_exception();
                assert!(expected, "{}: {error:?}", deployment.id);
            }
        }
    }

    async fn proceed(&mut self, deployment: &Deployment, known: &mut Known) {
        let request = self.client.continue_deployment().deployment_id(&deployment.id);
        match request.deployment_wait_type(DeploymentWaitType::ReadyWait).send().await {
            Ok(_) => known.continued = true,
            Err(error) => {
                let error = error.into_service_error();
                // The wait may have run out since it was looked at.
                let expected = error.meta().code().is_none()
                    || error.is_deployment_already_completed_exception()
                    || error.is_deployment_is_not_in_ready_state_exception();
                assert!(expected, "{}: {error:?}", deployment.id);
            }
        }
    }

    async fn terminate(&mut self, deployment: &Deployment) {
        let request = self.client.continue_deployment().deployment_id(&deployment.id);
        let answer = request.deployment_wait_type(DeploymentWaitType::TerminationWait).send().await;
        if let Err(error) = answer {
            let error = error.into_service_error();
            let expected = error.meta().code().is_none()
                || error.is_deployment_already_completed_exception()
                || error.is_deployment_is_not_in_ready_state_exception();
            assert!(expected, "{}: {error:?}", deployment.id);
        }
    }

    async fn report(&mut self, deployment: &Deployment, known: &mut Known) {
        let Some((execution, event)) = self.record.last_execution(deployment) else { return };
        let passed = self.random.random_range(0..100) < 88;
        let status = if passed { LifecycleEventStatus::Succeeded } else { LifecycleEventStatus::Failed };
        let request = self.client.put_lifecycle_event_hook_execution_status().deployment_id(&deployment.id);
        let request = request.lifecycle_event_hook_execution_id(execution).status(status.clone());
        match request.send().await {
            Ok(_) => {
                let before = known.reported.insert(event.to_owned(), status);
                assert!(before.is_none(), "{}: the hook of {event} completed twice", deployment.id);
            }
            Err(error) => {
                let error = error.into_service_error();
                let expected =
                    error.meta().code().is_none() || error.is_lifecycle_event_already_completed_exception();
                assert!(expected, "{}: {error:?}", deployment.id);
            }
        }
    }
}

/// Moves the endpoint's clock on, so that waits run out, traffic is shifted, and silent hooks meet their deadline.
pub(crate) async fn move_clock(url: String, seed: u64, going_on: Arc<AtomicBool>) {
    let mut random = SmallRng::seed_from_u64(seed);
    while going_on.load(Ordering::Relaxed) {
        let seconds: u32 = if random.random_range(0..500) == 0 { 3600 } else { random.random_range(0..6) };
        // Nobody answers between a kill and the next start.
        let body = json!({ "advance": format!("{seconds}s") });
        if let Some((status, answer)) =
            http::try_send("POST", &format!("{url}/greenlight/clock"), &body).await
        {
            assert_eq!(status, 200, "{answer}");
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
