"""Raises every modelled error of every operation that an ECS or Lambda deployment needs: `errors.py URL LAMBDA`.

Which errors there are is read from botocore's model of the service, so that none can be forgotten: each pair of operation
and error is either raised by a request of `error_cases.py`, or listed there with the reason why nothing can raise it.
"""

import json
import sys
import types
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from botocore import xform_name
from botocore.exceptions import ClientError

import error_cases as table
from endpoint import (
    application, connect, deploy, ecs_appspec, ecs_group, info, lambda_appspec, lambda_group, until, until_status, waits,
)


def main(url, lambda_url):
    client = connect(url, validate=False)
    world = build(client, Invocations(lambda_url))
    problems = [problem for operation in table.ELSEWHERE for problem in refused(client, operation)]
    raised, left_out, pairs = 0, 0, modelled(client)
    for pair in set(table.cases(world)) | set(table.FULL) | {key for key in table.NOT_RAISED if isinstance(key, tuple)}:
        if pair not in pairs:
            problems.append(f"{pair} is in the table, and the operation has no such error")
    for operation, error in pairs:
        if because(operation, error):
            left_out += 1
            continue
        requests = requests_for(client, world, operation, error)
        if not requests:
            problems.append(f"{operation}: there is no case for {error}, and no reason why there is none")
        for request in requests:
            raised += 1
            code, message = ask(client, operation, request)
            if code != f"{error}Exception":
                problems.append(f"{operation}: {code} instead of {error} ({message}) for {str(request)[:400]}")
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{raised} errors raised, {left_out} pairs of operation and error left out with a reason")
    sys.exit(1 if problems else 0)


class Invocations:
    """The hook executions that the test's own Lambda was invoked with."""

    def __init__(self, url):
        self.url = url

    def execution(self, deployment, number):
        """Waits for the execution of the deployment with this number, counted from one."""
        return until(f"hook {number} of {deployment} is invoked", lambda: self._find(deployment, number))

    def _find(self, deployment, number):
        with urllib.request.urlopen(f"{self.url}/invocations", timeout=60) as answer:
            events = [event for event in json.load(answer) if event["DeploymentId"] == deployment]
        # The same one may come more than once.
        executions = list(dict.fromkeys(event["LifecycleEventHookExecutionId"] for event in events))
        return executions[number - 1] if len(executions) >= number else None


def build(client, invocations):
    """What the requests are about: deployments in each of their stages."""
    world = types.SimpleNamespace()
    for name in ("demo", "taken", "full"):
        application(client, name)
    application(client, "functions", "Lambda")
    for name in ("taken", "used"):
        client.create_deployment_config(**{**table.CONFIG, "deploymentConfigName": name})
    group(client, "user", deploymentConfigName="used")

    world.done = deploy(client, group(client, "web"))
    until_status(client, world.done, "Succeeded")
    world.revision = info(client, world.done)["revision"]
    world.waiting = deploy(client, group(client, "waiting", blueGreenDeploymentConfiguration=waits(ready=60)))
    until_status(client, world.waiting, "Ready")
    world.shifted = deploy(client, group(client, "shifted", blueGreenDeploymentConfiguration=waits(termination=60)))
    until("blue waits for its end", lambda: info(client, world.shifted).get("instanceTerminationWaitTimeStarted"))

    appspec = ecs_appspec(BeforeInstall="CodeDeployHook_silent", AfterInstall="CodeDeployHook_silent")
    world.hooked = deploy(client, group(client, "hooked"), appspec)
    world.completed = invocations.execution(world.hooked, 1)
    client.put_lifecycle_event_hook_execution_status(
        deploymentId=world.hooked, lifecycleEventHookExecutionId=world.completed, status="Succeeded"
    )
    world.execution = invocations.execution(world.hooked, 2)

    functions = lambda_group("functions", "functions")
    client.create_deployment_group(**functions)
    world.of_lambda = deploy(client, functions, lambda_appspec(BeforeAllowTraffic="CodeDeployHook_silent"))
    invocations.execution(world.of_lambda, 1)
    return world


def group(client, name, **more):
    """Creates a group of the application `demo` and gives its parameters."""
    created = ecs_group("demo", name, **more)
    client.create_deployment_group(**created)
    return created


def modelled(client):
    """The pairs of operation and error in the model, those of other platforms aside."""
    model = client.meta.service_model
    return [
        (operation, error.name.removesuffix("Exception"))
        for operation in model.operation_names
        if operation not in table.ELSEWHERE
        for error in model.operation_model(operation).error_shapes
    ]


def because(operation, error):
    """Why nothing can raise it, if so."""
    return table.NOT_RAISED.get(error) or table.NOT_RAISED.get((operation, error))


def requests_for(client, world, operation, error):
    """The requests that raise this error."""
    base, cases = table.bases(world)[operation], table.cases(world)
    if (operation, error) in cases:
        return [{**base, **cases[operation, error]}]
    if (operation, error) in table.FULL:
        return [fill(client, operation, base, error)]
    members = client.meta.service_model.operation_model(operation).input_shape.members
    changes = table.CHANGES.get(error, {})
    return [{**base, member: value} for member, value in changes.items() if member in members]


def fill(client, operation, base, error):
    """Creates until nothing more fits, and gives a request that is one too many."""
    count, member = table.FULL[operation, error]
    with ThreadPoolExecutor(16) as threads:
        outcomes = list(threads.map(lambda n: ask(client, operation, {**base, **member(n)}), range(count)))
    # Some places were taken before, so that the last requests may be too many already.
    others = [outcome for outcome in outcomes if outcome[0] not in ("an answer", f"{error}Exception")]
    assert not others, others[:3]
    return {**base, **member(count)}


def refused(client, operation):
    """What is wrong with how an operation of another platform is refused."""
    code, message = ask(client, operation, table.ELSEWHERE[operation])
    clear = code.startswith(table.UNSUPPORTED) and operation in message
    return [] if clear else [f"{operation}: {code} ({message}) instead of {table.UNSUPPORTED}"]


def ask(client, operation, request):
    """The error that a request raises, as the client names it, and its message."""
    request = {member: value for member, value in request.items() if value is not table.OMIT}
    try:
        answer = getattr(client, xform_name(operation))(**request)
    except ClientError as error:
        # A client has a class for what is modelled: others are told from it.
        code = error.response["Error"]["Code"]
        own = [shape.name for shape in client.meta.service_model.operation_model(operation).error_shapes]
        known = code in own and type(error) is getattr(client.exceptions, code)
        return code if known else f"{code} (not modelled)", error.response["Error"]["Message"]
    answer.pop("ResponseMetadata")
    return "an answer", answer


if __name__ == "__main__":
    main(*sys.argv[1:])
