//! The codes of failures and stops.

use crate::string_enum::string_enum;

string_enum! {
    /// Why a deployment failed or was stopped, as the service codes it (`errorInformation.code`).
    #[non_exhaustive]
    pub enum ErrorCode {
        /// A hook reported a failure, or could not run.
        HookExecutionFailure = "HOOK_EXECUTION_FAILURE",
        /// Something took longer than allowed.
        Timeout = "TIMEOUT",
        /// An alarm of the deployment group went off.
        AlarmActive = "ALARM_ACTIVE",
        /// An operator stopped the deployment.
        ManualStop = "MANUAL_STOP",
        /// The service or its load balancer could not be changed.
        EcsUpdateError = "ECS_UPDATE_ERROR",
        /// The load balancer is not as the deployment needs it.
        ElasticLoadBalancingInvalid = "ELASTIC_LOAD_BALANCING_INVALID",
        /// The Lambda function, its alias or its versions are not as the deployment needs them.
        InvalidLambdaFunction = "INVALID_LAMBDA_FUNCTION",
        /// The replacement task set is not healthy.
        HealthConstraints = "HEALTH_CONSTRAINTS",
        /// The role may not invoke the hook function, or the function does not exist.
        IamRolePermissions = "IAM_ROLE_PERMISSIONS",
        /// The service assumes no role, or there is no such role.
        IamRoleMissing = "IAM_ROLE_MISSING",
        /// The application does not exist any more.
        ApplicationMissing = "APPLICATION_MISSING",
        /// The deployment group does not exist any more.
        DeploymentGroupMissing = "DEPLOYMENT_GROUP_MISSING",
        /// The revision does not exist any more.
        RevisionMissing = "REVISION_MISSING",
        /// The revision cannot be read, or is not one for this platform.
        InvalidRevision = "INVALID_REVISION",
        /// The ECS service is not as the deployment needs it.
        InvalidEcsService = "INVALID_ECS_SERVICE",
        /// The configuration of the Lambda deployment is not as the service needs it.
        InvalidLambdaConfiguration = "INVALID_LAMBDA_CONFIGURATION",
        /// The deployment group names no load balancer.
        MissingElbInformation = "MISSING_ELB_INFORMATION",
        /// An instance is not behind the load balancer.
        ElbInvalidInstance = "ELB_INVALID_INSTANCE",
        /// The deployment group does not say how blue/green deployments go.
        MissingBlueGreenDeploymentConfiguration = "MISSING_BLUE_GREEN_DEPLOYMENT_CONFIGURATION",
        /// A resource that the deployment needs does not exist.
        CodeDeployResourceCannotBeFound = "CODEDEPLOY_RESOURCE_CANNOT_BE_FOUND",
        /// The application did not pass its health checks.
        CustomerApplicationUnhealthy = "CUSTOMER_APPLICATION_UNHEALTHY",
        /// The minimum of healthy hosts cannot be kept.
        HealthConstraintsInvalid = "HEALTH_CONSTRAINTS_INVALID",
        /// A limit of another service was reached.
        ResourceLimitExceeded = "RESOURCE_LIMIT_EXCEEDED",
        /// Another service took no more requests.
        Throttled = "THROTTLED",
        /// The stack that made the deployment failed.
        CloudFormationStackFailure = "CLOUDFORMATION_STACK_FAILURE",
        /// The agent on an instance cannot be reached.
        AgentIssue = "AGENT_ISSUE",
        /// The Auto Scaling group is not as the deployment needs it.
        AutoScalingConfiguration = "AUTO_SCALING_CONFIGURATION",
        /// The role may not change the Auto Scaling group.
        AutoScalingIamRolePermissions = "AUTO_SCALING_IAM_ROLE_PERMISSIONS",
        /// The Auto Scaling group cannot be copied.
        AutoscalingValidationError = "AUTOSCALING_VALIDATION_ERROR",
        /// The deployment group has no instances.
        NoInstances = "NO_INSTANCES",
        /// The deployment group has too many instances.
        OverMaxInstances = "OVER_MAX_INSTANCES",
        /// The account may not use EC2.
        NoEc2Subscription = "NO_EC2_SUBSCRIPTION",
        /// The revision is on GitHub, and there is no token for it.
        MissingGithubToken = "MISSING_GITHUB_TOKEN",
        /// A fault of the service itself.
        InternalError = "INTERNAL_ERROR",
        /// A code that this version does not know.
        Unknown = "UNKNOWN",
    }
}
