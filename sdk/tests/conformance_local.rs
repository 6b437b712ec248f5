//! The local pipeline keeps the promises of the trait: the public suite, with time that the suite moves.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use greenlight::conformance::{Ability, HookConduct, Scenario, Stage, Subject};
use greenlight::local::{HookAnswer, HookCall, HookFunction, Local, LocalClock, LocalGroup};
use greenlight_core::error::Source;
use greenlight_core::lifecycle::{ReadyAction, ReadyWait, Termination};
use greenlight_core::{DeploymentPipeline, DeploymentRequest, HookExecution};
use tokio::sync::{Mutex, mpsc};

use crate::local_support::{APPLICATION, GROUP, Services, appspec_of};

greenlight::conformance_tests!(LocalSubject);

pub(crate) const FUNCTION: &str = "judge";
pub(crate) const ALARM: &str = "errors";

/// Local pipelines whose deployments end with them.
pub(crate) struct LocalSubject;

/// One of them.
pub(crate) struct LocalStage {
    pub(crate) local: Arc<Local>,
    scenario: Scenario,
    calls: Mutex<mpsc::UnboundedReceiver<HookExecution>>,
    _services: Services,
}

/// Does what a scenario says, and tells of its calls.
#[derive(Debug)]
pub(crate) struct Judge {
    pub(crate) conduct: HookConduct,
    pub(crate) calls: mpsc::UnboundedSender<HookExecution>,
}

impl LocalSubject {
    pub(crate) async fn local_stage(&self, scenario: &Scenario) -> Result<LocalStage, Source> {
        let services = Services::start().await;
        let (sender, calls) = mpsc::unbounded_channel();
        let mut builder = Local::builder()
            .with_clock(LocalClock::manual())
            .with_group(group(services.group_named(GROUP), scenario));
        if let Some(hook) = scenario.hook {
            builder = builder.with_hook(FUNCTION, Judge { conduct: hook.conduct, calls: sender });
        }
        let local = Arc::new(builder.build().await?);
        let (scenario, calls) = (scenario.clone(), Mutex::new(calls));
        Ok(LocalStage { local, scenario, calls, _services: services })
    }
}

#[async_trait]
impl Subject for LocalSubject {
    async fn stage(&self, scenario: &Scenario) -> Result<Box<dyn Stage>, Source> {
        Ok(Box::new(self.local_stage(scenario).await?))
    }

    fn can(&self, ability: Ability) -> bool {
        ability != Ability::Reopen
    }
}

#[async_trait]
impl Stage for LocalStage {
    fn pipeline(&self) -> Arc<dyn DeploymentPipeline> {
        Arc::<Local>::clone(&self.local)
    }

    fn request(&self, revision: u32) -> DeploymentRequest {
        let task_definition = format!("web:{revision}");
        let hooks: Vec<_> = self.scenario.hook.iter().map(|hook| (hook.event.as_str(), FUNCTION)).collect();
        DeploymentRequest::new(APPLICATION, GROUP, appspec_of(&task_definition, &hooks))
    }

    async fn hook_called(&self) -> Result<HookExecution, Source> {
        self.calls.lock().await.recv().await.ok_or_else(|| "the hook function is gone".into())
    }

    async fn pass_time(&self, by: Duration) -> Result<(), Source> {
        self.local.advance(by);
        Ok(())
    }

    async fn set_off_alarm(&self) -> Result<(), Source> {
        self.local.set_alarm(ALARM, true);
        Ok(())
    }

    async fn take_down(self: Box<Self>) -> Result<(), Source> {
        self.local.shutdown().await;
        Ok(())
    }
}

/// A group that is as the scenario says.
pub(crate) fn group(group: LocalGroup, scenario: &Scenario) -> LocalGroup {
    let mut group = group.with_auto_rollback(scenario.auto_rollback.clone());
    if let Some(wait) = scenario.ready_wait {
        group = group.with_ready_wait(ReadyWait { action: ReadyAction::StopDeployment, wait });
    }
    if let Some(wait) = scenario.termination_wait {
        group = group.with_termination(Termination::Terminate(wait));
    }
    if !scenario.test_listener {
        group.test_listener = None;
    }
    if scenario.alarm {
        group = group.with_alarms([ALARM]);
    }
    group
}

#[async_trait]
impl HookFunction for Judge {
    async fn invoke(&self, call: HookCall) -> HookAnswer {
        match self.conduct {
            HookConduct::Fails { reason } => HookAnswer::Failed { reason: reason.to_owned() },
            _ => {
                // Nobody listens any more when the case has ended.
                let _ = self.calls.send(call.execution);
                HookAnswer::WillReport
            }
        }
    }
}
