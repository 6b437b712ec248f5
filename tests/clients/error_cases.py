"""Which request raises which modelled error: the table behind `errors.py`.

`BASES` holds a request of each operation that is answered without an error. A case is what is changed in it: a member
set to `OMIT` is left out. `CHANGES` has the cases that are the same for many operations, `CASES` those of one operation
alone, `NOT_RAISED` the errors that no request can raise here, each with its reason.
"""

from endpoint import content, ecs_appspec, ecs_group, waits

OMIT = object()

BAD_NAME = "no/slash"
NOBODY = "nobody"
NO_DEPLOYMENT = "d-AAAAAAAAA"
ARN = "arn:aws:codedeploy:us-east-1:123456789012"
APPLICATION_ARN = f"{ARN}:application:demo"
TAG = {"Key": "team", "Value": "web"}

#: Operations of EC2 and on-premises computers, of GitHub and of CloudFormation.
ELSEWHERE = {
    "AddTagsToOnPremisesInstances": {"tags": [TAG], "instanceNames": ["i"]},
    "BatchGetDeploymentInstances": {"deploymentId": NO_DEPLOYMENT, "instanceIds": ["i"]},
    "BatchGetOnPremisesInstances": {"instanceNames": ["i"]},
    "DeleteGitHubAccountToken": {"tokenName": "token"},
    "DeleteResourcesByExternalId": {"externalId": "stack"},
    "DeregisterOnPremisesInstance": {"instanceName": "i"},
    "GetDeploymentInstance": {"deploymentId": NO_DEPLOYMENT, "instanceId": "i"},
    "GetOnPremisesInstance": {"instanceName": "i"},
    "ListDeploymentInstances": {"deploymentId": NO_DEPLOYMENT},
    "ListGitHubAccountTokenNames": {},
    "ListOnPremisesInstances": {},
    "RegisterOnPremisesInstance": {"instanceName": "i", "iamUserArn": "arn:aws:iam::123456789012:user/u"},
    "RemoveTagsFromOnPremisesInstances": {"tags": [TAG], "instanceNames": ["i"]},
}

#: How an operation of `ELSEWHERE` is refused.
UNSUPPORTED = "OperationNotSupportedException"

REVISION = content(ecs_appspec())

WITHOUT_KEY = {"revisionType": "S3", "s3Location": {"bucket": "bucket", "bundleType": "YAML"}}

CONFIG = {
    "deploymentConfigName": "quick",
    "computePlatform": "ECS",
    "trafficRoutingConfig": {
        "type": "TimeBasedCanary",
        "timeBasedCanary": {"canaryPercentage": 20, "canaryInterval": 1},
    },
}


def bases(world):
    """A request of each operation; `world` has the ids of what there is."""
    demo = {"applicationName": "demo"}
    web = {**demo, "deploymentGroupName": "web"}
    waiting, hook = {"deploymentId": world.waiting}, {"deploymentId": world.hooked}
    return {
        "BatchGetApplicationRevisions": {**demo, "revisions": [world.revision]},
        "BatchGetApplications": {"applicationNames": ["demo"]},
        "BatchGetDeploymentGroups": {**demo, "deploymentGroupNames": ["web"]},
        "BatchGetDeploymentTargets": {**waiting, "targetIds": ["cluster:waiting"]},
        "BatchGetDeployments": {"deploymentIds": [world.done]},
        "ContinueDeployment": {**waiting, "deploymentWaitType": "READY_WAIT"},
        "CreateApplication": {"applicationName": "another", "computePlatform": "ECS"},
        "CreateDeployment": {**web, "revision": REVISION},
        "CreateDeploymentConfig": CONFIG,
        "CreateDeploymentGroup": ecs_group("demo", "another"),
        "DeleteApplication": {"applicationName": "another"},
        "DeleteDeploymentConfig": {"deploymentConfigName": "quick"},
        "DeleteDeploymentGroup": {**demo, "deploymentGroupName": "another"},
        "GetApplication": demo,
        "GetApplicationRevision": {**demo, "revision": world.revision},
        "GetDeployment": {"deploymentId": world.done},
        "GetDeploymentConfig": {"deploymentConfigName": "CodeDeployDefault.ECSAllAtOnce"},
        "GetDeploymentGroup": web,
        "GetDeploymentTarget": {**waiting, "targetId": "cluster:waiting"},
        "ListApplicationRevisions": demo,
        "ListApplications": {},
        "ListDeploymentConfigs": {},
        "ListDeploymentGroups": demo,
        "ListDeploymentTargets": waiting,
        "ListDeployments": web,
        "ListTagsForResource": {"ResourceArn": APPLICATION_ARN},
        "PutLifecycleEventHookExecutionStatus": {
            **hook,
            "lifecycleEventHookExecutionId": world.execution,
            "status": "Succeeded",
        },
        "RegisterApplicationRevision": {**demo, "revision": REVISION},
        "SkipWaitTimeForInstanceTermination": {"deploymentId": world.shifted},
        "StopDeployment": waiting,
        "TagResource": {"ResourceArn": APPLICATION_ARN, "Tags": [TAG]},
        "UntagResource": {"ResourceArn": APPLICATION_ARN, "TagKeys": ["team"]},
        "UpdateApplication": {**demo, "newApplicationName": "demo"},
        "UpdateDeploymentGroup": {**demo, "currentDeploymentGroupName": "web"},
    }


