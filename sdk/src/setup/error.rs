//! Why a set-up ended early, by what the caller does next.

use std::error::Error;
use std::fmt;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use greenlight_core::appspec::{EditError, InvalidAppSpec};
use greenlight_core::error::Source;

/// Why a set-up, or its clean-up, ended early. What was done by then stays; to do it again is safe, and goes on from there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// Correct what was declared.
    #[error("{what}")]
    Invalid {
        /// What is wrong with it, and what to write.
        what: String,
    },
    /// Correct the name, or make it first: something that the set-up builds on is not there.
    #[error("there is no {what} {name}; {hint}")]
    NotFound {
        /// The sort of thing, such as `load balancer`.
        what: &'static str,
        /// Its name.
        name: String,
        /// What to do.
        hint: String,
    },
    /// Take another name: a thing of this name is there, and this set-up did not make it.
    #[error(
        "the {what} {name} is there already, and not made by the set-up {owner:?}; name another one, or give it the tag \
         {tag}={owner} if it is to be changed and deleted with the set-up"
    )]
    Foreign {
        /// The sort of thing.
        what: &'static str,
        /// Its name.
        name: String,
        /// The set-up.
        owner: String,
        /// The key of its tag.
        tag: &'static str,
    },
    /// Ask for a permission: the credentials may not do this.
    #[error("{action} is not allowed for {thing}; add {action} to the policy of whoever sets up")]
    Denied {
        /// The permission, such as `iam:CreateRole`.
        action: &'static str,
        /// What it was for.
        thing: String,
        /// What the service said.
        #[source]
        source: Source,
    },
    /// Try again: the service cannot be reached, or has too much to do.
    #[error("{action} for {thing} had no answer; to set up again is safe")]
    Unavailable {
        /// The call, by its permission.
        action: &'static str,
        /// What it was for.
        thing: String,
        /// What went wrong.
        #[source]
        source: Source,
    },
    /// Do what the service says, which does not take the call.
    #[error("{action} for {thing} was refused")]
    Refused {
        /// The call, by its permission.
        action: &'static str,
        /// What it was for.
        thing: String,
        /// What the service said.
        #[source]
        source: Source,
    },
    /// Look at the thing: it did not become ready.
    #[error("{thing} is still not ready after {seconds} s: {state}; to set up again is safe")]
    NotReady {
        /// What was waited for.
        thing: String,
        /// For how long.
        seconds: u64,
        /// How it was at last.
        state: String,
    },
    /// Wait for the end of the deployment, or stop it: it needs what would be taken away.
    #[error(
        "the deployment {deployment} of {group} is under way; wait for its end or stop it, then clean up"
    )]
    UnderWay {
        /// The deployment group.
        group: String,
        /// The id of the deployment.
        deployment: String,
    },
    /// Correct the AppSpec.
    #[error(transparent)]
    AppSpec(#[from] InvalidAppSpec),
    /// Change the AppSpec by hand.
    #[error(transparent)]
    Edit(#[from] EditError),
}

impl SetupError {
    pub(super) fn invalid(what: impl Into<String>) -> Self {
        Self::Invalid { what: what.into() }
    }
}

/// What came of a call that failed. `action` is its permission.
pub(super) fn failed<E>(
    action: &'static str,
    thing: impl fmt::Display,
    error: SdkError<E, HttpResponse>,
) -> SetupError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let thing = thing.to_string();
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code).unwrap_or_default().to_owned();
    let status = error.raw_response().map(|response| response.status().as_u16());
    let source: Source = told(&error).into();
    if DENIED.contains(&code.as_str()) {
        return SetupError::Denied { action, thing, source };
    }
    let is_weather = THROTTLED.contains(&code.as_str()) || status.is_none_or(|status| status >= 500);
    if is_weather && !matches!(error, SdkError::ConstructionFailure(_)) {
        return SetupError::Unavailable { action, thing, source };
    }
    SetupError::Refused { action, thing, source }
}

/// Whether the service answered with this error.
pub(super) fn is<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>, codes: &[&str]) -> bool {
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
    code.is_some_and(|code| codes.contains(&code))
}

/// Whether CodeDeploy answered that there is no such deployment group, or no such application.
pub(super) fn is_no_group<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    is(error, &["ApplicationDoesNotExistException", "DeploymentGroupDoesNotExistException"])
}

/// The names that services have for a lack of permission.
const DENIED: [&str; 4] =
    ["AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"];

/// The names that services have for too many calls.
const THROTTLED: [&str; 6] = [
    "RequestLimitExceeded",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "RequestThrottled",
];

/// The error in the service's words, or in those of whatever broke the connection.
fn told<E>(error: &SdkError<E, HttpResponse>) -> String
where
    E: ProvideErrorMetadata + Error + 'static,
{
    if let Some(error) = error.as_service_error() {
        let code = error.code().unwrap_or("an error without a name");
        return match error.message().map(str::trim).filter(|message| !message.is_empty()) {
            Some(message) => format!("{code}: {}", message.trim_end_matches('.')),
            None => code.to_owned(),
        };
    }
    crate::cause::innermost(error)
}
