//! Changes to the text of an AppSpec that leave every other byte as it was.

mod add;
mod find;
mod quote;
mod remove;
mod replace;

use std::fmt;
use std::ops::Range;

use super::function_name::FunctionName;
use super::node::Node;
use super::read::{InvalidAppSpec, tree};
use super::spec::AppSpec;
use super::task_definition::TaskDefinition;
use crate::event_name::HookEvent;

/// The text of an AppSpec, and what it says.
///
/// Its hooks and its task definition can be changed; comments, order, quotes, line ends and what was not understood stay as they
/// are. What was added can be removed again, and leaves the text that was there before. A change that is one already changes
/// nothing.
///
/// ```
/// use greenlight_core::HookEvent;
/// use greenlight_core::appspec::AppSpecText;
///
/// let text = "\
/// version: 0.0
/// Resources:
///   - web:
///       Type: AWS::ECS::Service
///       Properties:
///         TaskDefinition: <TASK_DEFINITION> # by the pipeline
///         LoadBalancerInfo: { ContainerName: web, ContainerPort: 8080 }
/// ";
/// let edited = AppSpecText::read(text)?.with_hook(HookEvent::AfterAllowTestTraffic, &"CodeDeployHook_smoke".parse()?)?;
/// let expected = format!("{text}Hooks:\n  - AfterAllowTestTraffic: CodeDeployHook_smoke\n");
/// assert_eq!(edited.as_str(), expected);
/// assert_eq!(edited.without_hook(HookEvent::AfterAllowTestTraffic)?.as_str(), text);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppSpecText {
    text: String,
    spec: AppSpec,
}

/// Why the text of an AppSpec was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// Change it by hand: it is written in a way that cannot be changed in place.
    #[error(
        "{what} cannot be changed in place, because of the way the AppSpec is written; write {write} by hand"
    )]
    Unusual {
        /// What was to be changed, such as `Hooks`.
        what: &'static str,
        /// What to write.
        write: String,
    },
    /// Take another AppSpec: that of a Lambda function has no task definition.
    #[error(
        "the AppSpec deploys a Lambda function and has no task definition; name the AppSpec of an ECS service"
    )]
    NoTaskDefinition,
}

impl AppSpecText {
    /// Takes a text that can be deployed.
    ///
    /// # Errors
    ///
    /// Every finding, where one of them is an error.
    pub fn read(text: impl Into<String>) -> Result<Self, InvalidAppSpec> {
        let text = text.into();
        let spec = AppSpec::read(&text).into_spec()?;
        Ok(Self { text, spec })
    }

    /// What it says.
    #[must_use]
    pub const fn spec(&self) -> &AppSpec {
        &self.spec
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text.
    #[must_use]
    pub fn into_string(self) -> String {
        self.text
    }

    /// Replaces the task definition.
    ///
    /// # Errors
    ///
    /// [`EditError`]; the text is then to be changed by hand.
    pub fn with_task_definition(self, task_definition: &TaskDefinition) -> Result<Self, EditError> {
        let service = self.spec.ecs_service().ok_or(EditError::NoTaskDefinition)?;
        if service.task_definition == *task_definition {
            return Ok(self);
        }
        let write = || format!("`TaskDefinition: {}`", task_definition.as_str());
        let unusual = || EditError::Unusual { what: "TaskDefinition", write: write() };
        let change = self.change(|place| replace::task_definition(place, task_definition.as_str()));
        let expected = self.spec.clone().with_task_definition(task_definition.clone());
        self.changed(change, expected).ok_or_else(unusual)
    }

    /// Binds a function to an event, in the place of the one that it had.
    ///
    /// # Errors
    ///
    /// [`EditError::Unusual`]; the text is then to be changed by hand.
    pub fn with_hook(self, event: HookEvent, function: &FunctionName) -> Result<Self, EditError> {
        let bound = self.spec.hooks.get(&event);
        if bound == Some(function) {
            return Ok(self);
        }
        let name = function.to_string();
        let change = if bound.is_some() {
            self.change(|place| replace::function(place, event, &name))
        } else {
            self.change(|place| add::hook(place, event, &name))
        };
        let expected = self.spec.clone().with_hook(event, function.clone());
        let unusual = || EditError::Unusual { what: "Hooks", write: format!("`- {event}: {name}`") };
        self.changed(change, expected).ok_or_else(unusual)
    }

    /// Takes the function of an event out, and with the last one the key `Hooks`.
    ///
    /// # Errors
    ///
    /// [`EditError::Unusual`]; the text is then to be changed by hand.
    pub fn without_hook(self, event: HookEvent) -> Result<Self, EditError> {
        let mut expected = self.spec.clone();
        if expected.hooks.remove(&event).is_none() {
            return Ok(self);
        }
        let change = self.change(|place| remove::hook(place, event));
        let unusual = || EditError::Unusual { what: "Hooks", write: format!("it without `{event}`") };
        self.changed(change, expected).ok_or_else(unusual)
    }

    fn change(&self, find: impl FnOnce(&Place<'_>) -> Option<Change>) -> Option<Change> {
        let root = tree(&self.text)?;
        find(&Place { text: &self.text, root: &root })
    }

    /// The text with the change in it, if it says then what it is to say: an alias or a merge key may have had more readers.
    fn changed(self, change: Option<Change>, expected: AppSpec) -> Option<Self> {
        let Change { at, new } = change?;
        let mut text = self.text;
        text.get(at.clone())?;
        text.replace_range(at, &new);
        let spec = AppSpec::read(&text).spec?;
        (spec == expected).then_some(Self { text, spec })
    }
}

impl fmt::Display for AppSpecText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// The text with the tree that was read of it.
struct Place<'t> {
    text: &'t str,
    root: &'t Node,
}

/// What takes the place of a range of bytes.
struct Change {
    at: Range<usize>,
    new: String,
}