#: By the name of the error without `Exception`: changes that raise it, for each member that the operation has.
CHANGES = {
    "AlarmsLimitExceeded": {
        "alarmConfiguration": {"enabled": True, "alarms": [{"name": f"alarm-{n}"} for n in range(11)]},
        "overrideAlarmConfiguration": {"enabled": True, "alarms": [{"name": f"alarm-{n}"} for n in range(11)]},
    },
    "ApplicationAlreadyExists": {"newApplicationName": "taken"},
    "ApplicationDoesNotExist": {"applicationName": NOBODY, "applicationNames": [NOBODY]},
    "ApplicationNameRequired": {"applicationName": OMIT, "applicationNames": OMIT},
    "BatchLimitExceeded": {
        "applicationNames": ["demo"] * 101,
        "deploymentGroupNames": ["web"] * 101,
        "deploymentIds": [NO_DEPLOYMENT] * 101,
    },
    "DeploymentConfigDoesNotExist": {"deploymentConfigName": NOBODY},
    "DeploymentConfigNameRequired": {"deploymentConfigName": OMIT},
    "DeploymentDoesNotExist": {"deploymentId": NO_DEPLOYMENT},
    "DeploymentGroupDoesNotExist": {"deploymentGroupName": NOBODY, "currentDeploymentGroupName": NOBODY},
    "DeploymentGroupNameRequired": {
        "deploymentGroupName": OMIT,
        "currentDeploymentGroupName": OMIT,
        "deploymentGroupNames": OMIT,
    },
    "DeploymentIdRequired": {"deploymentId": OMIT, "deploymentIds": OMIT},
    "DeploymentTargetDoesNotExist": {"targetId": "cluster:other", "targetIds": ["cluster:other"]},
    "DeploymentTargetIdRequired": {"targetId": OMIT, "targetIds": OMIT},
    "DescriptionTooLong": {"description": "x" * 257},
    "InvalidAlarmConfig": {
        "alarmConfiguration": {"enabled": True, "alarms": []},
        "overrideAlarmConfiguration": {"enabled": True, "alarms": []},
    },
    "InvalidApplicationName": {"applicationName": BAD_NAME, "applicationNames": [BAD_NAME]},
    "InvalidArn": {"ResourceArn": "not-an-arn"},
    "ArnNotSupported": {"ResourceArn": "arn:aws:s3:::bucket"},
    "InvalidAutoRollbackConfig": {"autoRollbackConfiguration": {"enabled": True, "events": []}},
    "InvalidBlueGreenDeploymentConfiguration": {"blueGreenDeploymentConfiguration": waits(termination=2881)},
    "InvalidComputePlatform": {"computePlatform": "Mainframe"},
    "InvalidDeploymentConfigName": {"deploymentConfigName": BAD_NAME},
    "InvalidDeploymentGroupName": {
        "deploymentGroupName": BAD_NAME,
        "currentDeploymentGroupName": BAD_NAME,
        "deploymentGroupNames": [BAD_NAME],
    },
    "InvalidDeploymentId": {"deploymentId": "x-1", "deploymentIds": ["x-1"]},
    "InvalidDeploymentStyle": {
        "deploymentStyle": {"deploymentType": "IN_PLACE", "deploymentOption": "WITHOUT_TRAFFIC_CONTROL"},
    },
    "InvalidDeploymentTargetId": {"targetId": "no target", "targetIds": ["no target"]},
    "InvalidECSService": {"ecsServices": [{"clusterName": "cluster"}]},
    "InvalidLoadBalancerInfo": {"loadBalancerInfo": {"elbInfoList": [{"name": "classic"}]}},
    "InvalidNextToken": {"nextToken": "no-token"},
    "InvalidRevision": {
        "revision": WITHOUT_KEY,
        "revisions": [WITHOUT_KEY],
    },
    "InvalidTagsToAdd": {"tags": [{"Key": "aws:mine"}], "Tags": [{"Key": "aws:mine", "Value": ""}]},
    "InvalidTargetGroupPair": {
        "loadBalancerInfo": {
            "targetGroupPairInfoList": [
                {
                    "targetGroups": [{"name": "alone"}],
                    "prodTrafficRoute": {"listenerArns": ["arn:aws:elasticloadbalancing:us-east-1:1:listener/a/b/c/d"]},
                }
            ],
        },
    },
    "InvalidTriggerConfig": {"triggerConfigurations": [{"triggerName": "t", "triggerEvents": ["Nonsense"]}]},
    "ResourceArnRequired": {"ResourceArn": OMIT},
    "RevisionRequired": {"revision": OMIT, "revisions": OMIT},
    "RoleRequired": {"serviceRoleArn": OMIT},
    "InvalidRole": {"serviceRoleArn": "deployer"},
    "TagRequired": {"Tags": OMIT, "TagKeys": OMIT},
    "TriggerTargetsLimitExceeded": {
        "triggerConfigurations": [
            {
                "triggerName": f"trigger-{n}",
                "triggerTargetArn": "arn:aws:sns:us-east-1:123456789012:topic",
                "triggerEvents": ["DeploymentStart"],
            }
            for n in range(11)
        ],
    },
}

