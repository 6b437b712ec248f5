"""Calls every operation that an ECS or Lambda deployment needs, and has each answer judged: `every_operation.py URL LAMBDA`.

Groups have all that a group can have, and deployments are looked at in each of their stages, so that the answers have all
that they can have.
"""

import sys

import strict
from endpoint import (
    ROLE, advance, application, connect, content, deploy, ecs_appspec, ecs_group, events, info, lambda_appspec, lambda_group,
    target, until, until_ended, until_status, waits,
)
from error_cases import CONFIG, ELSEWHERE
from errors import Invocations

ARN = "arn:aws:codedeploy:us-east-1:123456789012"
TAGS = [{"Key": "team", "Value": "web"}]
LINEAR = "CodeDeployDefault.ECSLinear10PercentEvery1Minutes"

FULL_GROUP = {
    "deploymentConfigName": LINEAR,
    "triggerConfigurations": [
        {
            "triggerName": "all",
            "triggerTargetArn": "arn:aws:sns:us-east-1:123456789012:topic",
            "triggerEvents": ["DeploymentStart", "DeploymentSuccess", "DeploymentFailure", "DeploymentRollback"],
        }
    ],
    "alarmConfiguration": {"enabled": True, "ignorePollAlarmFailure": False, "alarms": [{"name": "errors"}]},
    "autoRollbackConfiguration": {"enabled": True, "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST"]},
    "blueGreenDeploymentConfiguration": waits(ready=60, termination=60),
    "outdatedInstancesStrategy": "IGNORE",
    "tags": TAGS,
}


def main(url, lambda_url):
    client, invocations = connect(url), Invocations(lambda_url)
    applications(client)
    configs(client)
    groups(client)
    revisions(client)
    through_all_stages(client, url)
    failed(client)
    hooks(client, invocations)
    of_lambda(client, url)
    lists(client)
    tags(client)
    deletions(client)
    expected = set(client.meta.service_model.operation_names) - set(ELSEWHERE)
    assert strict.answered == expected, f"never answered: {sorted(expected - strict.answered)}"
    print(f"{len(expected)} operations answered as the model says")


def applications(client):
    client.create_application(applicationName="demo", computePlatform="ECS", tags=TAGS)
    application(client, "functions", "Lambda")
    application(client, "short-lived")
    client.update_application(applicationName="short-lived", newApplicationName="renamed")
    assert client.get_application(applicationName="demo")["application"]["linkedToGitHub"] is False
    answer = client.batch_get_applications(applicationNames=["demo", "renamed"])
    assert [one["applicationName"] for one in answer["applicationsInfo"]] == ["demo", "renamed"], answer


def configs(client):
    client.create_deployment_config(**CONFIG)
    linear = {"type": "TimeBasedLinear", "timeBasedLinear": {"linearPercentage": 50, "linearInterval": 2}}
    client.create_deployment_config(deploymentConfigName="halves", computePlatform="Lambda", trafficRoutingConfig=linear)
    pages = client.get_paginator("list_deployment_configs").paginate()
    names = [name for page in pages for name in page["deploymentConfigsList"]]
    built_in = [name for name in names if name.startswith("CodeDeployDefault.")]
    assert len(built_in) == 17 and {"quick", "halves"} < set(names), names
    for name in names:
        told = client.get_deployment_config(deploymentConfigName=name)["deploymentConfigInfo"]
        assert told["deploymentConfigName"] == name and "computePlatform" in told, told


def groups(client):
    client.create_deployment_group(**ecs_group("demo", "web", **FULL_GROUP))
    client.create_deployment_group(**ecs_group("demo", "plain"))
    client.create_deployment_group(**ecs_group("demo", "short-lived"))
    client.update_deployment_group(
        applicationName="demo", currentDeploymentGroupName="short-lived", newDeploymentGroupName="renamed", serviceRoleArn=ROLE
    )
    told = client.get_deployment_group(applicationName="demo", deploymentGroupName="web")["deploymentGroupInfo"]
    for member, value in FULL_GROUP.items():
        if member not in ("tags", "blueGreenDeploymentConfiguration"):
            assert told[member] == value, (member, told[member])
    answer = client.batch_get_deployment_groups(applicationName="demo", deploymentGroupNames=["web", "plain"])
    assert len(answer["deploymentGroupsInfo"]) == 2, answer


def revisions(client):
    location = {"s3Location": {"bucket": "bucket", "key": "appspec.yaml", "bundleType": "YAML"}, "revisionType": "S3"}
    for revision in (content(ecs_appspec(7)), location):
        client.register_application_revision(applicationName="demo", revision=revision, description="seven")
    told = client.get_application_revision(applicationName="demo", revision=location)
    assert told["revisionInfo"]["description"] == "seven", told
    listed = client.list_application_revisions(applicationName="demo", sortBy="registerTime", sortOrder="descending")
    assert len(listed["revisions"]) == 2, listed
    answer = client.batch_get_application_revisions(applicationName="demo", revisions=listed["revisions"])
    assert len(answer["revisions"]) == 2, answer


