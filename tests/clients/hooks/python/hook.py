"""A validation test in the manner of the AWS tutorial: it asks the new release, and reports what it found to CodeDeploy."""

import os
import urllib.error
import urllib.request

import boto3

codedeploy = boto3.client("codedeploy")


def lambda_handler(event, context):
    print("Entering the AfterAllowTestTraffic hook.")
    status = "Failed"
    try:
        with urllib.request.urlopen(os.environ["TEST_ENDPOINT"], timeout=10) as response:
            print(f"{os.environ['TEST_ENDPOINT']} answers {response.status}")
            status = "Succeeded"
    except urllib.error.URLError as error:
        print(f"The new release does not answer as it should: {error}")

    codedeploy.put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"],
        lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status=status,
    )
    print(f"The validation test has {status}, in the request {context.aws_request_id}.")
