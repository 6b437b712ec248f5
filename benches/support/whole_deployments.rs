//! Whole deployments under virtual time: the lifecycle machine with nothing around it, and the local engine.
//!
//! A whole deployment here is one that begins, goes through all eight lifecycle events of an Amazon ECS service with a
//! test listener, and ends as succeeded: the replacement is installed, hooks pass at once, traffic is shifted, and the
//! original task set is deleted. There is nothing behind the service.

use std::time::Duration;

use async_trait::async_trait;
use greenlight::{
    core::{
        Cursor, DeploymentConfig, DeploymentId, DeploymentPipeline as _, DeploymentRequest, DeploymentStatus,
        HookEvent, HookExecution, HookStatus, Plan, Timestamp,
    },
    local::{HookAnswer, HookCall, HookFunction, Local, LocalClock, LocalGroup},
};
use tokio::{runtime::Runtime, sync::mpsc};

/// What every deployment is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Course {
    /// For the table.
    pub name: &'static str,
    /// The deployment configuration.
    pub config: &'static str,
    /// The events that have a hook.
    pub hooks: &'static [HookEvent],
}

/// The longest course of the built-in configurations that are no linear shift: every event that can have a hook has
/// one.
pub const CANARY: Course = Course {
    name: "canary, five hooks",
    config: "CodeDeployDefault.ECSCanary10Percent5Minutes",
    hooks: &[
        HookEvent::BeforeInstall,
        HookEvent::AfterInstall,
        HookEvent::AfterAllowTestTraffic,
        HookEvent::BeforeAllowTraffic,
        HookEvent::AfterAllowTraffic,
    ],
};

/// The shortest course.
pub const ALL_AT_ONCE: Course = Course {
    name: "all at once, one hook",
    config: "CodeDeployDefault.ECSAllAtOnce",
    hooks: &[HookEvent::AfterAllowTestTraffic],
};

/// Replacements are healthy after 60 to 156 s, by their groups' numbers, so that deployments begun at one time are soon
/// in different events.
#[must_use]
pub fn install_time(number: usize) -> Duration {
    Duration::from_secs(60 + number as u64 % 97)
}

/// Deployment groups of the local pipeline, in virtual time and on the thread that uses it.
#[derive(Debug)]
pub struct Fleet {
    executor: Runtime,
    local: Local,
    course: Course,
    groups: usize,
    /// The hooks that wait to be answered, when there are such.
    held: Option<mpsc::UnboundedReceiver<HookExecution>>,
}

/// What went wrong.
pub type Broken = Box<dyn std::error::Error>;

impl Fleet {
    /// Groups whose hooks pass at once.
    ///
    /// # Errors
    ///
    /// When the pipeline cannot be built.
    pub fn new(groups: usize, course: Course) -> Result<Self, Broken> {
        Self::with_hook(groups, course, LocalClock::virtual_from(Timestamp::EPOCH), None)
    }

