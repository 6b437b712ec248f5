//! What somebody brings who wants to test a pipeline.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use greenlight_core::error::Source;
use greenlight_core::{DeploymentPipeline, DeploymentRequest, HookExecution};

use super::Scenario;

/// A kind of pipeline that is tested: makes a [`Stage`] for each case.
///
/// There is a whole example at [the module](super#example).
#[async_trait]
pub trait Subject: Send + Sync {
    /// Makes a place of its own for one case: a pipeline, and an application with a deployment group that is as
    /// the scenario says and that no other case deploys to.
    ///
    /// # Errors
    ///
    /// When it cannot be made. The case then fails, without blame for the pipeline.
    async fn stage(&self, scenario: &Scenario) -> Result<Box<dyn Stage>, Source>;

    /// Whether pipeline and stage can do something that not all can. Cases that need what is not there are skipped, and
    /// [`Report`](super::Report) says so. Default: they can do all.
    fn can(&self, ability: Ability) -> bool {
        let _ = ability;
        true
    }

    /// How long anything may take, in real time, before a case gives up waiting for it. Default: a minute.
    fn patience(&self) -> Duration {
        Duration::from_secs(60)
    }
}

/// Something that not every pipeline or stage can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ability {
    /// [`Stage::pass_time`]: an hour need not take an hour.
    PassTime,
    /// [`Stage::set_off_alarm`].
    Alarms,
    /// The pipeline learns the reason that a hook function gives, such as from its log.
    HookReasons,
    /// [`Stage::reopen`]: deployments outlive the pipeline object.
    Reopen,
}

/// A place where one case plays: a pipeline, and one deployment group.
#[async_trait]
pub trait Stage: Send + Sync {
    /// The pipeline that is tested, the same object each time.
    fn pipeline(&self) -> Arc<dyn DeploymentPipeline>;

    /// Another object for the same deployments, as another process would make it; only called with
    /// [`Ability::Reopen`].
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    async fn reopen(&self) -> Result<Arc<dyn DeploymentPipeline>, Source> {
        Err(Ability::Reopen.unsupported())
    }

    /// What to deploy: a good revision of this number, with the scenario's hook. Another number is another
    /// revision: its AppSpec has another text.
    fn request(&self, revision: u32) -> DeploymentRequest;

    /// Waits for the next call of the [held](super::HookConduct::Held) hook, and says for which execution.
    ///
    /// # Errors
    ///
    /// When there will be none.
    async fn hook_called(&self) -> Result<HookExecution, Source>;

    /// Lets this much of the pipeline's time pass: moves a clock, or waits. Only called with [`Ability::PassTime`].
    ///
    /// # Errors
    ///
    /// When the clock cannot be moved.
    async fn pass_time(&self, by: Duration) -> Result<(), Source> {
        let _ = by;
        Err(Ability::PassTime.unsupported())
    }

    /// Sets the group's alarm off; only called with [`Ability::Alarms`].
    ///
    /// # Errors
    ///
    /// When it cannot be set off.
    async fn set_off_alarm(&self) -> Result<(), Source> {
        Err(Ability::Alarms.unsupported())
    }

    /// What was given to the pipeline and must not be seen in a log, such as the key of its credentials. Default:
    /// nothing. The ids of hook executions are looked for in any case.
    fn secrets(&self) -> Vec<String> {
        Vec::new()
    }

    /// Takes the stage down, whatever became of the case. Default: it is dropped.
    ///
    /// # Errors
    ///
    /// When something is left. The case then fails, without blame for the pipeline.
    async fn take_down(self: Box<Self>) -> Result<(), Source> {
        Ok(())
    }
}

impl Ability {
    fn unsupported(self) -> Source {
        Box::new(Unsupported(self))
    }
}

/// A stage was asked for what its subject says it can do.
#[derive(Debug, thiserror::Error)]
#[error("the stage has no {0} of its own; override the method, or let `Subject::can` say that it cannot")]
struct Unsupported(Ability);

impl fmt::Display for Ability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::PassTime => "way to let time pass",
            Self::Alarms => "alarm",
            Self::HookReasons => "way to learn the reason of a hook",
            Self::Reopen => "second pipeline object",
        })
    }
}
