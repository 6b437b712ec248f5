//! The promises of [`DeploymentPipeline`](greenlight_core::DeploymentPipeline) as tests, for every implementation.
//!
//! Both pipelines of this crate pass this suite, and whoever writes another one runs it too. A [`Subject`] makes, for each
//! case, a [`Stage`]: a pipeline and a deployment group that is as the case's [`Scenario`] says. Then
//! [`conformance_tests!`](crate::conformance_tests) makes a test of each case, or [`run_all`] runs them in one go.
//!
//! Each [`Case`] tests one promise, and a failure names it: what is promised, what was seen, and where the promise is
//! written down ([`CaseFailure`]). What a subject [cannot do](Ability) is skipped and reported as such. Nothing is
//! waited for by sleeping; what does not come within the subject's [patience](Subject::patience) is a failure too.
//!
//! Each case has been seen to fail when the promise that it tests is broken, and no other case with it: the tests of this
//! crate run the suite on a pipeline with one fault for each.
//!
//! # Example
//!
//! What is tested here is a local pipeline, in the place of one's own.
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use async_trait::async_trait;
//! use greenlight::conformance::{Ability, HookConduct, Scenario, Stage, Subject, run_named};
//! use greenlight::core::error::Source;
//! use greenlight::core::lifecycle::{ReadyAction, ReadyWait, Termination};
//! use greenlight::core::{DeploymentPipeline, DeploymentRequest, HookExecution};
//! use greenlight::local::task_set::TaskSetSpec;
//! use greenlight::local::{HookAnswer, HookCall, HookFunction, Local, LocalClock, LocalGroup};
//! use tokio::sync::{Mutex, mpsc};
//!
//! struct MyPipelines;
//!
//! #[async_trait]
//! impl Subject for MyPipelines {
//!     async fn stage(&self, scenario: &Scenario) -> Result<Box<dyn Stage>, Source> {
//!         let (blue, green) = (TaskSetSpec::address("blue", service()?), TaskSetSpec::address("green", service()?));
//!         let mut group = LocalGroup::new("shop", "web", blue, green);
//!         group.auto_rollback = scenario.auto_rollback.clone();
//!         if let Some(wait) = scenario.ready_wait {
//!             group.ready = ReadyWait { action: ReadyAction::StopDeployment, wait };
//!         }
//!         group.termination = Termination::Terminate(scenario.termination_wait.unwrap_or_default());
//!         group.test_listener = group.test_listener.filter(|_| scenario.test_listener);
//!         let (sender, calls) = mpsc::unbounded_channel();
//!         let mut builder = Local::builder().with_group(group).with_clock(LocalClock::manual());
//!         let mut hooks = String::new();
//!         if let Some(hook) = scenario.hook {
//!             builder = builder.with_hook("judge", Judge(hook.conduct, sender));
//!             hooks = format!("Hooks: [{{ {}: judge }}]", hook.event);
//!         }
//!         Ok(Box::new(MyStage { pipeline: Arc::new(builder.build().await?), hooks, calls: Mutex::new(calls) }))
//!     }
//!
//!     // These pipelines end with their deployments, and the group above has no alarm.
//!     fn can(&self, ability: Ability) -> bool {
//!         !matches!(ability, Ability::Reopen | Ability::Alarms)
//!     }
//! }
//!
//! struct MyStage {
//!     pipeline: Arc<Local>,
//!     hooks: String,
//!     calls: Mutex<mpsc::UnboundedReceiver<HookExecution>>,
//! }
//!
//! #[async_trait]
//! impl Stage for MyStage {
//!     fn pipeline(&self) -> Arc<dyn DeploymentPipeline> {
//!         Arc::<Local>::clone(&self.pipeline)
//!     }
//!
//!     fn request(&self, revision: u32) -> DeploymentRequest {
//!         let service = format!(
//!             "TaskDefinition: web:{revision}, LoadBalancerInfo: {{ ContainerName: web, ContainerPort: 80 }}"
//!         );
//!         let resource = format!("web: {{ Type: AWS::ECS::Service, Properties: {{ {service} }} }}");
//!         let appspec = format!("version: 0.0\nResources: [{{ {resource} }}]\n{}\n", self.hooks);
//!         DeploymentRequest::new("shop", "web", appspec)
//!     }
//!
//!     async fn hook_called(&self) -> Result<HookExecution, Source> {
//!         self.calls.lock().await.recv().await.ok_or_else(|| "no hook function".into())
//!     }
//!
//!     async fn pass_time(&self, by: Duration) -> Result<(), Source> {
//!         self.pipeline.advance(by);
//!         Ok(())
//!     }
//! }
//!
//! /// The hook function: fails, or tells the stage of its call and leaves the report to the suite.
//! #[derive(Debug)]
//! struct Judge(HookConduct, mpsc::UnboundedSender<HookExecution>);
//!
//! #[async_trait]
//! impl HookFunction for Judge {
//!     async fn invoke(&self, call: HookCall) -> HookAnswer {
//!         if let HookConduct::Fails { reason } = self.0 {
//!             return HookAnswer::Failed { reason: reason.to_owned() };
//!         }
//!         drop(self.1.send(call.execution));
//!         HookAnswer::WillReport
//!     }
//! }
//!
//! // In a test module, `greenlight::conformance_tests!(MyPipelines);` makes a test of each case. By hand:
//! for case in greenlight::conformance::cases() {
//!     run_named(case.name(), &MyPipelines)?;
//! }
//! # /// A service that answers every request.
//! # fn service() -> std::io::Result<std::net::SocketAddr> {
//! #     use std::io::{Read as _, Write as _};
//! #     let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
//! #     let address = listener.local_addr()?;
//! #     std::thread::spawn(move || {
//! #         for stream in listener.incoming().flatten() {
//! #             let mut stream = stream;
//! #             let _ = stream.read(&mut [0; 4096]);
//! #             let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
//! #         }
//! #     });
//! #     Ok(address)
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod case;
mod cases;
mod failure;
mod macros;
mod play;
mod run;
mod scenario;
mod subject;

pub use case::{Case, cases};
pub use failure::CaseFailure;
pub use run::{Ran, Report, run, run_all, run_named};
pub use scenario::{HookConduct, Scenario, ScenarioHook};
pub use subject::{Ability, Stage, Subject};

/// The reason that a failing hook gives.
const FAILURE: &str = "GET /version answered 500";
