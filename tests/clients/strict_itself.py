"""Shows that `strict.py` refuses what it is there to refuse."""

import boto3

import strict

model = boto3.client("codedeploy", region_name="us-east-1").meta.service_model

GOOD = {
    "deploymentInfo": {
        "deploymentId": "d-AAAAAAAAA",
        "status": "Succeeded",
        "createTime": 1543431361.022,
        "deploymentOverview": {"Succeeded": 1},
        "instanceTerminationWaitTimeStarted": False,
        "deploymentStatusMessages": [],
    }
}

BAD = {
    "a member that the model lacks": {"deploymentinfo": {}},
    "null": {"deploymentInfo": None},
    "a value that the enum lacks": {"deploymentInfo": {"status": "Sleeping"}},
    "a number for a text": {"deploymentInfo": {"deploymentId": 1}},
    "a text for a number": {"deploymentInfo": {"deploymentOverview": {"Succeeded": "1"}}},
    "a fraction for a whole number": {"deploymentInfo": {"deploymentOverview": {"Succeeded": 1.5}}},
    "a text for a truth value": {"deploymentInfo": {"instanceTerminationWaitTimeStarted": "false"}},
    "a text for a time": {"deploymentInfo": {"createTime": "2018-11-28T18:56:01Z"}},
    "milliseconds for seconds": {"deploymentInfo": {"createTime": 1543431361022}},
    "a time finer than milliseconds": {"deploymentInfo": {"createTime": 1543431361.0221}},
    "a structure for a list": {"deploymentInfo": {"deploymentStatusMessages": {}}},
}

output = model.operation_model("GetDeployment").output_shape
strict.check(output, GOOD, "good")
for what, value in BAD.items():
    try:
        strict.check(output, value, "bad")
    except AssertionError:
        continue
    raise SystemExit(f"{what} is let through")
print(f"{len(BAD)} kinds of wrong answers refused")