def through_all_stages(client, url):
    """A deployment with everything, and looked at all along."""
    deployment = client.create_deployment(
        applicationName="demo",
        deploymentGroupName="web",
        revision=content(ecs_appspec()),
        description="everything",
        overrideAlarmConfiguration={"enabled": True, "alarms": [{"name": "latency"}]},
        autoRollbackConfiguration={"enabled": True, "events": ["DEPLOYMENT_FAILURE"]},
    )["deploymentId"]
    info(client, deployment)
    until_status(client, deployment, "Ready")
    look(client, deployment)
    client.continue_deployment(deploymentId=deployment, deploymentWaitType="READY_WAIT")
    for _ in range(9):
        until("traffic is shifted", lambda: dict(events(client, deployment))["AllowTraffic"] == "InProgress")
        look(client, deployment)
        advance(url, "1m")
    until("blue waits for its end", lambda: info(client, deployment).get("instanceTerminationWaitTimeStarted"))
    look(client, deployment)
    client.skip_wait_time_for_instance_termination(deploymentId=deployment)
    until_status(client, deployment, "Succeeded")
    look(client, deployment)


def failed(client):
    """A deployment that is stopped, one that fails, and the rollbacks of both."""
    group = ecs_group("demo", "web")
    stopped = deploy(client, group, ecs_appspec(2))
    until_status(client, stopped, "Ready")
    client.stop_deployment(deploymentId=stopped, autoRollbackEnabled=True)
    told = until_status(client, stopped, "Stopped")
    until_ended(client, told["rollbackInfo"]["rollbackDeploymentId"])
    look(client, stopped)
    look(client, told["rollbackInfo"]["rollbackDeploymentId"])


def hooks(client, invocations):
    """Hooks that are reported, the last of them as failed."""
    group = ecs_group("demo", "plain")
    deployment = deploy(client, group, ecs_appspec(3, BeforeInstall="one", BeforeAllowTraffic="two"))
    for number, status in enumerate(("Succeeded", "Failed"), 1):
        execution = invocations.execution(deployment, number)
        look(client, deployment)
        answer = client.put_lifecycle_event_hook_execution_status(
            deploymentId=deployment, lifecycleEventHookExecutionId=execution, status=status
        )
        assert answer["lifecycleEventHookExecutionId"] == execution, answer
    told = until_status(client, deployment, "Failed")
    assert told["errorInformation"] == {
        "code": "HOOK_EXECUTION_FAILURE",
        "message": "The deployment failed because one or more of the lifecycle event validation functions failed.",
    }, told
    look(client, deployment)


def of_lambda(client, url):
    """A deployment of the Lambda platform, in halves."""
    group = lambda_group("functions", "functions", deploymentConfigName="halves")
    client.create_deployment_group(**group)
    deployment = deploy(client, group, lambda_appspec())
    until("the first half is shifted", lambda: dict(events(client, deployment)).get("AllowTraffic") == "InProgress")
    seen = look(client, deployment)
    assert seen["lambdaFunctionInfo"]["functionAlias"] == "live", seen
    advance(url, "2m")
    until_status(client, deployment, "Succeeded")
    seen = look(client, deployment)
    assert seen["lambdaFunctionInfo"]["targetVersionWeight"] == 100.0, seen
    names = [event["lifecycleEventName"] for event in seen["lifecycleEvents"]]
    assert names == ["BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"], names


def look(client, deployment):
    """Asks for all that is told of a deployment, and gives its target."""
    info(client, deployment)
    client.batch_get_deployments(deploymentIds=[deployment])
    seen = target(client, deployment)
    answer = client.batch_get_deployment_targets(deploymentId=deployment, targetIds=[seen["targetId"]])
    assert len(answer["deploymentTargets"]) == 1, answer
    return seen


def lists(client):
    client.list_applications()
    client.list_deployment_groups(applicationName="demo")
    everything = client.list_deployments()["deployments"]
    ended = client.list_deployments(includeOnlyStatuses=["Succeeded", "Failed", "Stopped"])["deployments"]
    assert set(everything) == set(ended) and len(everything) >= 5, (everything, ended)
    times = [info(client, deployment)["createTime"] for deployment in everything]
    assert times == sorted(times, reverse=True), times
    client.get_deployment_group(applicationName="demo", deploymentGroupName="web")
    client.get_deployment_group(applicationName="functions", deploymentGroupName="functions")


def tags(client):
    for arn in (f"{ARN}:application:demo", f"{ARN}:deploymentgroup:demo/web"):
        assert client.list_tags_for_resource(ResourceArn=arn)["Tags"] == TAGS, arn
        client.tag_resource(ResourceArn=arn, Tags=[{"Key": "stage", "Value": "test"}])
        client.untag_resource(ResourceArn=arn, TagKeys=["team"])
        assert client.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "stage", "Value": "test"}], arn


def deletions(client):
    client.delete_deployment_group(applicationName="demo", deploymentGroupName="renamed")
    client.delete_application(applicationName="renamed")
    client.delete_deployment_config(deploymentConfigName="quick")
    assert "renamed" not in client.list_applications()["applications"]


if __name__ == "__main__":
    main(*sys.argv[1:])
