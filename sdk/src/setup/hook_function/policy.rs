//! What the function's role may do: what the Lambda host does, and no more.

use serde_json::{Value, json};

/// Where the things are that a policy names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) partition: &'a str,
    pub(super) region: &'a str,
    pub(super) account: &'a str,
}

/// Who may assume the role.
pub(super) fn trust() -> Value {
    json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "Service": "lambda.amazonaws.com" },
            "Action": "sts:AssumeRole",
        }],
    })
}

/// The policy of one function: the table in the Lambda host's README, its log, and network interfaces where it is in a VPC. IAM has no
/// narrower resource for these than all.
pub(super) fn permissions(
    place: Place<'_>,
    function: &str,
    application: &str,
    group: &str,
    in_vpc: bool,
) -> Value {
    let Place { partition, region, account } = place;
    let arn =
        |service: &str, resource: String| format!("arn:{partition}:{service}:{region}:{account}:{resource}");
    let invoked = arn("lambda", format!("function:{function}"));
    let mut statements = vec![
        json!({
            "Sid": "ReportAndReadDeployments",
            "Effect": "Allow",
            "Action": [
                "codedeploy:PutLifecycleEventHookExecutionStatus",
                "codedeploy:GetDeployment",
                "codedeploy:ListDeploymentTargets",
                "codedeploy:GetDeploymentTarget",
            ],
            "Resource": [arn("codedeploy", format!("deploymentgroup:{application}/{group}"))],
        }),
        json!({
            "Sid": "ReadRevisions",
            "Effect": "Allow",
            "Action": ["codedeploy:GetApplicationRevision"],
            "Resource": [arn("codedeploy", format!("application:{application}"))],
        }),
        json!({
            "Sid": "HandOverToItself",
            "Effect": "Allow",
            "Action": ["lambda:InvokeFunction"],
            "Resource": [invoked.clone(), format!("{invoked}:*")],
        }),
        json!({
            "Sid": "WriteItsLog",
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": [arn("logs", format!("log-group:/aws/lambda/{function}:*"))],
        }),
    ];
    if in_vpc {
        statements.push(json!({
            "Sid": "BeInItsNetwork",
            "Effect": "Allow",
            "Action": [
                "ec2:CreateNetworkInterface",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSubnets",
                "ec2:DeleteNetworkInterface",
                "ec2:AssignPrivateIpAddresses",
                "ec2:UnassignPrivateIpAddresses",
            ],
            "Resource": ["*"],
        }));
    }
    json!({ "Version": "2012-10-17", "Statement": statements })
}
