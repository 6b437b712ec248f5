//! All steps together.

use std::fmt;

use greenlight_core::HookEvent;
use greenlight_core::appspec::{
    AppSpecText, FunctionName, InvalidFunctionName, TaskDefinition as TaskDefinitionArn,
};

use super::change::{Action, Change, Changes};
use super::hook_function::HookFunction;
use super::owner::Owner;
use super::run::{Mode, Observer, Run};
use super::task_definition::TaskDefinition;
use super::test_listener::TestListener;
use super::{Made, SetupError};

/// Everything that a deployment with validation tests needs, up to the AppSpec that it begins with. Each part is left out unless
/// it is given.
///
/// ```no_run
/// use greenlight::core::HookEvent;
/// use greenlight::core::appspec::AppSpecText;
/// use greenlight::setup::{HookFunction, Owner, Setup, TestListener};
///
/// # async fn example(config: &aws_config::SdkConfig) -> Result<(), Box<dyn std::error::Error>> {
/// let owner = Owner::new("shop-web")?;
/// let bundle = std::fs::read("greenlight-hook-x86_64.zip")?;
/// let smoke = HookFunction::new(config, owner.clone(), "CodeDeployHook_smoke", bundle, "shop", "shop-web")?;
/// let setup = Setup::new(owner.clone())
///     .with_test_listener(TestListener::new(config, owner, "shop", "shop-web", 9000))
///     .with_function(smoke, [HookEvent::AfterAllowTestTraffic])
///     .with_appspec(AppSpecText::read(std::fs::read_to_string("appspec.yaml")?)?);
/// println!("{}", setup.dry_run().await?);
/// let made = setup.apply().await?;
/// if let Some(appspec) = made.value {
///     std::fs::write("appspec.yaml", appspec.as_str())?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Setup {
    owner: Owner,
    test_listener: Option<TestListener>,
    task_definition: Option<TaskDefinition>,
    functions: Vec<(HookFunction, Vec<HookEvent>)>,
    appspec: Option<AppSpecText>,
    observer: Option<Observer>,
}

impl Setup {
    /// One of this name, with nothing in it.
    #[must_use]
    pub const fn new(owner: Owner) -> Self {
        Self {
            owner,
            test_listener: None,
            task_definition: None,
            functions: Vec::new(),
            appspec: None,
            observer: None,
        }
    }

    /// With a test listener.
    #[must_use]
    pub fn with_test_listener(mut self, listener: TestListener) -> Self {
        self.test_listener = Some(listener);
        self
    }

    /// With a revision of a task definition.
    #[must_use]
    pub fn with_task_definition(mut self, task_definition: TaskDefinition) -> Self {
        self.task_definition = Some(task_definition);
        self
    }

    /// With a function that validates at these events.
    #[must_use]
    pub fn with_function(
        mut self,
        function: HookFunction,
        events: impl IntoIterator<Item = HookEvent>,
    ) -> Self {
        self.functions.push((function, events.into_iter().collect()));
        self
    }

    /// With an AppSpec that is to name the revision and the functions.
    #[must_use]
    pub fn with_appspec(mut self, appspec: AppSpecText) -> Self {
        self.appspec = Some(appspec);
        self
    }

    /// Tells this function of each thing when it is done, or, in a dry run, looked at: also of those before one that fails.
    #[must_use]
    pub fn with_observer(mut self, observer: impl Fn(&Change) + Send + Sync + 'static) -> Self {
        self.observer = Some(Observer::new(observer));
        self
    }

    /// What [`apply`](Self::apply) would do. Nothing is changed.
    ///
    /// # Errors
    ///
    /// [`SetupError`].
    pub async fn dry_run(&self) -> Result<Changes, SetupError> {
        let done = self.run(Mode::DryRun).pass(async |run| self.ensure(run).await).await?;
        Ok(done.changes)
    }

    /// Sees to it that everything is there, and gives the AppSpec to deploy with: its text is for the caller to keep.
    ///
    /// # Errors
    ///
    /// [`SetupError`]. To set up again is safe, and goes on where this ended.
    pub async fn apply(&self) -> Result<Made<Option<AppSpecText>>, SetupError> {
        self.run(Mode::Apply).pass(async |run| self.ensure(run).await).await
    }

