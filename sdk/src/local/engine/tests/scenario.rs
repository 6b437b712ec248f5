//! Deployments that between them go through every stage.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use greenlight_core::lifecycle::{ReadyAction, ReadyWait, Settings, Termination};
use greenlight_core::{
    AutoRollback, AutoRollbackEvent, DeploymentCreator, DeploymentHead, HookEvent, Timestamp, TrafficRouting,
};

use super::memory::{Memory, Rows};
use crate::local::bindings::Bindings;
use crate::local::engine::{Engine, EngineParts, GroupKey, NewDeployment, Previous, ServiceKey};
use crate::local::ids::Ids;
use crate::local::{HookAnswer, HookCall, HookFunction, LocalClock};

/// Answers by its name: `pass`, `fail`, or `twice`, which wants to be called again once.
#[derive(Debug)]
struct Judge;

#[async_trait]
impl HookFunction for Judge {
    async fn invoke(&self, call: HookCall) -> HookAnswer {
        match call.function.name() {
            "fail" => HookAnswer::Failed { reason: "on purpose".to_owned() },
            "twice" if call.state.is_none() => {
                HookAnswer::Pending { delay: Duration::from_secs(90), state: "once".to_owned() }
            }
            "silent" => HookAnswer::WillReport,
            _ => HookAnswer::Succeeded,
        }
    }
}

/// An engine in virtual time that keeps its state in `memory`.
pub(super) fn engine(memory: &Arc<Memory>) -> Arc<Engine> {
    engine_that_calls(Arc::new(Judge), memory)
}

/// As [`engine`], with another function behind all names.
pub(super) fn engine_that_calls(function: Arc<dyn HookFunction>, memory: &Arc<Memory>) -> Arc<Engine> {
    Engine::new(EngineParts {
        clock: LocalClock::virtual_from(Timestamp::from_millis(1_000_000)),
        ids: Ids::seeded(7),
        bindings: Bindings { fallback: Some(function), ..Bindings::default() },
        services: Vec::new(),
        persist: Some(Arc::clone(memory) as _),
        install_time: Duration::from_secs(65),
        observer: None,
    })
}

/// An engine that was killed when it had kept `rows`, and started again.
pub(super) fn restarted(rows: &Rows) -> (Arc<Memory>, Arc<Engine>) {
    let memory = Arc::new(Memory::from(rows.clone()));
    let engine = engine(&memory);
    engine.restore(rows).unwrap();
    (memory, engine)
}

/// Deployments with hooks by event, one of each kind.
pub(super) fn deployments(engine: &Engine) -> Vec<NewDeployment> {
    let linear = TrafficRouting::linear(25, 3).unwrap();
    let canary = TrafficRouting::canary(10, 5).unwrap();
    vec![
        new(
            engine,
            "all-pass",
            Settings::forward(engine.new_deployment_id(), linear),
            &[
                (HookEvent::BeforeInstall, "pass"),
                (HookEvent::AfterAllowTestTraffic, "twice"),
                (HookEvent::AfterAllowTraffic, "pass"),
            ],
        ),
        new(
            engine,
            "fails-late",
            Settings::forward(engine.new_deployment_id(), canary),
            &[(HookEvent::AfterInstall, "pass"), (HookEvent::AfterAllowTraffic, "fail")],
        ),
        new(
            engine,
            "silent",
            Settings::forward(engine.new_deployment_id(), canary),
            &[(HookEvent::BeforeAllowTraffic, "silent")],
        ),
        new(
            engine,
            "lambda",
            Settings::lambda(engine.new_deployment_id(), canary),
            &[(HookEvent::BeforeAllowTraffic, "pass"), (HookEvent::AfterAllowTraffic, "fail")],
        ),
        waits(new(engine, "waits", Settings::forward(engine.new_deployment_id(), canary), &[])),
    ]
}

fn new(engine: &Engine, name: &str, mut settings: Settings, hooks: &[(HookEvent, &str)]) -> NewDeployment {
    for (event, function) in hooks {
        let hook = greenlight_core::lifecycle::HookSettings {
            function: function.parse().unwrap(),
            execution: engine.new_hook_execution_id(),
        };
        settings.hooks.insert(*event, hook);
    }
    settings.termination = Termination::Terminate(Duration::from_secs(300));
    settings.auto_rollback = AutoRollback::on([AutoRollbackEvent::DeploymentFailure]);
    settings.rollback_id = Some(engine.new_deployment_id());
    NewDeployment {
        group: GroupKey::new(name),
        service: ServiceKey::new(format!("default:{name}")),
        head: DeploymentHead {
            application: "shop".to_owned(),
            deployment_group: name.to_owned(),
            deployment_config: "CodeDeployDefault.ECSAllAtOnce".to_owned(),
            revision: "new".to_owned(),
        },
        settings,
        creator: DeploymentCreator::User,
        task_definition: Some("web:2".to_owned()),
        previous: Some(Previous { revision: "old".to_owned(), task_definition: Some("web:1".to_owned()) }),
        alarms: BTreeSet::new(),
        continue_when_ready: false,
        details: Arc::new(serde_json::json!({"description": name})),
        blue: None,
    }
}

fn waits(mut new: NewDeployment) -> NewDeployment {
    new.settings.ready = ReadyWait { action: ReadyAction::StopDeployment, wait: Duration::from_secs(600) };
    new
}
