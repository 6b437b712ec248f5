//! Revisions of the task definition: one for each that differs, and none for one that does not.

use greenlight::setup::{Action, TaskDefinition};
use serde_json::Value;

use crate::local_support::assert_golden;
use crate::setup_support::{Account, TASK_DEFINITION, left, listener, owner, task_definition};

fn declared(account: &Account, json: &Value) -> TaskDefinition {
    TaskDefinition::new(account.config(), owner(), &json.to_string()).unwrap().with_service("main", "web")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revision_is_registered_when_it_differs_and_with_every_key_of_the_declaration() {
    let account = Account::new().await;
    let first = task_definition(&account).apply().await.unwrap();
    assert_eq!(first.value.as_str(), "arn:aws:ecs:us-east-1:123456789012:task-definition/web:2");
    let again = task_definition(&account).apply().await.unwrap();
    assert!(again.changes.is_empty());
    assert_eq!(again.value, first.value);

    let mut other: Value = serde_json::from_str(TASK_DEFINITION).unwrap();
    other["containerDefinitions"][0]["image"] = "web:3".into();
    other["containerDefinitions"][0]["restartPolicy"] = serde_json::json!({ "enabled": true });
    let dry = declared(&account, &other).dry_run().await.unwrap();
    assert_golden("setup-task-definition.txt", &dry.to_string());
    let second = declared(&account, &other).apply().await.unwrap();
    assert_eq!(second.value.revision(), Some(3));
    assert!(declared(&account, &other).apply().await.unwrap().changes.is_empty(), "all of it was sent");
    account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_describe_answers_can_be_declared() {
    let account = Account::new().await;
    task_definition(&account).apply().await.unwrap();
    let inner: Value = serde_json::from_str(TASK_DEFINITION).unwrap();
    let mut answer =
        serde_json::json!({ "taskDefinition": inner, "tags": [{ "key": "team", "value": "web" }] });
    answer["taskDefinition"]["revision"] = 2.into();
    answer["taskDefinition"]["status"] = "ACTIVE".into();
    assert!(declared(&account, &answer).dry_run().await.unwrap().is_empty());
    account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revision_that_the_service_runs_is_kept_by_the_clean_up() {
    let account = Account::new().await;
    let before = left(&account).await;
    task_definition(&account).apply().await.unwrap();
    let mut other: Value = serde_json::from_str(TASK_DEFINITION).unwrap();
    other["memory"] = "1024".into();
    declared(&account, &other).apply().await.unwrap();
    let ecs = aws_sdk_ecs::Client::new(account.config());
    ecs.update_service().cluster("main").service("web").task_definition("web:3").send().await.unwrap();
    let gone = task_definition(&account).remove().await.unwrap();
    assert_eq!((gone.count(Action::Delete), gone.count(Action::Keep)), (1, 1), "{gone}");
    assert!(gone.to_string().contains("keep   task definition web:3 (the service runs it"), "{gone}");
    ecs.update_service().cluster("main").service("web").task_definition("web:1").send().await.unwrap();
    task_definition(&account).remove().await.unwrap();
    assert_eq!(left(&account).await, before);
    account.endpoint.shutdown().await;
}

#[tokio::test]
async fn what_is_no_task_definition_is_refused_before_moto_is_asked() {
    let config =
        aws_config::SdkConfig::builder().behavior_version(aws_config::BehaviorVersion::latest()).build();
    let texts = ["{", "[]", "{}", r#"{"family":"web"}"#]
        .map(|json| TaskDefinition::new(&config, owner(), json).unwrap_err().to_string());
    assert_golden("setup-task-definition-errors.txt", &texts.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_service_to_look_at_no_revision_is_taken_away() {
    let account = Account::new().await;
    task_definition(&account).apply().await.unwrap();
    let ecs = aws_sdk_ecs::Client::new(account.config());
    ecs.update_service().cluster("main").service("web").task_definition("web:2").send().await.unwrap();
    drop(account.front.changes());
    let blind = TaskDefinition::new(account.config(), owner(), TASK_DEFINITION).unwrap();
    let gone = blind.remove().await.unwrap();
    assert_eq!(account.front.changes(), Vec::<String>::new());
    assert_golden("setup-task-definition-unnamed-service.txt", &gone.to_string());

    // The group knows the service.
    listener(&account).apply().await.unwrap();
    let by_group = || blind.clone().with_deployment_group("shop", "web");
    let gone = by_group().remove().await.unwrap();
    assert!(gone.to_string().contains("keep   task definition web:2 (the service runs it"), "{gone}");
    ecs.update_service().cluster("main").service("web").task_definition("web:1").send().await.unwrap();
    assert_eq!(by_group().remove().await.unwrap().count(Action::Delete), 1);
    account.endpoint.shutdown().await;
}
