"""Judges every answer of the endpoint by botocore's model of CodeDeploy, stricter than any client reads it.

A client forgives: it skips unknown members, takes a number for a text and leaves out what is missing. Here each of these
is an error, for whatever a client that is watched asks.
"""

import json
import math
import re

#: The operations that answered without an error.
answered = set()

#: Values that the service's own documentation has and its model lacks, by the name of their shape. The API reference
#: tells of this one at `MinimumHealthyHosts`: GetDeploymentConfig answers it for CodeDeployDefault.OneAtATime.
BEYOND_THE_ENUM = {"MinimumHealthyHostsType": ["MOST_CONCURRENCY"]}


def watch(client):
    """Judges all answers to this client from now on."""
    client.meta.events.register("before-parse.codedeploy.*", _judge)


def _judge(operation_model, response_dict, **_):
    name = operation_model.name
    status, headers, body = (response_dict[key] for key in ("status_code", "headers", "body"))
    headers = {key.lower(): value for key, value in headers.items()}
    _expect(headers.get("x-amzn-requestid"), name, "no x-amzn-RequestId")
    if body:
        _expect(headers.get("content-type") == "application/x-amz-json-1.1", name, f"content type in {headers}")
    value = json.loads(body) if body else {}
    if status == 200:
        answered.add(name)
        if operation_model.output_shape is None:
            _expect(value == {}, name, f"an operation without an output answers {value}")
        else:
            check(operation_model.output_shape, value, name)
        return
    _expect(status in (400, 413, 500, 503), name, f"status {status}")
    _expect(isinstance(value.get("__type"), str) and value["__type"], name, f"no __type in {value}")
    _expect(isinstance(value.get("message"), str) and value["message"], name, f"no message in {value}")
    _expect(set(value) == {"__type", "message"}, name, f"more than an error in {value}")


def check(shape, value, place):
    """Raises unless the value is what the shape says, with nothing missing and nothing more."""
    _expect(value is not None, place, "null; an absent member is left out")
    _CHECKS[shape.type_name](shape, value, place)


def _structure(shape, value, place):
    _expect(isinstance(value, dict), place, f"no structure: {value!r}")
    unknown = set(value) - set(shape.members)
    _expect(not unknown, place, f"members that the model lacks: {sorted(unknown)}")
    missing = set(shape.required_members) - set(value)
    _expect(not missing, place, f"members that are required: {sorted(missing)}")
    for member, inner in value.items():
        check(shape.members[member], inner, f"{place}.{member}")


def _list(shape, value, place):
    _expect(isinstance(value, list), place, f"no list: {value!r}")
    _within(shape, len(value), place)
    for number, inner in enumerate(value):
        check(shape.member, inner, f"{place}[{number}]")


def _map(shape, value, place):
    _expect(isinstance(value, dict), place, f"no map: {value!r}")
    for key, inner in value.items():
        check(shape.key, key, f"{place} (key)")
        check(shape.value, inner, f"{place}[{key}]")


def _string(shape, value, place):
    _expect(isinstance(value, str), place, f"no text: {value!r}")
    _within(shape, len(value), place)
    if shape.enum and value not in BEYOND_THE_ENUM.get(shape.name, ()):
        _expect(value in shape.enum, place, f"{value!r} is none of {shape.enum}")
    pattern = shape.metadata.get("pattern")
    if pattern:
        _expect(re.fullmatch(pattern, value), place, f"{value!r} is not as {pattern} has it")


def _whole(shape, value, place):
    _expect(isinstance(value, int) and not isinstance(value, bool), place, f"no whole number: {value!r}")
    _within(shape, value, place)


def _double(shape, value, place):
    _expect(isinstance(value, (int, float)) and not isinstance(value, bool), place, f"no number: {value!r}")
    _expect(math.isfinite(value), place, f"not finite: {value!r}")


def _boolean(_, value, place):
    _expect(isinstance(value, bool), place, f"neither true nor false: {value!r}")


def _timestamp(_, value, place):
    _expect(isinstance(value, (int, float)) and not isinstance(value, bool), place, f"no time: {value!r}")
    # Seconds and not milliseconds: the one would be this century, the other far beyond the next.
    _expect(1_000_000_000 < value < 10_000_000_000, place, f"no epoch seconds: {value!r}")
    _expect(round(value, 3) == value, place, f"finer than milliseconds: {value!r}")


_CHECKS = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "integer": _whole,
    "long": _whole,
    "double": _double,
    "boolean": _boolean,
    "timestamp": _timestamp,
}


def _within(shape, size, place):
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    _expect(least is None or size >= least, place, f"{size} is less than {least}")
    _expect(most is None or size <= most, place, f"{size} is more than {most}")


def _expect(holds, place, problem):
    if not holds:
        raise AssertionError(f"{place}: {problem}")
