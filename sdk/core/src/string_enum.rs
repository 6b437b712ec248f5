//! One way to write the service's string enums: the spelling on the wire is the only spelling.

/// Declares an enum whose variants are written on the wire as the given text.
///
/// Gives `as_str`, `ALL`, `Display`, `FromStr` (exact spelling), serde in both directions, and a JSON Schema
/// behind the feature `schema`.
macro_rules! string_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum $name {
            $($(#[$variant_meta])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every variant, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The spelling on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::error::UnknownName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|one| one.as_str() == text).ok_or_else(|| {
                    $crate::error::UnknownName {
                        what: stringify!($name),
                        given: text.to_owned(),
                        known: Self::ALL.iter().map(|one| one.as_str()).collect(),
                    }
                })
            }
        }
    };
}

pub(crate) use string_enum;

#[cfg(test)]
mod tests {
    use std::fmt;
    use std::str::FromStr;

    use serde::Serialize;
    use serde::de::DeserializeOwned;

    use crate::error::UnknownName;
    use crate::lifecycle::{InstanceAction, Platform, ReadyAction};
    use crate::traffic::TrafficRoutingType;
    use crate::*;

    /// The names are those of the service's model, each is read as it is written, and no other is.
    #[track_caller]
    fn names<E>(all: &[E], expected: &str)
    where
        E: fmt::Display + fmt::Debug + FromStr<Err = UnknownName> + PartialEq + Serialize + DeserializeOwned,
    {
        let mut written: Vec<String> = all.iter().map(ToString::to_string).collect();
        let mut expected: Vec<&str> = expected.split(' ').collect();
        written.sort();
        expected.sort_unstable();
        assert_eq!(written, expected);
        for one in all {
            assert_eq!(one.to_string().parse::<E>().as_ref(), Ok(one));
            let json = serde_json::to_string(one).unwrap();
            assert_eq!(json, format!("\"{one}\""));
            assert_eq!(&serde_json::from_str::<E>(&json).unwrap(), one);
        }
        assert!("".parse::<E>().is_err() && serde_json::from_str::<E>("\"\"").is_err());
    }

    #[test]
    fn every_enum_has_the_names_of_the_services_model() {
        names(ComputePlatform::ALL, "Server Lambda ECS");
        names(Platform::ALL, "Lambda ECS");
        names(DeploymentStatus::ALL, "Created Queued InProgress Baking Succeeded Failed Stopped Ready");
        names(TargetStatus::ALL, "Pending InProgress Succeeded Failed Skipped Unknown Ready");
        names(LifecycleEventStatus::ALL, "Pending InProgress Succeeded Failed Skipped Unknown");
        names(
            LifecycleErrorCode::ALL,
            "Success ScriptMissing ScriptNotExecutable ScriptTimedOut ScriptFailed UnknownError",
        );
        names(
            DeploymentCreator::ALL,
            "user autoscaling codeDeployRollback CodeDeploy CodeDeployAutoUpdate CloudFormation \
             CloudFormationRollback autoscalingTermination",
        );
        names(WaitKind::ALL, "READY_WAIT TERMINATION_WAIT");
        names(ReadyAction::ALL, "CONTINUE_DEPLOYMENT STOP_DEPLOYMENT");
        names(InstanceAction::ALL, "TERMINATE KEEP_ALIVE");
        names(DeploymentType::ALL, "IN_PLACE BLUE_GREEN");
        names(DeploymentOption::ALL, "WITH_TRAFFIC_CONTROL WITHOUT_TRAFFIC_CONTROL");
        names(
            AutoRollbackEvent::ALL,
            "DEPLOYMENT_FAILURE DEPLOYMENT_STOP_ON_ALARM DEPLOYMENT_STOP_ON_REQUEST",
        );
        names(TrafficRoutingType::ALL, "TimeBasedCanary TimeBasedLinear AllAtOnce");
        names(RevisionLocationType::ALL, "S3 GitHub String AppSpecContent");
        names(BundleType::ALL, "tar tgz zip YAML JSON");
        names(DeploymentTargetType::ALL, "InstanceTarget LambdaTarget ECSTarget CloudFormationTarget");
        names(TargetLabel::ALL, "Blue Green");
        names(StopStatus::ALL, "Pending Succeeded");
    }

    #[test]
    fn the_error_codes_are_those_of_the_services_model_and_one_for_all_others() {
        names(
            ErrorCode::ALL,
            "AGENT_ISSUE ALARM_ACTIVE APPLICATION_MISSING AUTOSCALING_VALIDATION_ERROR \
             AUTO_SCALING_CONFIGURATION AUTO_SCALING_IAM_ROLE_PERMISSIONS CODEDEPLOY_RESOURCE_CANNOT_BE_FOUND \
             CUSTOMER_APPLICATION_UNHEALTHY DEPLOYMENT_GROUP_MISSING ECS_UPDATE_ERROR \
             ELASTIC_LOAD_BALANCING_INVALID ELB_INVALID_INSTANCE HEALTH_CONSTRAINTS HEALTH_CONSTRAINTS_INVALID \
             HOOK_EXECUTION_FAILURE IAM_ROLE_MISSING IAM_ROLE_PERMISSIONS INTERNAL_ERROR INVALID_ECS_SERVICE \
             INVALID_LAMBDA_CONFIGURATION INVALID_LAMBDA_FUNCTION INVALID_REVISION MANUAL_STOP \
             MISSING_BLUE_GREEN_DEPLOYMENT_CONFIGURATION MISSING_ELB_INFORMATION MISSING_GITHUB_TOKEN \
             NO_EC2_SUBSCRIPTION NO_INSTANCES OVER_MAX_INSTANCES RESOURCE_LIMIT_EXCEEDED REVISION_MISSING \
             THROTTLED TIMEOUT CLOUDFORMATION_STACK_FAILURE UNKNOWN",
        );
    }
}
