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

    /// Why this endpoint does not have the operation, if it does not.
    pub(crate) const fn unsupported(self) -> Option<&'static str> {
        match self {
            Self::AddTagsToOnPremisesInstances
            | Self::BatchGetOnPremisesInstances
            | Self::DeregisterOnPremisesInstance
            | Self::GetOnPremisesInstance
            | Self::ListOnPremisesInstances
            | Self::RegisterOnPremisesInstance
            | Self::RemoveTagsFromOnPremisesInstances => Some(
                "it is about on-premises instances, and this endpoint plays deployments of ECS services and Lambda functions",
            ),
            Self::BatchGetDeploymentInstances
            | Self::GetDeploymentInstance
            | Self::ListDeploymentInstances => Some(
                "it is about instances of EC2/on-premises deployments; ask for deployment targets, with ListDeploymentTargets and GetDeploymentTarget",
            ),
            Self::DeleteGitHubAccountToken | Self::ListGitHubAccountTokenNames => Some(
                "it is about connections to GitHub for EC2/on-premises deployments, and this endpoint has none",
            ),
            Self::DeleteResourcesByExternalId => {
                Some("it is about deployments that CloudFormation started, and none of this endpoint are")
            }
            _ => None,
        }
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
    fn there_are_the_models_47_operations_and_13_of_them_are_not_for_ecs_or_lambda() {
        assert_eq!(Operation::ALL.len(), 47);
        let unsupported = Operation::ALL.iter().filter(|operation| operation.unsupported().is_some());
        assert_eq!(unsupported.count(), 13);
    }

    #[test]
    fn an_operation_has_one_spelling() {
        assert_eq!(Operation::named("GetDeployment"), Some(Operation::GetDeployment));
        for name in ["getDeployment", "GetDeployment ", "", "GetDeploymentX"] {
            assert_eq!(Operation::named(name), None, "{name:?}");
        }
    }
}
