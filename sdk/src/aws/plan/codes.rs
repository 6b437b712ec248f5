//! The codes of the plan's findings.

/// Every code that a plan of [`CodeDeploy`](crate::aws::CodeDeploy) gives to a [`Finding`](greenlight_core::Finding),
/// besides [those of the AppSpec's text](greenlight_core::appspec::FINDING_CODES).
///
/// A code keeps its meaning between releases, and a check that goes takes its code with it. The tests hold an example of
/// each, with its message and fix.
///
/// | code | severity | what | fix |
/// |---|---|---|---|
/// | `active-deployment` | warning | a deployment of the group is under way | wait for it, or stop it |
/// | `alarm-active` | warning | an alarm of the group fires, and stops a deployment at once | mend its cause, or take it out of the group |
/// | `all-at-once-without-test-listener` | warning | the load balancer checks the replacement only when it serves already | add a test listener, or shift traffic in steps |
/// | `capacity-provider-dropped` | warning | the service has a capacity provider strategy, and the AppSpec none: the replacement falls back to the launch type | write the strategy into the AppSpec |
/// | `check-not-made` | note | a service did not answer, or IAM cannot tell without the real call | plan again, or look yourself |
/// | `check-not-permitted` | note | a permission for a check is missing; the note names it | allow it to whoever plans |
/// | `hook-function-not-active` | error if Failed, else warning | the hook's function cannot run now | as its state says |
/// | `hook-function-not-invocable` | error | neither the policies of the group's service role nor that of the function let the role invoke it | allow it, or take a name with the prefix `CodeDeployHook_` |
/// | `hook-function-prefix` | note | what the role permits could not be asked, and limited roles permit the prefix `CodeDeployHook_` alone | look, or rename the function |
/// | `hook-never-runs` | warning | a hook after test traffic, and no test listener | add a test listener, or move the hook |
/// | `listener-out-of-step` | error, warning for a test listener | a listener forwards to neither of the two target groups | let it forward to the one that serves |
/// | `not-a-lambda-function` | error | an AppSpec of an ECS service, for an application of Lambda | use another AppSpec |
/// | `not-an-ecs-service` | error | an AppSpec of a Lambda function, for an application of ECS | use another AppSpec |
/// | `not-blue-green` | error | the group's deployment style | set it to BLUE_GREEN and WITH_TRAFFIC_CONTROL |
/// | `not-codedeploy-controller` | error | the service's deployment controller is not CODE_DEPLOY | create the service with it |
/// | `service-not-active` | error | the service is being deleted, or is | create it again |
/// | `steps-on-network-load-balancer` | error | a canary or linear shift behind a network load balancer | shift all at once |
/// | `task-definition-not-active` | error | the task definition was deregistered | register it again |
/// | `task-set-not-behind-listener` | error | a rule of the production listener sends nothing to the task set that serves | let it forward there |
/// | `task-set-not-in-pair` | error | the task set that serves is attached to neither of the two target groups | name its target group in the group |
/// | `unknown-alarm` | warning | the group watches an alarm that does not exist | create it, or take it out |
/// | `unknown-container` | error | the task definition has no container of the AppSpec's name | correct ContainerName |
/// | `unknown-container-port` | error | the container does not map the AppSpec's port | correct ContainerPort, or map it |
/// | `unknown-deployment-config` | error | there is no such deployment configuration for the platform | correct its name |
/// | `unknown-hook-function` | error | a hook's function does not exist | create it, or correct its name |
/// | `unknown-listener` | error | a listener of the group does not exist | create it, or correct the group |
/// | `unknown-service` | error | the group's service does not exist | create it, or correct the group |
/// | `unknown-service-role` | error | the group's service role does not exist | create it, or correct the group |
/// | `unknown-target-group` | error | a target group of the pair does not exist | create it, or correct the group |
/// | `unknown-task-definition` | error | the task definition does not exist | register it, or correct its ARN |
/// | `unsupported-platform` | error | an application of EC2 instances | use one of ECS |
/// | `weights-left-over` | warning | the production listener still sends a part to the other target group | send everything to the one that serves |
pub const PLAN_FINDING_CODES: [&str; 32] = [
    "active-deployment",
    "alarm-active",
    "all-at-once-without-test-listener",
    "capacity-provider-dropped",
    "check-not-made",
    "check-not-permitted",
    "hook-function-not-active",
    "hook-function-not-invocable",
    "hook-function-prefix",
    "hook-never-runs",
    "listener-out-of-step",
    "not-a-lambda-function",
    "not-an-ecs-service",
    "not-blue-green",
    "not-codedeploy-controller",
    "service-not-active",
    "steps-on-network-load-balancer",
    "task-definition-not-active",
    "task-set-not-behind-listener",
    "task-set-not-in-pair",
    "unknown-alarm",
    "unknown-container",
    "unknown-container-port",
    "unknown-deployment-config",
    "unknown-hook-function",
    "unknown-listener",
    "unknown-service",
    "unknown-service-role",
    "unknown-target-group",
    "unknown-task-definition",
    "unsupported-platform",
    "weights-left-over",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    fn folder(path: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
    }

    /// The texts of all files in a folder whose name passes.
    fn texts(path: &str, wanted: impl Fn(&str) -> bool) -> Vec<String> {
        let entries = fs::read_dir(folder(path)).unwrap().map(|entry| entry.unwrap().path());
        let files =
            entries.filter(|path| path.is_file() && wanted(path.file_name().unwrap().to_str().unwrap()));
        files.map(|path| fs::read_to_string(path).unwrap()).collect()
    }

    /// Texts in quotes that look like codes: lower case, with a hyphen.
    fn quoted(text: &str) -> impl Iterator<Item = &str> {
        let is_code = |text: &&str| {
            text.contains('-') && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        };
        text.lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .flat_map(move |line| line.split('"').skip(1).step_by(2).filter(is_code).collect::<Vec<_>>())
    }

    #[test]
    fn every_code_that_a_check_gives_is_listed_and_no_other() {
        let sources = texts("src/aws/plan", |name| name != "codes.rs");
        let given: BTreeSet<&str> = sources.iter().flat_map(|text| quoted(text)).collect();
        assert_eq!(given.into_iter().collect::<Vec<_>>(), PLAN_FINDING_CODES);
    }

    #[test]
    fn every_code_has_a_line_in_the_table_and_no_other() {
        let rows = include_str!("codes.rs").lines().filter_map(|line| line.strip_prefix("/// | `"));
        let rows: Vec<&str> = rows.filter_map(|row| row.split('`').next()).collect();
        assert_eq!(rows, PLAN_FINDING_CODES);
    }

    #[test]
    fn every_code_has_an_example_with_its_text() {
        let examples = texts("tests/error", |name| name.starts_with("aws-plan-")).concat();
        let missing: Vec<&str> = PLAN_FINDING_CODES
            .into_iter()
            .filter(|code| !examples.contains(&format!("[{code}]: ")))
            .collect();
        assert_eq!(missing, [""; 0]);
    }
}
