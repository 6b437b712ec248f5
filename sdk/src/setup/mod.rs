//! What a deployment with a validation test needs at AWS, made and taken away again: the steps of the AWS tutorial "Deploy an Amazon ECS
//! service with a validation test" as operations.
//!
//! Each of them is idempotent: what is as it should be is left alone. Each has a dry run that tells the differences, found by the same
//! code that mends them. What is made has the tag [`TAG`] with the name of its set-up from the moment it is there; the
//! clean-up deletes what has it, and nothing else, so that it also clears what a set-up left that was broken off.
//!
//! | step | operation |
//! |---|---|
//! | test listener | [`TestListener`], which can make the deployment group too |
//! | task definition | [`TaskDefinition`] |
//! | hook function | [`HookFunction`], with its role and its log group |
//! | AppSpec | [`AppSpecText`](greenlight_core::appspec::AppSpecText) |
//! | all of them, and the clean-up | [`Setup`] |

mod change;
mod deployment_group;
mod error;
mod hook_function;
mod owner;
mod patience;
mod run;
mod task_definition;
mod test_listener;
mod under_way;
mod whole;

pub use change::{Action, Change, Changes};
pub use error::SetupError;
pub use hook_function::{Architecture, HOOK_PREFIX, HookFunction, Vpc};
pub use owner::{Owner, TAG};
pub use task_definition::TaskDefinition;
pub use test_listener::{NewDeploymentGroup, TestListener};
pub use whole::Setup;

/// What an operation leaves: a value to go on with, and what happened on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Made<T> {
    /// What the next step needs, such as an ARN.
    pub value: T,
    /// What was made or changed, and what was left.
    pub changes: Changes,
}