UNKNOWN_SHA256 = {"revisionType": "AppSpecContent", "appSpecContent": {"sha256": "0" * 64}}


def cases(world):
    """By operation and error: what is changed in the operation's request."""
    ended = {"deploymentId": world.done}
    on_completed = {"lifecycleEventHookExecutionId": world.completed}
    return {
        ("BatchGetApplicationRevisions", "BatchLimitExceeded"): {"revisions": [world.revision] * 26},
        ("BatchGetDeploymentTargets", "DeploymentTargetListSizeExceeded"): {"targetIds": ["cluster:waiting"] * 26},
        ("ContinueDeployment", "DeploymentAlreadyCompleted"): ended,
        ("ContinueDeployment", "DeploymentIsNotInReadyState"): {"deploymentId": world.shifted},
        ("ContinueDeployment", "InvalidDeploymentWaitType"): {"deploymentWaitType": "SOME_WAIT"},
        ("ContinueDeployment", "UnsupportedActionForDeploymentType"): {"deploymentId": world.of_lambda},
        ("CreateApplication", "ApplicationAlreadyExists"): {"applicationName": "demo"},
        ("CreateDeployment", "DeploymentLimitExceeded"): {"deploymentGroupName": "waiting"},
        ("CreateDeployment", "InvalidFileExistsBehavior"): {"fileExistsBehavior": "SHRUG"},
        ("CreateDeployment", "InvalidTargetInstances"): {"targetInstances": {"autoScalingGroups": ["asg"]}},
        ("CreateDeployment", "InvalidRevision"): {"revision": content("nothing of an AppSpec")},
        ("CreateDeployment", "InvalidUpdateOutdatedInstancesOnlyValue"): {"updateOutdatedInstancesOnly": True},
        ("CreateDeployment", "InvalidIgnoreApplicationStopFailuresValue"): {"ignoreApplicationStopFailures": True},
        ("CreateDeployment", "RevisionDoesNotExist"): {"revision": UNKNOWN_SHA256},
        ("CreateDeploymentConfig", "DeploymentConfigAlreadyExists"): {"deploymentConfigName": "taken"},
        ("CreateDeploymentConfig", "InvalidMinimumHealthyHostValue"): {
            "computePlatform": "Server",
            "trafficRoutingConfig": OMIT,
            "minimumHealthyHosts": {"type": "FLEET_PERCENT", "value": 101},
        },
        ("CreateDeploymentConfig", "InvalidTrafficRoutingConfiguration"): {
            "trafficRoutingConfig": {
                "type": "TimeBasedCanary",
                "timeBasedCanary": {"canaryPercentage": 100, "canaryInterval": 1},
            },
        },
        ("CreateDeploymentConfig", "InvalidZonalDeploymentConfiguration"): {
            "zonalConfig": {"monitorDurationInSeconds": 1},
        },
        ("CreateDeploymentGroup", "DeploymentGroupAlreadyExists"): {
            "deploymentGroupName": "web",
            "ecsServices": [{"clusterName": "cluster", "serviceName": "another"}],
        },
        ("CreateDeploymentGroup", "ECSServiceMappingLimitExceeded"): {
            "ecsServices": [{"clusterName": "cluster", "serviceName": "web"}],
        },
        ("DeleteDeploymentConfig", "DeploymentConfigInUse"): {"deploymentConfigName": "used"},
        ("DeleteDeploymentConfig", "InvalidOperation"): {"deploymentConfigName": "CodeDeployDefault.ECSAllAtOnce"},
        ("GetApplicationRevision", "RevisionDoesNotExist"): {"revision": UNKNOWN_SHA256},
        ("ListApplicationRevisions", "BucketNameFilterRequired"): {"s3KeyPrefix": "release/"},
        ("ListApplicationRevisions", "InvalidBucketNameFilter"): {"s3Bucket": "no/bucket"},
        ("ListApplicationRevisions", "InvalidDeployedStateFilter"): {"deployed": "perhaps"},
        ("ListApplicationRevisions", "InvalidKeyPrefixFilter"): {"s3Bucket": "bucket", "s3KeyPrefix": ""},
        ("ListApplicationRevisions", "InvalidSortBy"): {"sortBy": "colour"},
        ("ListApplicationRevisions", "InvalidSortOrder"): {"sortBy": "registerTime", "sortOrder": "sideways"},
        ("ListDeploymentTargets", "InvalidInstanceStatus"): {"targetFilters": {"TargetStatus": ["Dreaming"]}},
        ("ListDeploymentTargets", "InvalidInstanceType"): {"targetFilters": {"ServerInstanceLabel": ["Mauve"]}},
        ("ListDeploymentTargets", "InvalidTargetFilterName"): {"targetFilters": {"Colour": ["Blue"]}},
        ("ListDeployments", "InvalidDeploymentStatus"): {"includeOnlyStatuses": ["Dreaming"]},
        ("ListDeployments", "InvalidTimeRange"): {"createTimeRange": {"start": 2_000_000_000, "end": 1_900_000_000}},
        ("PutLifecycleEventHookExecutionStatus", "InvalidLifecycleEventHookExecutionId"): {
            "lifecycleEventHookExecutionId": "somebody-else's",
        },
        ("PutLifecycleEventHookExecutionStatus", "InvalidLifecycleEventHookExecutionStatus"): {"status": "Skipped"},
        ("PutLifecycleEventHookExecutionStatus", "LifecycleEventAlreadyCompleted"): on_completed,
        ("SkipWaitTimeForInstanceTermination", "DeploymentAlreadyCompleted"): ended,
        ("SkipWaitTimeForInstanceTermination", "DeploymentNotStarted"): {"deploymentId": world.waiting},
        ("SkipWaitTimeForInstanceTermination", "UnsupportedActionForDeploymentType"): {"deploymentId": world.of_lambda},
        ("StopDeployment", "DeploymentAlreadyCompleted"): ended,
        ("TagResource", "ApplicationDoesNotExist"): {"ResourceArn": f"{ARN}:application:{NOBODY}"},
        ("TagResource", "DeploymentGroupDoesNotExist"): {"ResourceArn": f"{ARN}:deploymentgroup:demo/{NOBODY}"},
        ("UntagResource", "ApplicationDoesNotExist"): {"ResourceArn": f"{ARN}:application:{NOBODY}"},
        ("UntagResource", "DeploymentGroupDoesNotExist"): {"ResourceArn": f"{ARN}:deploymentgroup:demo/{NOBODY}"},
        ("UpdateDeploymentGroup", "DeploymentGroupAlreadyExists"): {"newDeploymentGroupName": "waiting"},
        ("UpdateDeploymentGroup", "ECSServiceMappingLimitExceeded"): {
            "ecsServices": [{"clusterName": "cluster", "serviceName": "waiting"}],
        },
    }


