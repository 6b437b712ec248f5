"""What a program with boto3 does with CodeDeploy: `lifecycle.py URL SCENARIO`."""

import hashlib
import sys

import botocore.exceptions

from endpoint import (
    WAITER, advance, application, connect, deploy, ecs_appspec, ecs_group, events, info, target, until, until_status, waits,
)

EVENTS = [
    "BeforeInstall",
    "Install",
    "AfterInstall",
    "AllowTestTraffic",
    "AfterAllowTestTraffic",
    "BeforeAllowTraffic",
    "AllowTraffic",
    "AfterAllowTraffic",
]
ALL_SUCCEEDED = [(event, "Succeeded") for event in EVENTS]


def succeeds(client, url):
    """Create application and group, deploy, watch the target's events, wait until successful."""
    group = ecs_group(application(client))
    group_id = client.create_deployment_group(**group)["deploymentGroupId"]
    shown = client.get_deployment_group(applicationName="demo", deploymentGroupName="web")["deploymentGroupInfo"]
    assert shown["deploymentGroupId"] == group_id and shown["computePlatform"] == "ECS", shown
    both = shown["blueGreenDeploymentConfiguration"]
    assert both["deploymentReadyOption"]["waitTimeInMinutes"] == 0, both
    assert both["terminateBlueInstancesOnDeploymentSuccess"]["terminationWaitTimeInMinutes"] == 0, both

    appspec = ecs_appspec()
    deployment = deploy(client, group, appspec, description="the first one")
    assert deployment.startswith("d-") and len(deployment) == 11 and deployment[2:].isalnum(), deployment
    waiter(client, deployment)

    assert events(client, deployment) == ALL_SUCCEEDED, events(client, deployment)
    seen = target(client, deployment)
    assert seen["targetId"] == "cluster:web" and seen["status"] == "Succeeded", seen
    assert seen["targetArn"] == "arn:aws:ecs:us-east-1:123456789012:service/cluster/web", seen
    times = [time for event in seen["lifecycleEvents"] for time in (event["startTime"], event["endTime"])]
    assert times == sorted(times), times
    (primary,) = [task_set for task_set in seen["taskSetsInfo"] if task_set["status"] == "PRIMARY"]
    assert primary["trafficWeight"] == 100.0 and primary["identifer"].startswith("ecs-svc/"), primary
    assert primary["taskSetLabel"] == "Green" and primary["runningCount"] == primary["desiredCount"] > 0, primary

    told = info(client, deployment)
    sha256 = hashlib.sha256(appspec.encode()).hexdigest()
    assert told["revision"]["appSpecContent"] == {"sha256": sha256}, told["revision"]
    assert told["deploymentOverview"]["Succeeded"] == 1 and told["creator"] == "user", told
    assert told["description"] == "the first one" and told["computePlatform"] == "ECS", told
    assert told["createTime"] <= told["startTime"] <= told["completeTime"], told
    text = client.get_application_revision(
        applicationName="demo",
        revision={"revisionType": "AppSpecContent", "appSpecContent": {"sha256": sha256}},
    )["revision"]["appSpecContent"]["content"]
    assert text == appspec, text

    group = client.get_deployment_group(applicationName="demo", deploymentGroupName="web")["deploymentGroupInfo"]
    assert group["lastSuccessfulDeployment"]["deploymentId"] == deployment, group
    assert group["lastAttemptedDeployment"]["status"] == "Succeeded", group
    assert group["targetRevision"]["appSpecContent"]["sha256"] == sha256, group
    pages = client.get_paginator("list_deployments").paginate(applicationName="demo", deploymentGroupName="web")
    assert [id for page in pages for id in page["deployments"]] == [deployment]


def shifts(client, url):
    """Traffic by tenths, a minute each, seen at the target as time goes by."""
    name = "CodeDeployDefault.ECSLinear10PercentEvery1Minutes"
    group = ecs_group(application(client), deploymentConfigName=name)
    client.create_deployment_group(**group)
    deployment = deploy(client, group)

    def weights():
        shown = target(client, deployment).get("taskSetsInfo", [])
        return {task_set["taskSetLabel"]: task_set["trafficWeight"] for task_set in shown}

    for step in range(1, 10):
        expected = {"Blue": 100.0 - step * 10, "Green": step * 10.0}
        until(f"{expected}, but {weights()}", lambda: weights() == expected)
        assert dict(events(client, deployment))["AllowTraffic"] == "InProgress"
        advance(url, "1m")
    waiter(client, deployment)


