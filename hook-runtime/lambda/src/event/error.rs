//! Why an event cannot be worked on.

/// An event that is no hook, or a broken one. What it holds is not repeated: it may be secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// It begins like an event of CodeDeploy. Without both ids there is nothing that could be reported.
    #[error(
        "the event is a broken hook of CodeDeploy: {problem}; nothing can be reported for it, invoke the function by the \
         AppSpec of a deployment"
    )]
    CodeDeploy {
        /// What is wrong with it.
        problem: String,
    },
    /// It begins like an event of Amazon ECS. The answer is `FAILED`.
    #[error("the event is a broken lifecycle hook of Amazon ECS: {problem}; the answer is FAILED")]
    Native {
        /// What is wrong with it.
        problem: String,
    },
    /// It asks for a check that this version of the host does not know.
    #[error(
        "the event is a doctor's of another version: {problem}; deploy a bundle of the same version as the command"
    )]
    Doctor {
        /// What is wrong with it.
        problem: String,
    },
    /// It is something else, such as a message of a queue.
    #[error(
        "the event is no hook of a deployment but {found}; this function answers the hooks of CodeDeploy and Amazon ECS \
         only: take it out of whatever else invokes it"
    )]
    Other {
        /// What it looks like.
        found: String,
    },
}
