//! The test listener, in a deployment group that is there, and in one that a set-up makes.

use aws_sdk_elasticloadbalancingv2::types::TargetGroupAttribute;
use greenlight::setup::Action::{Change, Delete};
use greenlight::setup::{Owner, SetupError, TestListener};
use serde_json::{Value, json};

use crate::endpoint_support::Client;
use crate::local_support::assert_golden;
use crate::setup_support::{Account, ROLE, left, listener, new_group, owner, redacted, task_definition};

/// Makes the application `shop` and its group `web`, as somebody else would, with two target groups and no test listener.
async fn group(account: &Account) -> Client {
    let client = Client::new(&account.endpoint);
    client.done("CreateApplication", json!({ "applicationName": "shop", "computePlatform": "ECS" })).await;
    let input = json!({
        "applicationName": "shop",
        "deploymentGroupName": "web",
        "serviceRoleArn": ROLE,
        "deploymentStyle": { "deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL" },
        "blueGreenDeploymentConfiguration": {
            "deploymentReadyOption": { "actionOnTimeout": "CONTINUE_DEPLOYMENT", "waitTimeInMinutes": 0 },
            "terminateBlueInstancesOnDeploymentSuccess": { "action": "TERMINATE", "terminationWaitTimeInMinutes": 60 },
        },
        "loadBalancerInfo": { "targetGroupPairInfoList": [{
            "targetGroups": [{ "name": "shop-blue" }, { "name": "shop-other" }],
            "prodTrafficRoute": { "listenerArns": [account.production] },
        }] },
        "ecsServices": [{ "clusterName": "main", "serviceName": "web" }],
    });
    client.done("CreateDeploymentGroup", input).await;
    client
}

fn plain(account: &Account) -> TestListener {
    TestListener::new(account.config(), owner(), "shop", "web", 9000)
}

