//! Statuses of deployments, targets, lifecycle events and hooks, as the service names them.

use crate::string_enum::string_enum;

string_enum! {
    /// Where a deployment stands.
    #[non_exhaustive]
    pub enum DeploymentStatus {
        /// Accepted, not begun.
        Created = "Created",
        /// Waiting behind the service's limits.
        Queued = "Queued",
        /// Under way. The termination wait counts as under way, though all traffic is shifted.
        InProgress = "InProgress",
        /// Never seen on ECS; part of the service's list.
        Baking = "Baking",
        /// Waiting for `ContinueDeployment` before production traffic is shifted.
        Ready = "Ready",
        /// Ended well.
        Succeeded = "Succeeded",
        /// Ended by a failure.
        Failed = "Failed",
        /// Ended by an operator, an alarm, or a ready wait that ran out.
        Stopped = "Stopped",
    }
}

impl DeploymentStatus {
    /// Whether nothing can happen to the deployment any more.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Stopped)
    }
}

string_enum! {
    /// Where a deployment's target stands: the service of an ECS deployment, the function of a Lambda one.
    #[non_exhaustive]
    pub enum TargetStatus {
        /// Not begun.
        Pending = "Pending",
        /// Under way.
        InProgress = "InProgress",
        /// Done.
        Succeeded = "Succeeded",
        /// Ended by a failure or a stop.
        Failed = "Failed",
        /// Never begun.
        Skipped = "Skipped",
        /// The service does not know.
        Unknown = "Unknown",
        /// Waiting for `ContinueDeployment`.
        Ready = "Ready",
    }
}

string_enum! {
    /// How a lifecycle event ended, in its diagnostics (`LifecycleErrorCode`). The names are those of scripts on
    /// instances; a hook function is one to the service.
    #[non_exhaustive]
    pub enum LifecycleErrorCode {
        /// It ended well.
        Success = "Success",
        /// There is no such script.
        ScriptMissing = "ScriptMissing",
        /// The script cannot be run.
        ScriptNotExecutable = "ScriptNotExecutable",
        /// The script did not end in time.
        ScriptTimedOut = "ScriptTimedOut",
        /// The script ended badly.
        ScriptFailed = "ScriptFailed",
        /// Something else.
        UnknownError = "UnknownError",
    }
}

string_enum! {
    /// Where one lifecycle event stands.
    #[non_exhaustive]
    pub enum LifecycleEventStatus {
        /// Not begun.
        Pending = "Pending",
        /// Under way.
        InProgress = "InProgress",
        /// Done, or nothing to do.
        Succeeded = "Succeeded",
        /// Ended by a failure or a stop while under way.
        Failed = "Failed",
        /// Never begun, because an earlier event ended the deployment.
        Skipped = "Skipped",
        /// The service does not know.
        Unknown = "Unknown",
    }
}

string_enum! {
    /// What a hook reports: the two statuses that the callback accepts.
    pub enum HookStatus {
        /// The deployment may go on.
        Succeeded = "Succeeded",
        /// The deployment must stop.
        Failed = "Failed",
    }
}

string_enum! {
    /// Which of a deployment's waits an operator ends early.
    pub enum WaitKind {
        /// The wait before production traffic is shifted.
        Ready = "READY_WAIT",
        /// The wait before the original task set is deleted.
        Termination = "TERMINATION_WAIT",
    }
}

string_enum! {
    /// How far a stop is (`StopDeployment`).
    #[non_exhaustive]
    pub enum StopStatus {
        /// Under way.
        Pending = "Pending",
        /// Done.
        Succeeded = "Succeeded",
    }
}

string_enum! {
    /// Who created a deployment.
    #[non_exhaustive]
    pub enum DeploymentCreator {
        /// A person or a tool, by `CreateDeployment`.
        User = "user",
        /// The service, to roll another deployment back.
        CodeDeployRollback = "codeDeployRollback",
        /// The service itself.
        CodeDeploy = "CodeDeploy",
        /// The service, to bring instances up to date that missed a deployment.
        CodeDeployAutoUpdate = "CodeDeployAutoUpdate",
        /// Auto Scaling, for a new instance.
        Autoscaling = "autoscaling",
        /// Auto Scaling, for an instance that is about to end.
        AutoscalingTermination = "autoscalingTermination",
        /// CloudFormation.
        CloudFormation = "CloudFormation",
        /// CloudFormation, to roll a stack back.
        CloudFormationRollback = "CloudFormationRollback",
    }
}