#: Cases that need a full catalogue first: what is created, how often, and the request that is one too many.
FULL = {
    ("CreateApplication", "ApplicationLimitExceeded"): (1000, lambda n: {"applicationName": f"full-{n}"}),
    ("CreateDeploymentConfig", "DeploymentConfigLimitExceeded"): (200, lambda n: {"deploymentConfigName": f"full-{n}"}),
    ("CreateDeploymentGroup", "DeploymentGroupLimitExceeded"): (1000, lambda n: ecs_group("full", f"full-{n}")),
}

#: What no request can raise here: by error, or by operation and error, with the reason.
NOT_RAISED = {
    "InvalidAutoScalingGroup": "Auto Scaling groups are of EC2 alone",
    "InvalidAutoScalingGroupProcessToSuspend": "Auto Scaling groups are of EC2 alone",
    "InvalidEC2Tag": "filters by tags are of EC2 alone",
    "InvalidEC2TagCombination": "filters by tags are of EC2 alone",
    "InvalidGitHubAccountToken": "there are no GitHub revisions",
    "InvalidExternalId": "external ids are of CloudFormation's own deployments",
    "InvalidInput": "whatever can be wrong with a member has an error of its own",
    "InvalidOnPremisesTagCombination": "filters by tags are of on-premises computers alone",
    "InvalidTag": "filters by tags are of EC2 alone",
    "LifecycleHookLimitExceeded": "it is told of hooks of Auto Scaling groups",
    "TagSetListLimitExceeded": "filters by tags are of EC2 alone",
    "Throttling": "nothing is throttled: the service publishes no rates to go by",
    ("BatchGetDeploymentGroups", "DeploymentConfigDoesNotExist"): "a configuration in use cannot be deleted",
    ("GetDeploymentGroup", "DeploymentConfigDoesNotExist"): "a configuration in use cannot be deleted",
    ("BatchGetDeploymentTargets", "InstanceDoesNotExist"): "instances are of EC2 alone",
    ("BatchGetDeploymentTargets", "DeploymentNotStarted"): "a deployment starts in the moment in which it is created",
    ("GetDeploymentTarget", "DeploymentNotStarted"): "a deployment starts in the moment in which it is created",
    ("ListDeploymentTargets", "DeploymentNotStarted"): "a deployment starts in the moment in which it is created",
    ("ContinueDeployment", "InvalidDeploymentStatus"): "the status of a deployment is always known",
    ("CreateDeployment", "InvalidTrafficRoutingConfiguration"): "it is told of network load balancers, which are not known",
    ("CreateDeploymentGroup", "InvalidTrafficRoutingConfiguration"): "it is told of network load balancers, which are not known",
    ("UpdateDeploymentGroup", "InvalidTrafficRoutingConfiguration"): "it is told of network load balancers, which are not known",
    ("ListDeploymentTargets", "InvalidDeploymentInstanceType"): "all deployments here are blue/green",
    ("CreateDeployment", "InvalidLoadBalancerInfo"): "a deployment takes it from its group, which was checked",
    ("CreateDeployment", "InvalidRole"): "a deployment takes it from its group, which was checked",
    ("CreateDeployment", "InvalidECSService"): "a deployment takes it from its group, which was checked",
    ("CreateDeployment", "InvalidComputePlatform"): "an application of EC2 has no groups here",
    ("DeleteApplication", "InvalidRole"): "no role is assumed",
    ("DeleteDeploymentGroup", "InvalidRole"): "no role is assumed",
    ("GetDeploymentConfig", "InvalidComputePlatform"): "its request names no platform",
    ("GetDeploymentTarget", "InvalidInstanceName"): "instances are of EC2 alone",
    ("ListDeploymentTargets", "ApplicationDoesNotExist"): "a deployment keeps what it needs of its application",
    ("ListDeploymentTargets", "DeploymentGroupDoesNotExist"): "a deployment keeps what it needs of its group",
    ("PutLifecycleEventHookExecutionStatus", "UnsupportedActionForDeploymentType"): "all deployments here have hooks",
    ("StopDeployment", "DeploymentGroupDoesNotExist"): "a deployment keeps what it needs of its group",
    ("StopDeployment", "UnsupportedActionForDeploymentType"): "all deployments here can be stopped",
    ("TagResource", "DeploymentConfigDoesNotExist"): "configurations have no tags",
    ("UntagResource", "DeploymentConfigDoesNotExist"): "configurations have no tags",
    ("UntagResource", "InvalidTagsToAdd"): "its request adds none",
}
