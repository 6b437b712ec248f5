//! The AppSpec: the text that tells CodeDeploy what to deploy and which functions to ask on the way.
//!
//! [`AppSpec::read`] takes YAML or JSON as the service does and gives the value, or every reason why there is none,
//! each with line, column and fix. [`AppSpec::to_yaml`] and [`AppSpec::to_json`] write the canonical form, with what
//! was not understood kept; [`AppSpecText`] changes hooks and task definition of a text in place. The format is described in the user guide of CodeDeploy, "AppSpec file reference".
//!
//! ```
//! use greenlight_core::appspec::AppSpec;
//!
//! let reading = AppSpec::read(r#"
//! version: 0.0
//! Resources:
//!   - web:
//!       Type: AWS::ECS::Service
//!       Properties:
//!         TaskDefinition: arn:aws:ecs:eu-west-1:111122223333:task-definition/web:7
//!         LoadBalancerInfo: { ContainerName: web, ContainerPort: "8080" }
//! Hooks:
//!   - AfterAllowTestTrafic: smoke-test
//! "#);
//! assert!(reading.spec.is_none());
//! let finding = &reading.findings[0];
//! assert_eq!(finding.to_string(), "10:5: error[unknown-event]: there is no event `AfterAllowTestTrafic`");
//! assert_eq!(finding.fix.as_deref(), Some("did you mean `AfterAllowTestTraffic`?"));
//! ```

mod codes;
mod digest;
mod duplicates;
mod edit;
mod fault;
mod function_name;
mod json;
mod limits;
mod node;
mod placeholder;
mod read;
mod report;
mod rules;
mod source;
mod spec;
mod task_definition;
mod value;
mod write;
mod write_json;
mod write_yaml;
mod yaml;
mod yaml_fault;
mod yaml_merge;
mod yaml_scalar;

pub use codes::FINDING_CODES;
pub use digest::sha256;
pub use edit::{AppSpecText, EditError};
pub use function_name::{FunctionName, InvalidFunctionName};
pub use limits::{MAX_BYTES, MAX_DEPTH, MAX_EXPANDED_BYTES, MAX_VALUES};
pub use placeholder::is_placeholder;
pub use read::{InvalidAppSpec, Reading};
pub use spec::{
    AppSpec, AssignPublicIp, AwsvpcConfiguration, CapacityProvider, EcsService, LambdaFunction, Resource,
};
pub use task_definition::TaskDefinition;
pub use value::{Section, UnknownKey, Value};
