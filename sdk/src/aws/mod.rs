//! Deployments at AWS: CodeDeploy as a [pipeline](greenlight_core::DeploymentPipeline).
//!
//! [`Connection`] finds region, credentials and endpoints as every AWS tool does; [`CodeDeploy`] is the pipeline.
//!
//! | operation | permissions that it needs, `codedeploy:` where nothing else is said |
//! |---|---|
//! | plan | GetApplication, GetDeploymentGroup, ListDeployments, GetDeploymentConfig (custom configurations), `ecs:DescribeTaskDefinition`, `ecs:DescribeServices`, `elasticloadbalancing:DescribeTargetGroups`, `elasticloadbalancing:DescribeRules`, `lambda:GetFunctionConfiguration`, `lambda:GetPolicy`, `iam:SimulatePrincipalPolicy`, `cloudwatch:DescribeAlarms`. What is not permitted is left out, and [said](PLAN_FINDING_CODES) |
//! | start | CreateDeployment, RegisterApplicationRevision, GetApplicationRevision, GetDeploymentConfig; ListDeployments and GetDeployment to find what was started before an answer was lost |
//! | describe, events | GetDeployment, ListDeploymentTargets, GetDeploymentTarget; BatchGetDeployments where many are followed. Better with GetApplicationRevision (hooks), GetDeploymentConfig (steps of a custom configuration) and `logs:FilterLogEvents` (what hooks wrote) |
//! | proceed, stop, report | ContinueDeployment, StopDeployment, PutLifecycleEventHookExecutionStatus |

mod api;
mod builder;
mod clock;
mod connection;
mod control;
mod error;
mod logs;
mod logs_of;
mod pipeline;
mod plan;
mod read;
mod seen;
mod start;
mod target_ids;
#[cfg(test)]
mod test_support;
mod timeline;
mod watched;

pub use self::api::{Contact, ContactChanges, RequestBudget, SilenceCause};
pub use self::builder::CodeDeployBuilder;
pub use self::connection::{Connection, ConnectionBuilder, ConnectionError};
pub use self::logs::HookLogLine;
pub use self::pipeline::CodeDeploy;
pub use self::plan::PLAN_FINDING_CODES;
pub use self::start::Started;
