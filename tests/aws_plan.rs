//! `greenlight plan` finds before anything changes what would keep a deployment at AWS from being made.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use greenlight_tests::codedeploy::{Waits, deploy, ecs_appspec};
use greenlight_tests::{AwsTwin, redact_aws, without_aws};
use snapbox::{assert_data_eq, str};

/// The whole deployment by options alone.
const OPTIONS: &str = "--application demo --deployment-group web --appspec appspec.json";

#[tokio::test]
async fn a_deployment_that_can_be_made_is_told_its_times_and_nothing_is_deployed() {
    let twin = AwsTwin::new(Waits { ready: 30, termination: 5 }, true).await;
    for arguments in ["plan".to_owned(), format!("plan nowhere {OPTIONS}")] {
        let ended = twin.greenlight(&arguments).run().await.expect(0).await;
        assert_data_eq!(
            ended.stdout,
            str![[r#"
note[check-not-made]: the task definition with its container and the service could not be checked: UnknownOperationException: "AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition" is not an operation of CodeDeploy_20141006
  fix: plan again when ecs:DescribeTaskDefinition and ecs:DescribeServices are answered, or look yourself
note[check-not-made]: the target group `web-1`, the target group `web-2`, where the production listener forwards to and where the test listener forwards to could not be checked: the answer has the status 400
  fix: plan again when elasticloadbalancing:DescribeTargetGroups and elasticloadbalancing:DescribeRules are answered, or look yourself
plan  at least 5 min (shift 0, termination wait 5), at most 95 min
note  can be deployed; greenlight deploy gives up after 1h 50m by its time budget; --timeout sets another time

"#]]
        );
        assert_eq!(ended.stderr, "");
    }
    assert!(twin.deployments().await.is_empty());
}

#[tokio::test]
async fn findings_of_the_appspec_name_file_line_and_column() {
    let twin = AwsTwin::new(Waits::default(), false).await;
    twin.write_appspec(&ecs_appspec(1, &[]).replace("8080", "\"eighty\"").replace(":{", ":\n{"));
    let ended = twin.greenlight("plan").run().await.expect(2).await;
    assert_data_eq!(
        ended.stdout,
        str![[r#"
./appspec.json:[..]: error[number-out-of-range]: ContainerPort is the text `eighty`
  fix: write a whole number from 1 to 65535
service [..]: note[check-not-made]: the service could not be checked: UnknownOperationException: "AmazonEC2ContainerServiceV20141113.DescribeServices" is not an operation of CodeDeploy_20141006
  fix: plan again when ecs:DescribeServices is answered, or look yourself
note[check-not-made]: the target group `web-1`, the target group `web-2`, where the production listener forwards to and where the test listener forwards to could not be checked: the answer has the status 400
  fix: plan again when elasticloadbalancing:DescribeTargetGroups and elasticloadbalancing:DescribeRules are answered, or look yourself
cannot be deployed, 1 error, 2 notes

"#]]
    );
    twin.greenlight("deploy").run().await.expect(2).await;
    assert!(twin.deployments().await.is_empty());
}

#[tokio::test]
async fn a_task_definition_of_an_option_takes_the_place_of_the_one_in_the_file() {
    let twin = AwsTwin::new(Waits::default(), false).await;
    let spec = ecs_appspec(1, &[]);
    let (_, after) = spec.split_once("\"arn:aws:ecs:").unwrap();
    let arn = format!("arn:aws:ecs:{}", after.split_once('"').unwrap().0);
    twin.write_appspec(&spec.replace(&arn, "<TASK_DEFINITION>"));
    let without = twin.greenlight("plan").run().await.expect(0).await;
    assert!(without.stdout.contains("warning[placeholder]"), "{}", without.stdout);
    let with = twin.greenlight("plan --task-definition").arg(&arn).run().await.expect(0).await;
    assert!(!with.stdout.contains("placeholder"), "{}", with.stdout);
}

#[tokio::test]
async fn what_is_not_there_is_named_with_what_is() {
    let twin = AwsTwin::new(Waits::default(), false).await;
    let ended = twin.greenlight("plan --application dmeo").run().await.expect(2).await;
    assert_data_eq!(
        ended.stderr,
        str![[r#"
greenlight: there is no application "dmeo"; AWS CodeDeploy in us-east-1 was asked: correct the name or the region

"#]]
    );
    let ended = twin.greenlight("plan --deployment-group wbe").run().await.expect(2).await;
    assert_data_eq!(
        ended.stderr,
        str![[r#"
greenlight: there is no deployment group "demo/wbe"; there are web

"#]]
    );
}

#[tokio::test]
async fn an_active_deployment_is_warned_of() {
    let twin = AwsTwin::new(Waits { ready: 60, termination: 0 }, false).await;
    deploy(&twin.client, "demo", "web", &ecs_appspec(7, &[])).await;
    let ended = twin.greenlight("plan").run().await.expect(0).await;
    let text = redact_aws(&twin, &ended.stdout);
    assert!(
        text.starts_with(
            "deployment group web: warning[active-deployment]: deployment [ID] of this group is under way\n"
        ),
        "{text}"
    );
}

#[tokio::test]
async fn without_region_or_credentials_it_says_where_to_put_them() {
    let twin = AwsTwin::new(Waits::default(), false).await;
    let call = || without_aws().args("plan").in_folder(twin.folder());
    let ended = call().run().await.expect(2).await;
    assert_data_eq!(
        ended.stderr,
        str![[r#"
greenlight: no region is known; give --region, or set AWS_REGION, or `region` in the profile

"#]]
    );
    let ended = call().args("--region eu-west-1").run().await.expect(2).await;
    assert_data_eq!(
        ended.stderr,
        str![[r#"
greenlight: there are no credentials; give --profile, or set AWS_PROFILE, to name a profile that has some, log in with `aws sso login`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY

"#]]
    );
}

#[tokio::test]
async fn without_a_project_the_options_must_say_all() {
    let folder = tempfile::tempdir().unwrap();
    let ended =
        without_aws().args("plan --application demo").in_folder(folder.path()).run().await.expect(2).await;
    assert_data_eq!(
        ended.stderr,
        str![[r#"
greenlight: cannot read ./greenlight.toml: No such file or directory (os error 2); name a project file, or a folder with a greenlight.toml, or give --application, --deployment-group and --appspec

"#]]
    );
    let missing =
        without_aws().args("plan").args(OPTIONS).in_folder(folder.path()).run().await.expect(2).await;
    assert_data_eq!(
        missing.stderr,
        str![[r#"
greenlight: cannot read appspec.json: No such file or directory (os error 2); give --appspec the path of the AppSpec, or `-` for standard input

"#]]
    );
}

#[tokio::test]
async fn an_appspec_may_come_from_standard_input_and_endpoint_and_region_from_options() {
    let twin = AwsTwin::new(Waits::default(), false).await;
    let call = without_aws().args("plan --application demo --deployment-group web --appspec - --format json");
    let call = call.arg("--endpoint-url").arg(twin.endpoint.url()).args("--region eu-west-1");
    let ended = call.input(&ecs_appspec(1, &[])).run().await.expect(0).await;
    let plan = &ended.events()[0];
    assert!(
        plan.is("plan", &[("application", "demo"), ("deployment-group", "web"), ("can-start", "true")]),
        "{plan:?}"
    );
}
