//! Reading an AppSpec.

use std::hint::black_box;

use greenlight::core::AppSpec;

use super::{HotPath, Setting, Work};
use greenlight_budgets::{failure::Broken, subject::Subject};

const TEXT: &str = r#"version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: "arn:aws:ecs:us-east-1:123456789012:task-definition/web:42"
        LoadBalancerInfo:
          ContainerName: "web"
          ContainerPort: 8080
        PlatformVersion: "LATEST"
        NetworkConfiguration:
          AwsvpcConfiguration:
            Subnets: ["subnet-0a1b2c3d", "subnet-4e5f6a7b"]
            SecurityGroups: ["sg-0a1b2c3d"]
            AssignPublicIp: "DISABLED"
Hooks:
  - BeforeInstall: "CodeDeployHook_before_install"
  - AfterAllowTestTraffic: "CodeDeployHook_smoke"
  - AfterAllowTraffic: "arn:aws:lambda:us-east-1:123456789012:function:CodeDeployHook_sanity"
"#;

pub(crate) const READ: HotPath = HotPath {
    subject: Subject {
        name: "appspec-read",
        what: "an AppSpec of 22 lines with three hooks is read and checked",
        runs: 50,
    },
    prepare,
};

fn prepare(_: &Setting) -> Result<Work, Broken> {
    Ok(Box::new(|| {
        let reading = AppSpec::read(black_box(TEXT));
        match reading.spec {
            Some(spec) if spec.hooks.len() == 3 => Ok(()),
            _ => Err(format!("the AppSpec was not read: {:?}", reading.findings).into()),
        }
    }))
}