def stops(client, url):
    """Stop without a rollback, in the ready wait."""
    group = ecs_group(application(client), blueGreenDeploymentConfiguration=waits(ready=60))
    client.create_deployment_group(**group)
    deployment = deploy(client, group)
    until_status(client, deployment, "Ready")
    answer = client.stop_deployment(deploymentId=deployment)
    assert answer["status"] in ("Pending", "Succeeded"), answer
    told = until_status(client, deployment, "Stopped")
    assert told["errorInformation"]["code"] == "MANUAL_STOP", told
    assert "rollbackInfo" not in told or "rollbackDeploymentId" not in told["rollbackInfo"], told
    try:
        waiter(client, deployment)
        raise AssertionError("the waiter succeeds with a deployment that was stopped")
    except botocore.exceptions.WaiterError as error:
        assert error.last_response["deploymentInfo"]["status"] == "Stopped", error
    try:
        client.stop_deployment(deploymentId=deployment)
        raise AssertionError("what was stopped can be stopped")
    except client.exceptions.DeploymentAlreadyCompletedException:
        pass


def continues(client, url):
    """Continue out of the ready wait, and out of the termination wait."""
    group = ecs_group(application(client), blueGreenDeploymentConfiguration=waits(ready=60, termination=60))
    client.create_deployment_group(**group)
    deployment = deploy(client, group)
    until_status(client, deployment, "Ready")
    assert dict(events(client, deployment))["AllowTraffic"] == "Pending", events(client, deployment)
    client.continue_deployment(deploymentId=deployment, deploymentWaitType="READY_WAIT")
    until("blue waits for its end", lambda: info(client, deployment).get("instanceTerminationWaitTimeStarted"))
    assert info(client, deployment)["status"] == "InProgress"
    assert events(client, deployment) == ALL_SUCCEEDED, events(client, deployment)
    client.continue_deployment(deploymentId=deployment, deploymentWaitType="TERMINATION_WAIT")
    waiter(client, deployment)


def rolls_back(client, url):
    """Stop with a rollback: a deployment of its own brings the last good revision back."""
    group = ecs_group(application(client))
    client.create_deployment_group(**group)
    good = deploy(client, group, ecs_appspec(1))
    waiter(client, good)
    client.update_deployment_group(
        applicationName="demo",
        currentDeploymentGroupName="web",
        blueGreenDeploymentConfiguration=waits(termination=60),
    )
    bad = deploy(client, group, ecs_appspec(2))
    until("blue waits for its end", lambda: info(client, bad).get("instanceTerminationWaitTimeStarted"))
    client.stop_deployment(deploymentId=bad, autoRollbackEnabled=True)
    stopped = until_status(client, bad, "Stopped")
    back = stopped["rollbackInfo"]["rollbackDeploymentId"]
    assert stopped["rollbackInfo"]["rollbackMessage"] == (
        f"Deployment {bad} terminated. Automatic rollback is triggered with a DeploymentId {back}."
    ), stopped
    waiter(client, back)
    told = info(client, back)
    assert told["rollbackInfo"] == {
        "rollbackTriggeringDeploymentId": bad,
        "rollbackMessage": f"Deployment {back} is triggered to roll back deployment {bad}.",
    }, told
    assert told["creator"] == "codeDeployRollback", told
    assert told["deploymentConfigName"] == "CodeDeployDefault.ECSAllAtOnce", told
    assert told["revision"] == info(client, good)["revision"], told
    assert stopped["previousRevision"] == info(client, good)["revision"], stopped
    (primary,) = [task_set for task_set in target(client, back)["taskSetsInfo"] if task_set["status"] == "PRIMARY"]
    assert primary["taskSetLabel"] == "Blue" and primary["trafficWeight"] == 100.0, primary


def fails_and_rolls_back(client, url):
    """A hook function that nobody can invoke fails the deployment at its event, and the group rolls back."""
    group = ecs_group(
        application(client),
        autoRollbackConfiguration={"enabled": True, "events": ["DEPLOYMENT_FAILURE"]},
    )
    client.create_deployment_group(**group)
    waiter(client, deploy(client, group, ecs_appspec(1)))
    bad = deploy(client, group, ecs_appspec(2, AfterAllowTestTraffic="CodeDeployHook_nowhere"))
    told = until_status(client, bad, "Failed")
    seen = dict(events(client, bad))
    assert seen["AllowTestTraffic"] == "Succeeded" and seen["AfterAllowTestTraffic"] == "Failed", seen
    assert {seen[event] for event in EVENTS[5:]} == {"Skipped"}, seen
    assert told["errorInformation"]["message"], told
    waiter(client, told["rollbackInfo"]["rollbackDeploymentId"])


def waiter(client, deployment):
    """boto3's own waiter."""
    client.get_waiter("deployment_successful").wait(deploymentId=deployment, WaiterConfig=WAITER)


if __name__ == "__main__":
    _, url, scenario = sys.argv
    {f.__name__: f for f in (succeeds, shifts, stops, continues, rolls_back, fails_and_rolls_back)}[scenario](connect(url), url)
