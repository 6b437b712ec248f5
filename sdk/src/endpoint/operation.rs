//! The operations of the service, API version 2014-10-06.

use std::fmt;

macro_rules! operations {
    ($($name:ident,)+) => {
        /// One operation. All of the model's 47 are here, those included that are not for ECS or Lambda.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum Operation {
            $($name,)+
        }

        impl Operation {
            /// Every operation, by name.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The name on the wire.
            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)+
                }
            }
        }
    };
}

operations! {
    AddTagsToOnPremisesInstances,
    BatchGetApplicationRevisions,
    BatchGetApplications,
    BatchGetDeploymentGroups,
    BatchGetDeploymentInstances,
    BatchGetDeploymentTargets,
    BatchGetDeployments,
    BatchGetOnPremisesInstances,
    ContinueDeployment,
    CreateApplication,
    CreateDeployment,
    CreateDeploymentConfig,
    CreateDeploymentGroup,
    DeleteApplication,
    DeleteDeploymentConfig,
    DeleteDeploymentGroup,
    DeleteGitHubAccountToken,
    DeleteResourcesByExternalId,
    DeregisterOnPremisesInstance,
    GetApplication,
    GetApplicationRevision,
    GetDeployment,
    GetDeploymentConfig,
    GetDeploymentGroup,
    GetDeploymentInstance,
    GetDeploymentTarget,
    GetOnPremisesInstance,
    ListApplicationRevisions,
    ListApplications,
    ListDeploymentConfigs,
    ListDeploymentGroups,
    ListDeploymentInstances,
    ListDeploymentTargets,
    ListDeployments,
    ListGitHubAccountTokenNames,
    ListOnPremisesInstances,
    ListTagsForResource,
    PutLifecycleEventHookExecutionStatus,
    RegisterApplicationRevision,
    RegisterOnPremisesInstance,
    RemoveTagsFromOnPremisesInstances,
    SkipWaitTimeForInstanceTermination,
    StopDeployment,
    TagResource,
    UntagResource,
    UpdateApplication,
    UpdateDeploymentGroup,
}

impl Operation {
    /// The operation of this name, in exactly this spelling.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operation| operation.name() == name)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_the_models_47_operations() {
        assert_eq!(Operation::ALL.len(), 47);
    }

    #[test]
    fn an_operation_has_one_spelling() {
        assert_eq!(Operation::named("GetDeployment"), Some(Operation::GetDeployment));
        for name in ["getDeployment", "GetDeployment ", "", "GetDeploymentX"] {
            assert_eq!(Operation::named(name), None, "{name:?}");
        }
    }
}