    /// What [`teardown`](Self::teardown) would do. Nothing is changed.
    ///
    /// # Errors
    ///
    /// [`SetupError`].
    pub async fn dry_run_teardown(&self) -> Result<Changes, SetupError> {
        let done = self.run(Mode::DryRun).pass(async |run| self.take_away(run).await).await?;
        Ok(done.changes)
    }

    /// Takes away what this set-up made, whole or broken off, and gives the AppSpec without the functions that are no more.
    ///
    /// # Errors
    ///
    /// [`SetupError`], and [`SetupError::UnderWay`] while the group deploys. To clean up again is safe.
    pub async fn teardown(&self) -> Result<Made<Option<AppSpecText>>, SetupError> {
        self.run(Mode::Apply).pass(async |run| self.take_away(run).await).await
    }

    fn run(&self, mode: Mode) -> Run {
        Run::observed(mode, self.observer.clone())
    }

    async fn ensure(&self, run: &mut Run) -> Result<Option<AppSpecText>, SetupError> {
        if let Some(listener) = &self.test_listener {
            listener.ensure(run).await?;
        }
        let revision = match &self.task_definition {
            Some(task_definition) => Some(task_definition.ensure(run).await?),
            None => None,
        };
        for (function, _) in &self.functions {
            function.ensure(run).await?;
        }
        let Some(before) = self.appspec.clone() else { return Ok(None) };
        self.edited(run, before, revision).map(Some)
    }

    /// The AppSpec with the revision and the functions. A dry run has no revision yet, and leaves that text as it is.
    fn edited(
        &self,
        run: &mut Run,
        before: AppSpecText,
        revision: Option<TaskDefinitionArn>,
    ) -> Result<AppSpecText, SetupError> {
        let (mut text, mut details) = (before.clone(), Vec::new());
        if let Some(revision) = revision {
            let named = before.spec().ecs_service().map(|service| service.task_definition.clone());
            if named.as_ref() != Some(&revision) {
                let was = named.map(|named| named.as_str().to_owned()).unwrap_or_default();
                details.push(format!("TaskDefinition {was} -> {}", revision.as_str()));
            }
            if revision.as_str().starts_with("arn:") {
                text = text.with_task_definition(&revision)?;
            }
        }
        for (function, events) in &self.functions {
            let name = name_of(function)?;
            for &event in events {
                match before.spec().hooks.get(&event) {
                    Some(bound) if *bound == name => continue,
                    Some(bound) => details.push(format!("{event} {bound} -> {name}")),
                    None => details.push(format!("{event} none -> {name}")),
                }
                text = text.with_hook(event, &name)?;
            }
        }
        note(run, details);
        Ok(text)
    }

    async fn take_away(&self, run: &mut Run) -> Result<Option<AppSpecText>, SetupError> {
        if let Some(listener) = &self.test_listener {
            listener.take_away(run).await?;
        }
        let mut gone = Vec::new();
        for (function, _) in &self.functions {
            if function.take_away(run).await? {
                gone.push(name_of(function)?);
            }
        }
        if let Some(task_definition) = &self.task_definition {
            task_definition.take_away(run).await?;
        }
        let Some(mut text) = self.appspec.clone() else { return Ok(None) };
        let mut details = Vec::new();
        for name in gone {
            for (event, bound) in text.spec().hooks.clone() {
                if bound == name {
                    details.push(format!("{event} {name} -> none"));
                    text = text.without_hook(event)?;
                }
            }
        }
        note(run, details);
        Ok(Some(text))
    }
}

impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the set-up {}", self.owner)
    }
}

fn note(run: &mut Run, details: Vec<String>) {
    if details.is_empty() {
        run.keeps("AppSpec", "", None);
    } else {
        run.does(Change::new(Action::Change, "AppSpec", "").with_all(details));
    }
}

fn name_of(function: &HookFunction) -> Result<FunctionName, SetupError> {
    function.name().parse().map_err(|error: InvalidFunctionName| SetupError::invalid(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn can_be_spawned<T: Send>(_: &T) {}

    #[test]
    fn all_that_a_set_up_does_can_be_spawned() {
        let setup = Setup::new(Owner::new("shop-web").unwrap());
        can_be_spawned(&setup.dry_run());
        can_be_spawned(&setup.apply());
        can_be_spawned(&setup.dry_run_teardown());
        can_be_spawned(&setup.teardown());
    }
}
