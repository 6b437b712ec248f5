//! Where a deployment's revision runs, and what its targets are.

use crate::lifecycle::Platform;
use crate::string_enum::string_enum;

string_enum! {
    /// The compute platform of an application, as the service names it (`computePlatform`).
    ///
    /// Two of the three shift traffic, and have a [lifecycle](crate::lifecycle):
    ///
    /// ```
    /// use greenlight_core::ComputePlatform;
    /// use greenlight_core::lifecycle::Platform;
    ///
    /// assert_eq!(ComputePlatform::Lambda.lifecycle(), Some(Platform::Lambda));
    /// assert_eq!(ComputePlatform::Server.lifecycle(), None);
    /// assert_eq!(ComputePlatform::from(Platform::Ecs).to_string(), "ECS");
    /// ```
    #[non_exhaustive]
    pub enum ComputePlatform {
        /// A service of Amazon ECS.
        Ecs = "ECS",
        /// A function of AWS Lambda.
        Lambda = "Lambda",
        /// Instances of Amazon EC2 or on premises.
        Server = "Server",
    }
}

string_enum! {
    /// What a deployment's target is (`deploymentTargetType`).
    #[non_exhaustive]
    pub enum DeploymentTargetType {
        /// A service of Amazon ECS.
        Ecs = "ECSTarget",
        /// A function of AWS Lambda.
        Lambda = "LambdaTarget",
        /// An instance.
        Instance = "InstanceTarget",
        /// A resource of a CloudFormation stack.
        CloudFormation = "CloudFormationTarget",
    }
}

impl ComputePlatform {
    /// What the targets of deployments on this platform are.
    #[must_use]
    pub const fn target_type(self) -> DeploymentTargetType {
        match self {
            Self::Ecs => DeploymentTargetType::Ecs,
            Self::Lambda => DeploymentTargetType::Lambda,
            Self::Server => DeploymentTargetType::Instance,
        }
    }

    /// The platform of the lifecycle, or none where deployments are in place and shift no traffic.
    #[must_use]
    pub const fn lifecycle(self) -> Option<Platform> {
        match self {
            Self::Ecs => Some(Platform::Ecs),
            Self::Lambda => Some(Platform::Lambda),
            Self::Server => None,
        }
    }
}

impl From<Platform> for ComputePlatform {
    fn from(platform: Platform) -> Self {
        match platform {
            Platform::Ecs => Self::Ecs,
            Platform::Lambda => Self::Lambda,
        }
    }
}
