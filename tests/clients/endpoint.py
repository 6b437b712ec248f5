"""What the scripts of this folder share: clients of the endpoint, and the parameters of common requests."""

import json
import time
import urllib.request

import boto3
from botocore.config import Config

import strict

ROLE = "arn:aws:iam::123456789012:role/deployer"
LISTENERS = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/web/0123456789abcdef"

#: The longest wait for anything, in seconds: far more than it takes, so that a busy machine fails no test.
DEADLINE = 60

#: boto3's own waiter, asking more often than people do.
WAITER = {"Delay": 0.05, "MaxAttempts": DEADLINE * 20}


def connect(url, validate=True):
    """A client of the endpoint whose answers are judged by the model; without `validate` it sends whatever it is given."""
    client = boto3.client(
        "codedeploy",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, parameter_validation=validate, max_pool_connections=32),
    )
    strict.watch(client)
    return client


def advance(url, span):
    """Moves the endpoint's clock."""
    return admin(url, "POST", "clock", {"advance": span})


def admin(url, method, path, body):
    """One of the endpoint's own calls, which are none of CodeDeploy's."""
    request = urllib.request.Request(
        f"{url}/greenlight/{path}",
        method=method,
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=DEADLINE) as response:
        return json.load(response)


def until(what, ask):
    """Asks until the answer is something, and returns it."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.01)
    raise AssertionError(f"still not so after {DEADLINE} s: {what}")


def application(client, name="demo", platform="ECS"):
    """Creates an application and returns its name."""
    client.create_application(applicationName=name, computePlatform=platform)
    return name


def ecs_group(app, name="web", **changes):
    """Parameters of CreateDeploymentGroup for an ECS service of the group's name."""
    pair = {
        "targetGroups": [{"name": f"{name}-1"[-32:]}, {"name": f"{name}-2"[-32:]}],
        "prodTrafficRoute": {"listenerArns": [f"{LISTENERS}/1111111111111111"]},
        "testTrafficRoute": {"listenerArns": [f"{LISTENERS}/2222222222222222"]},
    }
    group = {
        "applicationName": app,
        "deploymentGroupName": name,
        "deploymentConfigName": "CodeDeployDefault.ECSAllAtOnce",
        "serviceRoleArn": ROLE,
        "ecsServices": [{"clusterName": "cluster", "serviceName": name}],
        "deploymentStyle": {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
        "loadBalancerInfo": {"targetGroupPairInfoList": [pair]},
        "blueGreenDeploymentConfiguration": waits(),
    }
    group.update(changes)
    return group


def waits(ready=0, termination=0):
    """Waits in minutes; a ready wait stops the deployment when it runs out."""
    action = "STOP_DEPLOYMENT" if ready else "CONTINUE_DEPLOYMENT"
    return {
        "deploymentReadyOption": {"actionOnTimeout": action, "waitTimeInMinutes": ready},
        "terminateBlueInstancesOnDeploymentSuccess": {
            "action": "TERMINATE",
            "terminationWaitTimeInMinutes": termination,
        },
    }


def lambda_group(app, name, **changes):
    """Parameters of CreateDeploymentGroup for Lambda functions."""
    group = {
        "applicationName": app,
        "deploymentGroupName": name,
        "deploymentConfigName": "CodeDeployDefault.LambdaAllAtOnce",
        "serviceRoleArn": ROLE,
        "deploymentStyle": {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
    }
    group.update(changes)
    return group


def ecs_appspec(revision=1, **hooks):
    """An AppSpec for a revision of the task definition, with hooks as `BeforeInstall="function"`."""
    properties = {
        "TaskDefinition": f"arn:aws:ecs:us-east-1:123456789012:task-definition/web:{revision}",
        "LoadBalancerInfo": {"ContainerName": "web", "ContainerPort": 8080},
    }
    resource = {"Type": "AWS::ECS::Service", "Properties": properties}
    return _appspec(resource, hooks)


def lambda_appspec(current=1, target=2, **hooks):
    """An AppSpec that moves the alias `live` of a function from one version to another."""
    properties = {"Name": "web", "Alias": "live", "CurrentVersion": str(current), "TargetVersion": str(target)}
    return _appspec({"Type": "AWS::Lambda::Function", "Properties": properties}, hooks)


def _appspec(resource, hooks):
    appspec = {"version": 0.0, "Resources": [{"Target": resource}]}
    if hooks:
        appspec["Hooks"] = [{event: function} for event, function in hooks.items()]
    return json.dumps(appspec)


def content(appspec):
    """The text of an AppSpec as a revision."""
    return {"revisionType": "AppSpecContent", "appSpecContent": {"content": appspec}}


def deploy(client, group, appspec=None, **more):
    """Starts a deployment into the group of these parameters and returns its id."""
    return client.create_deployment(
        applicationName=group["applicationName"],
        deploymentGroupName=group["deploymentGroupName"],
        revision=content(appspec or ecs_appspec()),
        **more,
    )["deploymentId"]


def info(client, deployment):
    """What GetDeployment says."""
    return client.get_deployment(deploymentId=deployment)["deploymentInfo"]


def until_status(client, deployment, status):
    """Waits until the deployment has this status, and returns what GetDeployment says."""
    what = f"{deployment} is {status}, but {info(client, deployment)}"
    return until(what, lambda: next((i for i in [info(client, deployment)] if i["status"] == status), None))


def until_ended(client, deployment):
    """Waits until the deployment has ended, however it ended, and returns what GetDeployment says."""
    ended = ("Succeeded", "Failed", "Stopped")
    return until(f"{deployment} ends", lambda: next((i for i in [info(client, deployment)] if i["status"] in ended), None))


def target(client, deployment):
    """What is told of the only target of the deployment."""
    (target_id,) = client.list_deployment_targets(deploymentId=deployment)["targetIds"]
    answer = client.get_deployment_target(deploymentId=deployment, targetId=target_id)["deploymentTarget"]
    return answer.get("ecsTarget") or answer["lambdaTarget"]


def events(client, deployment):
    """The lifecycle events of the deployment's target, as (name, status)."""
    return [(e["lifecycleEventName"], e["status"]) for e in target(client, deployment)["lifecycleEvents"]]