    /// Groups whose hooks say that they will report, and do so in [`release`](Self::release); time passes only in
    /// [`until_held`](Self::until_held), for virtual time would not wait for them.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn held(groups: usize, course: Course) -> Result<Self, Broken> {
        let (calls, held) = mpsc::unbounded_channel();
        let fleet = Self::with_hook(groups, course, LocalClock::manual_from(Timestamp::EPOCH), Some(calls))?;
        Ok(Self { held: Some(held), ..fleet })
    }

    fn with_hook(
        groups: usize,
        course: Course,
        clock: LocalClock,
        calls: Option<mpsc::UnboundedSender<HookExecution>>,
    ) -> Result<Self, Broken> {
        let executor = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let config = DeploymentConfig::built_in(course.config)
            .ok_or_else(|| format!("there is no deployment configuration {}", course.config))?;
        let mut builder = Local::builder().with_seed(1).with_clock(clock).with_fallback_hook(Hook(calls));
        for number in 0..groups {
            let group = LocalGroup::simulated("shop", group_name(number), install_time(number));
            builder = builder.with_group(group.with_deployment_config(config.clone()));
        }
        let local = executor.block_on(builder.build())?;
        Ok(Self { executor, local, course, groups, held: None })
    }

    /// A plan for each group.
    ///
    /// # Errors
    ///
    /// When one cannot be made.
    pub fn plans(&self) -> Result<Vec<Plan>, Broken> {
        let appspec = appspec(self.course);
        let plan = |number| {
            let request = DeploymentRequest::new("shop", group_name(number), appspec.clone());
            Ok(self.executor.block_on(self.local.plan(&request))?)
        };
        (0..self.groups).map(plan).collect()
    }

    /// As [`start`](Self::start) with a plan for each, none of which is kept.
    ///
    /// # Errors
    ///
    /// As [`plans`](Self::plans) and [`start`](Self::start).
    pub fn start_one_by_one(&self) -> Result<Vec<DeploymentId>, Broken> {
        let appspec = appspec(self.course);
        self.executor.block_on(async {
            let mut started = Vec::with_capacity(self.groups);
            for number in 0..self.groups {
                let request = DeploymentRequest::new("shop", group_name(number), appspec.clone());
                started.push(self.local.start(self.local.plan(&request).await?).await?);
            }
            Ok(started)
        })
    }

    /// Starts all, before any time passes, so that all are in flight at once. Nothing goes on until somebody waits.
    ///
    /// # Errors
    ///
    /// When one cannot be started.
    pub fn start(&self, plans: Vec<Plan>) -> Result<Vec<DeploymentId>, Broken> {
        self.executor.block_on(async {
            let mut started = Vec::with_capacity(plans.len());
            for plan in plans {
                started.push(self.local.start(plan).await?);
            }
            Ok(started)
        })
    }

    /// Reads the events of all, each to its end, and returns how many there were.
    ///
    /// # Errors
    ///
    /// When one ends in another way than well.
    pub fn follow(&self, deployments: &[DeploymentId]) -> Result<usize, Broken> {
        self.executor.block_on(async {
            let mut events = 0;
            for id in deployments {
                let mut cursor = Cursor::start();
                loop {
                    let page = self.local.events(id, &cursor).await?;
                    events += page.events.len();
                    cursor = page.next;
                    if page.ended {
                        break;
                    }
                }
                let status = self.local.describe(id).await?.status;
                if status != DeploymentStatus::Succeeded {
                    return Err(format!("the deployment {id} is {status}, not Succeeded").into());
                }
            }
            Ok(events)
        })
    }

    /// Lets ten minutes pass, in which no deployment of a course is without a hook, and waits until each is in one.
    ///
    /// # Errors
    ///
    /// When this fleet does not hold its hooks.
    pub fn until_held(&mut self) -> Result<Vec<HookExecution>, Broken> {
        let held = self.held.as_mut().ok_or("this fleet does not hold its hooks")?;
        self.executor.block_on(async {
            self.local.advance(Duration::from_secs(600));
            let mut hooks = Vec::with_capacity(self.groups);
            while hooks.len() < self.groups {
                hooks.push(held.recv().await.ok_or("the pipeline has dropped its hook")?);
            }
            Ok(hooks)
        })
    }

    /// Lets hooks pass.
    ///
    /// # Errors
    ///
    /// When a report is refused.
    pub fn release(&self, hooks: Vec<HookExecution>) -> Result<(), Broken> {
        self.executor.block_on(async {
            for hook in hooks {
                self.local.report(&hook, HookStatus::Succeeded).await?;
            }
            Ok(())
        })
    }
}

#[derive(Debug)]
struct Hook(Option<mpsc::UnboundedSender<HookExecution>>);

#[async_trait]
impl HookFunction for Hook {
    async fn invoke(&self, call: HookCall) -> HookAnswer {
        match &self.0 {
            None => HookAnswer::Succeeded,
            Some(calls) => {
                // Nobody waits for it any more when this fails, and then it does not matter.
                let _ = calls.send(call.execution);
                HookAnswer::WillReport
            }
        }
    }
}

fn group_name(number: usize) -> String {
    format!("web-{number:06}")
}

fn appspec(course: Course) -> String {
    let hooks: String =
        course.hooks.iter().map(|event| format!("  - {event}: \"CodeDeployHook_judge\"\n")).collect();
    format!(
        "version: 0.0\nResources:\n  - TargetService:\n      Type: AWS::ECS::Service\n      Properties:\n        \
         TaskDefinition: \"arn:aws:ecs:eu-west-1:123456789012:task-definition/web:42\"\n        LoadBalancerInfo:\n          \
         ContainerName: web\n          ContainerPort: 8080\nHooks:\n{hooks}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_deployment_goes_through_all_events() {
        let fleet = Fleet::new(3, CANARY).unwrap();
        let deployments = fleet.start(fleet.plans().unwrap()).unwrap();
        let events = fleet.follow(&deployments).unwrap();
        // Begun, 8 events twice, 5 hooks twice, test traffic, two shares, termination wait, ended.
        assert_eq!(events, 3 * (1 + 16 + 10 + 1 + 2 + 1 + 1));
    }

    #[test]
    fn held_deployments_are_in_flight_until_they_are_released() {
        let mut fleet = Fleet::held(4, ALL_AT_ONCE).unwrap();
        let deployments = fleet.start(fleet.plans().unwrap()).unwrap();
        let hooks = fleet.until_held().unwrap();
        assert_eq!(hooks.len(), 4);
        fleet.release(hooks).unwrap();
        fleet.follow(&deployments).unwrap();
    }
}