async fn info(client: &Client) -> Value {
    let names = json!({ "applicationName": "shop", "deploymentGroupName": "web" });
    client.done("GetDeploymentGroup", names).await["deploymentGroupInfo"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_is_there_gets_the_listener_and_is_the_same_again_without_it() {
    let account = Account::new().await;
    let client = group(&account).await;
    let (before, was) = (left(&account).await, info(&client).await);
    let dry = plain(&account).dry_run().await.unwrap();
    assert_golden("setup-listener.txt", &redacted(&dry.to_string()));
    let made = plain(&account).apply().await.unwrap();
    let mut expected = was.clone();
    let pair = &mut expected["loadBalancerInfo"]["targetGroupPairInfoList"][0];
    pair["testTrafficRoute"] = json!({ "listenerArns": [made.value] });
    assert_eq!(info(&client).await, expected, "nothing else of the group is another");
    let balancing = aws_sdk_elasticloadbalancingv2::Client::new(account.config());
    let seen = balancing.describe_listeners().listener_arns(&made.value).send().await.unwrap();
    let forward = seen.listeners()[0].default_actions()[0].target_group_arn().unwrap();
    assert!(forward.contains("/shop-blue/"), "it forwards to what serves: {forward}");

    let gone = plain(&account).remove().await.unwrap();
    assert_golden("setup-listener-removed.txt", &redacted(&gone.to_string()));
    assert_eq!(info(&client).await, was);
    assert_eq!(left(&account).await, before);
    account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_at_any_change_leaves_a_group_that_the_clean_up_makes_what_it_was() {
    let account = Account::new().await;
    let client = group(&account).await;
    let (before, was) = (left(&account).await, info(&client).await);
    plain(&account).apply().await.unwrap();
    assert_eq!(account.front.changes(), ["CreateListener", "TagResource", "UpdateDeploymentGroup"]);
    plain(&account).remove().await.unwrap();
    assert_eq!(account.front.changes(), ["UpdateDeploymentGroup", "UntagResource", "DeleteListener"]);
    for crash in 0..3 {
        account.front.fall_silent_after(crash);
        plain(&account).apply().await.unwrap_err();
        account.front.mend();
        plain(&account).remove().await.unwrap();
        assert_eq!(
            (left(&account).await, info(&client).await),
            (before.clone(), was.clone()),
            "made, {crash}"
        );

        plain(&account).apply().await.unwrap();
        account.front.fall_silent_after(crash);
        plain(&account).remove().await.unwrap_err();
        account.front.mend();
        plain(&account).remove().await.unwrap();
        assert_eq!(
            (left(&account).await, info(&client).await),
            (before.clone(), was.clone()),
            "removed, {crash}"
        );
    }
    account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_of_somebody_else_is_used_and_stays() {
    let account = Account::new().await;
    let client = group(&account).await;
    let balancing = aws_sdk_elasticloadbalancingv2::Client::new(account.config());
    let model = balancing.describe_listeners().listener_arns(&account.production).send().await.unwrap();
    let model = &model.listeners()[0];
    let call = balancing.create_listener().load_balancer_arn(&account.balancer).port(9000);
    let call = call.protocol(model.protocol().unwrap().clone());
    let made = call.set_default_actions(model.default_actions.clone()).send().await.unwrap();
    let arn = made.listeners()[0].listener_arn().unwrap();
    let (before, was) = (left(&account).await, info(&client).await);
    assert_eq!(plain(&account).apply().await.unwrap().value, arn);
    assert_eq!(
        info(&client).await["loadBalancerInfo"]["targetGroupPairInfoList"][0]["testTrafficRoute"]["listenerArns"]
            [0],
        arn
    );
    plain(&account).remove().await.unwrap();
    assert_eq!((left(&account).await, info(&client).await), (before, was));
    account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_group_that_serves_is_kept_by_the_clean_up() {
    let account = Account::new().await;
    listener(&account).apply().await.unwrap();
    let balancing = aws_sdk_elasticloadbalancingv2::Client::new(account.config());
    let green = balancing.describe_target_groups().names("shop-green").send().await.unwrap();
    let green = &green.target_groups()[0];
    assert_eq!(green.health_check_path(), Some("/health"), "it is made like the other");
    // As after a deployment: production traffic goes to what the set-up made.
    let arn = green.target_group_arn().unwrap();
    let forward = aws_sdk_elasticloadbalancingv2::types::Action::builder().target_group_arn(arn);
    let forward = forward.r#type(aws_sdk_elasticloadbalancingv2::types::ActionTypeEnum::Forward).build();
    let call = balancing.modify_listener().listener_arn(&account.production).default_actions(forward);
    call.send().await.unwrap();
    let gone = listener(&account).remove().await.unwrap();
    assert_golden("setup-target-group-kept.txt", &redacted(&gone.to_string()));
    assert!(left(&account).await.contains(&"target group shop-green".to_owned()));
    account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_set_up_is_said_with_what_to_do_and_changes_nothing() {
    let account = Account::new().await;
    let mut texts = Vec::new();
    texts.push(plain(&account).apply().await.unwrap_err().to_string());
    let other = |balancer: &str, port: u16, groups: [&str; 2]| {
        let mut group = new_group();
        group.production_port = port;
        group.target_groups = groups.map(str::to_owned);
        plain(&account).with_load_balancer(balancer).with_new_group(group)
    };
    for wrong in [
        plain(&account).with_new_group(new_group()),
        other("nobody", 80, ["shop-blue", "shop-green"]),
        other("shop", 443, ["shop-blue", "shop-green"]),
        other("shop", 80, ["a", "b"]),
        other("shop", 80, ["a", "a"]),
    ] {
        texts.push(wrong.apply().await.unwrap_err().to_string());
    }
    let client = group(&account).await;
    let production = TestListener::new(account.config(), owner(), "shop", "web", 80);
    texts.push(production.apply().await.unwrap_err().to_string());
    assert_eq!(account.front.changes(), Vec::<String>::new());
    plain(&account).apply().await.unwrap();
    let second = TestListener::new(account.config(), owner(), "shop", "web", 9001);
    texts.push(redacted(&second.apply().await.unwrap_err().to_string()));
    assert_golden("setup-listener-errors.txt", &texts.join("\n"));
    drop(client);
    account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_taken_away_while_the_group_deploys() {
    let account = Account::new().await;
    let client = group(&account).await;
    plain(&account).apply().await.unwrap();
    task_definition(&account).apply().await.unwrap();
    let mut input = json!({ "applicationName": "shop", "deploymentGroupName": "web" });
    let appspec = crate::endpoint_deployment_support::appspec(7, &[]);
    input["revision"] = json!({ "revisionType": "AppSpecContent", "appSpecContent": { "content": appspec } });
    let id = client.done("CreateDeployment", input).await["deploymentId"].clone();
    let before = left(&account).await;
    drop(account.front.changes());
    // Blue is kept for an hour after the shift.
    let error = plain(&account).remove().await.unwrap_err();
    assert!(matches!(&error, SetupError::UnderWay { .. }), "{error}");
    let text = error.to_string().replace(id.as_str().unwrap(), "d-ID");
    assert_eq!(
        text,
        "the deployment d-ID of shop/web is under way; wait for its end or stop it, then clean up"
    );
    // Nor a revision, by a set-up that has nothing else.
    let alone = task_definition(&account).with_deployment_group("shop", "web");
    let error = alone.remove().await.unwrap_err();
    assert!(matches!(&error, SetupError::UnderWay { .. }), "{error}");
    assert_eq!(left(&account).await, before);
    client.done("StopDeployment", json!({ "deploymentId": id })).await;
    account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_listener_that_another_set_up_put_in_stays_in_the_group() {
    let account = Account::new().await;
    let client = group(&account).await;
    plain(&account).apply().await.unwrap();
    let (before, was) = (left(&account).await, info(&client).await);
    let other = || {
        let owner = Owner::new("another").unwrap();
        TestListener::new(account.config(), owner, "shop", "web", 9000)
    };
    assert!(other().apply().await.unwrap().changes.is_empty(), "the other set-up uses what is there");
    let gone = other().remove().await.unwrap();
    assert!(gone.is_empty(), "{gone}");
    assert_golden("setup-listener-of-another.txt", &gone.to_string());
    assert_eq!((left(&account).await, info(&client).await), (before, was));
    // Whose it is still takes it away.
    let gone = plain(&account).remove().await.unwrap();
    assert_eq!((gone.count(Change), gone.count(Delete)), (1, 1), "{gone}");
    assert!(
        info(&client).await["loadBalancerInfo"]["targetGroupPairInfoList"][0]["testTrafficRoute"].is_null()
    );
    account.endpoint.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_goes_though_its_load_balancer_went_first() {
    for group_went_too in [false, true] {
        let account = Account::new().await;
        listener(&account).apply().await.unwrap();
        let balancing = aws_sdk_elasticloadbalancingv2::Client::new(account.config());
        balancing.delete_load_balancer().load_balancer_arn(&account.balancer).send().await.unwrap();
        let client = Client::new(&account.endpoint);
        if group_went_too {
            let names = json!({ "applicationName": "shop", "deploymentGroupName": "web" });
            client.done("DeleteDeploymentGroup", names).await;
        }
        let gone = listener(&account).remove().await.unwrap();
        assert!(gone.to_string().contains("delete application shop\n"), "{gone}");
        assert_eq!(client.done("ListApplications", json!({})).await["applications"], json!([]));
        account.endpoint.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn attributes_that_a_set_up_did_not_come_to_are_copied_and_told() {
    let account = Account::new().await;
    let balancing = aws_sdk_elasticloadbalancingv2::Client::new(account.config());
    let blue = balancing.describe_target_groups().names("shop-blue").send().await.unwrap();
    let delay =
        TargetGroupAttribute::builder().key("deregistration_delay.timeout_seconds").value("10").build();
    let call = balancing.modify_target_group_attributes().attributes(delay);
    call.target_group_arn(blue.target_groups()[0].target_group_arn().unwrap()).send().await.unwrap();
    drop(account.front.changes());
    account.front.fall_silent_after(1);
    listener(&account).apply().await.unwrap_err();
    assert_eq!(account.front.changes(), ["CreateTargetGroup"]);
    account.front.mend();

    let dry = listener(&account).dry_run().await.unwrap();
    let first: Vec<_> = dry.iter().take(2).map(ToString::to_string).collect();
    assert_golden("setup-target-group-copied.txt", &first.join("\n"));
    assert_eq!(account.front.changes(), Vec::<String>::new(), "a dry run changes nothing");
    let made = listener(&account).apply().await.unwrap();
    let done: Vec<_> = made.changes.iter().take(2).map(ToString::to_string).collect();
    assert_eq!(done, first);
    assert_eq!(account.front.changes().first().map(String::as_str), Some("ModifyTargetGroupAttributes"));
    account.endpoint.shutdown().await;
}
