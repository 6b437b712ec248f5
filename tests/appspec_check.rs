//! `greenlight appspec check` reads AppSpecs as people write them, or refuses them with line, column and fix.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;

use greenlight_tests::{Ended, Greenlight};
use serde_json::Value;
use snapbox::{assert_data_eq, str};
use tempfile::TempDir;

const GOOD: &str = r#"version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: "arn:aws:ecs:us-east-1:111122223333:task-definition/web:7"
        LoadBalancerInfo:
          ContainerName: "web"
          ContainerPort: 8080
Hooks:
  - AfterAllowTestTraffic: "CodeDeployHook_smoke"
"#;

/// Checks one file with this text.
async fn check(name: &str, text: &str) -> Ended {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join(name), text).unwrap();
    Greenlight::new().args("appspec check").arg(name).in_folder(folder.path()).run().await
}

async fn accepted(name: &str, text: &str) -> String {
    let ended = check(name, text).await.expect(0).await;
    assert_eq!(ended.stderr, "");
    ended.stdout
}

async fn refused(name: &str, text: &str) -> String {
    let ended = check(name, text).await.expect(2).await;
    assert_eq!(ended.stderr, "");
    ended.stdout
}

#[tokio::test]
async fn a_good_file_can_be_deployed() {
    assert_data_eq!(
        accepted("appspec.yaml", GOOD).await,
        str![[r#"
appspec.yaml: can be deployed, no findings

"#]]
    );
}

#[tokio::test]
async fn keys_may_be_in_other_cases() {
    let text =
        GOOD.replace("Resources", "resources").replace("Hooks", "HOOKS").replace("Properties", "properties");
    let text = text.replace("ContainerPort", "containerPort").replace("TaskDefinition:", "taskdefinition:");
    assert_data_eq!(
        accepted("appspec.yaml", &text).await,
        str![[r#"
appspec.yaml: can be deployed, no findings

"#]]
    );
}

#[tokio::test]
async fn version_and_port_may_be_numbers_or_texts() {
    for text in [
        GOOD.replace("version: 0.0", "version: '0.0'"),
        GOOD.replace("8080", "\"8080\""),
        GOOD.replace("version: 0.0", "# made by hand\nversion: 0.0 # the only one"),
    ] {
        let said = accepted("appspec.yaml", &text).await;
        assert!(said.ends_with("appspec.yaml: can be deployed, no findings\n"), "{text}\n{said}");
    }
}

#[tokio::test]
async fn a_placeholder_is_pointed_at() {
    let text =
        GOOD.replace("\"arn:aws:ecs:us-east-1:111122223333:task-definition/web:7\"", "<TASK_DEFINITION>");
    assert_data_eq!(
        accepted("appspec.yaml", &text).await,
        str![[r#"
appspec.yaml:6:25: warning[placeholder]: `<TASK_DEFINITION>` is a placeholder
  fix: have it replaced before the text reaches CodeDeploy, which takes it as it is
appspec.yaml: can be deployed, 1 warning

"#]]
    );
}

#[tokio::test]
async fn json_with_keys_that_the_service_does_not_know() {
    let text = r#"{
  "version": 0.0,
  "$schema": "https://example.com/appspec.json",
  "Resources": [{ "web": { "Type": "AWS::ECS::Service", "Properties": {
    "TaskDefinition": "arn:aws:ecs:us-east-1:111122223333:task-definition/web:7",
    "LoadBalancerInfo": { "ContainerName": "web", "ContainerPort": 8080 },
    "Comment": "by the build"
  } } }]
}
"#;
    assert_data_eq!(
        accepted("appspec.json", text).await,
        str![[r#"
appspec.json:3:3: warning[unknown-key]: `$schema` is not a key of an AppSpec here
  fix: take it out unless another tool wants it: CodeDeploy does not read it
appspec.json:7:5: warning[unknown-key]: `Comment` is not a key of an AppSpec here
  fix: take it out unless another tool wants it: CodeDeploy does not read it
appspec.json: can be deployed, 2 warnings

"#]]
    );
}

#[tokio::test]
async fn the_same_event_twice() {
    let text = format!("{GOOD}  - AfterAllowTestTraffic: \"CodeDeployHook_other\"\n");
    assert_data_eq!(
        refused("appspec.yaml", &text).await,
        str![[r#"
appspec.yaml:12:5: error[duplicate-event]: `AfterAllowTestTraffic` has a function already, on line 11
  fix: keep one function for each event; one function can run several tests
appspec.yaml: cannot be deployed, 1 error

"#]]
    );
}

#[tokio::test]
async fn a_misspelt_event() {
    let text = GOOD.replace("AfterAllowTestTraffic", "AfterAllowTestTrafic");
    assert_data_eq!(
        refused("appspec.yaml", &text).await,
        str![[r#"
appspec.yaml:11:5: error[unknown-event]: there is no event `AfterAllowTestTrafic`
  fix: did you mean `AfterAllowTestTraffic`?
appspec.yaml: cannot be deployed, 1 error

"#]]
    );
}

#[tokio::test]
async fn a_number_where_a_function_name_belongs() {
    let text = GOOD.replace("\"CodeDeployHook_smoke\"", "42");
    assert_data_eq!(
        refused("appspec.yaml", &text).await,
        str![[r#"
appspec.yaml:11:28: error[function-name]: the function of `AfterAllowTestTraffic` is the number 42
  fix: write the name of a Lambda function; in quotes if it is all digits
appspec.yaml: cannot be deployed, 1 error

"#]]
    );
}

#[tokio::test]
async fn a_file_that_is_neither_yaml_nor_json() {
    assert_data_eq!(
        refused("appspec.yaml", "Resources: [web\n").await,
        str![[r#"
appspec.yaml:2:1: error[yaml-syntax]: this is not valid YAML: while parsing a flow sequence, expected ',' or ']'
  fix: close the quote or bracket
appspec.yaml: cannot be deployed, 1 error

"#]]
    );
    assert_data_eq!(
        refused("appspec.json", "{\"version\": 0.0,,}").await,
        str![[r#"
appspec.json:1:17: error[json-syntax]: this is not valid JSON: unexpected token in object
  fix: check quotes, commas, braces and brackets here; a text that begins with `{` is read as JSON
appspec.json: cannot be deployed, 1 error

"#]]
    );
}

#[tokio::test]
async fn an_empty_file() {
    assert_data_eq!(
        refused("appspec.yaml", "").await,
        str![[r#"
appspec.yaml:1:1: error[empty]: the file holds nothing that can be deployed
  fix: write `version: 0.0`, `Resources` and, for validation tests, `Hooks`
appspec.yaml: cannot be deployed, 1 error

"#]]
    );
}

#[tokio::test]
async fn programs_get_one_object_for_each_file() {
    let folder = TempDir::new().unwrap();
    let bad = GOOD.replace("AfterAllowTestTraffic", "AfterAllowTestTrafic");
    for (name, text) in [("good.yaml", GOOD), ("bad.yaml", &bad)] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let call = Greenlight::new().args("appspec check good.yaml bad.yaml gone.yaml --format json");
    let ended = call.in_folder(folder.path()).run().await.expect(2).await;
    let lines: Vec<Value> = ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<(&Value, &Value)> = lines.iter().map(|line| (&line["file"], &line["deployable"])).collect();
    let expected = [("good.yaml", true), ("bad.yaml", false), ("gone.yaml", false)];
    assert_eq!(told.len(), expected.len());
    for ((file, deployable), (name, can)) in told.into_iter().zip(expected) {
        assert!(file == name && *deployable == can, "{file} {deployable}");
    }
    let finding = &lines[1]["findings"][0];
    assert_eq!(finding["code"], "unknown-event");
    assert_eq!((&finding["place"]["line"], &finding["place"]["column"]), (&11.into(), &5.into()));
    assert_eq!(lines[2]["findings"][0]["code"], "cannot-read");
}

#[tokio::test]
async fn standard_input_is_a_file_too() {
    let ended = Greenlight::new().args("appspec check -").input(GOOD).run().await.expect(0).await;
    assert_data_eq!(
        ended.stdout,
        str![[r#"
standard input: can be deployed, no findings

"#]]
    );
}
