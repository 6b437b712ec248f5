# Runs a Python Lambda function: asks the Runtime API for events and calls the handler, one after the other.
# The handler is `_HANDLER`, as `module.function`.

import http.client
import importlib
import json
import os
import sys
import time
import traceback

ROOT = os.environ["LAMBDA_TASK_ROOT"]
NAME = os.environ["_HANDLER"]
BASE = "/2018-06-01/runtime/"
JSON = {"Content-Type": "application/json"}

# Without a time-out: an event may be a long time in coming.
connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])


def ask(method, to, body=None, headers=None):
    connection.request(method, BASE + to, body, headers or {})
    response = connection.getresponse()
    return response.headers, response.read()


def fail(to, error):
    traceback.print_exception(error)
    kind = type(error).__name__
    trace = traceback.format_list(traceback.extract_tb(error.__traceback__))
    body = {"errorType": kind, "errorMessage": str(error), "stackTrace": trace}
    ask("POST", to, json.dumps(body), {**JSON, "Lambda-Runtime-Function-Error-Type": kind})


def load():
    module, dot, function = NAME.rpartition(".")
    if not dot:
        raise ValueError(f"the handler {NAME!r} is not of the form module.function")
    return getattr(importlib.import_module(module.replace("/", ".")), function)


class Context:
    """What a handler is told about its invocation."""

    identity = None
    client_context = None

    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self._deadline_ms = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline_ms - int(time.time() * 1000))

    def log(self, message):
        print(message)


sys.path[0:1] = [ROOT]
try:
    handler = load()
except BaseException as error:
    fail("init/error", error)
    sys.exit(1)

while True:
    headers, event = ask("GET", "invocation/next")
    request_id = headers["Lambda-Runtime-Aws-Request-Id"]
    os.environ["_X_AMZN_TRACE_ID"] = headers["Lambda-Runtime-Trace-Id"]
    try:
        # Made to JSON here, so that a result that cannot be is an error of the function.
        result = json.dumps(handler(json.loads(event), Context(headers)))
    except Exception as error:
        fail(f"invocation/{request_id}/error", error)
    else:
        ask("POST", f"invocation/{request_id}/response", result, JSON)
