//! Errors of applications.

use super::ServiceError;

impl ServiceError {
    /// `applicationName` is absent or empty.
    pub(crate) fn application_name_required() -> Self {
        Self::modelled("ApplicationNameRequiredException", "An application name must be specified.")
    }

    /// The name breaks the rules of names; `why` says which.
    pub(crate) fn invalid_application_name(name: &str, why: impl std::fmt::Display) -> Self {
        Self::modelled(
            "InvalidApplicationNameException",
            format!("{name:?} is not a valid application name: {why}."),
        )
    }

    /// There is an application of this name already.
    pub(crate) fn application_already_exists(name: &str) -> Self {
        Self::modelled("ApplicationAlreadyExistsException", format!("Application {name} already exists."))
    }

    /// There is no application of this name.
    pub(crate) fn application_does_not_exist(name: &str) -> Self {
        Self::modelled("ApplicationDoesNotExistException", format!("No application found for name: {name}"))
    }

    /// The account has as many applications as it can have.
    pub(crate) fn application_limit_exceeded(limit: usize) -> Self {
        Self::modelled(
            "ApplicationLimitExceededException",
            format!("The account has {limit} applications, and can have no more."),
        )
    }

    /// `computePlatform` is none of the three, or not the one that is needed.
    pub(crate) fn invalid_compute_platform(given: &str) -> Self {
        Self::modelled(
            "InvalidComputePlatformException",
            format!("{given:?} is not a valid compute platform: use Lambda, Server, or ECS."),
        )
    }
}
