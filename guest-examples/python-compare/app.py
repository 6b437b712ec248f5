"""Compares what blue and green answer to the same requests, and how fast."""

import json
import statistics
from dataclasses import dataclass

from componentize_py_types import Err
from wit_world import exports
from wit_world.exports.validator import Verdict, Verdict_Fail, Verdict_Pass
from wit_world.imports import deployment, http, report, store
from wit_world.imports.report import Outcome


class Refusal(Exception):
    """Ends the test early, with a sentence for the person who reads the log."""


@dataclass
class Settings:
    """The hook's config, with defaults; the README has the same list."""

    path: str = "/version"
    requests: int = 20
    ignore_fields: str = "version"
    max_slowdown_percent: float = 50.0
    slack_ms: float = 20.0

    @classmethod
    def load(cls):
        settings = cls()
        for key, default in vars(settings).items():
            text = store.get(key)
            if text is None:
                continue
            try:
                setattr(settings, key, type(default)(text))
            except ValueError:
                raise Refusal(f"config key `{key}` is `{text}`, expected {type(default).__name__}") from None
        if settings.requests < 1:
            raise Refusal("config key `requests` is below 1: with none nothing is compared")
        return settings


@dataclass
class Side:
    """The answers of one task set."""

    name: str
    base: str
    answers: list

    def ask(self, path):
        try:
            answer = http.fetch(http.Request("GET", self.base + path, [("accept", "application/json")], b"", None))
        except Err as error:
            raise Refusal(f"{self.name} gave no answer: {error.value.value}") from None
        self.answers.append(answer)

    def times_ms(self):
        return [answer.elapsed_us / 1000 for answer in self.answers]

    def median(self):
        return statistics.median(self.times_ms())


def without(body, fields):
    """The JSON without the fields that may differ; bytes that are no JSON as they are."""
    try:
        value = json.loads(body)
    except ValueError:
        return body
    if isinstance(value, dict):
        return {key: inner for key, inner in value.items() if key not in fields}
    return value


def excerpt(body):
    """The beginning of a body, as text."""
    return body[:120].decode(errors="replace").strip()


def differences(blue, green, settings):
    """Each as the name of the check and what is wrong, or None."""
    pairs = list(zip(blue.answers, green.answers))
    unlike = [(old, new) for old, new in pairs if old.status != new.status]
    yield "status", unlike and (
        f"{len(unlike)} of {len(pairs)} requests to {settings.path} were answered with another status, "
        f"such as {unlike[0][1].status} for {unlike[0][0].status}"
    )
    # Where the status differs already, nobody expects the same body.
    fields = {field.strip() for field in settings.ignore_fields.split(",")}
    alike = [(old.body, new.body) for old, new in pairs if old.status == new.status]
    other = [(old, new) for old, new in alike if without(old, fields) != without(new, fields)]
    yield "body", other and (
        f"{len(other)} of {len(alike)} answers to {settings.path} differ, such as {excerpt(other[0][1])} "
        f"for {excerpt(other[0][0])}"
    )
    allowed = blue.median() * (1 + settings.max_slowdown_percent / 100) + settings.slack_ms
    yield "speed", green.median() > allowed and (
        f"the median of green is {green.median():.1f} ms, allowed are {allowed:.1f} ms with blue at {blue.median():.1f} ms"
    )


def judge():
    settings = Settings.load()
    bases = {"blue": deployment.production_url(), "green": deployment.test_url()}
    for name, base in bases.items():
        if base is None:
            raise Refusal(f"the host does not know where {name} answers; both listeners are needed")
    blue, green = (Side(name, base, []) for name, base in bases.items())
    # In turns, so that whatever else slows the machine slows both.
    for _ in range(settings.requests):
        blue.ask(settings.path)
        green.ask(settings.path)

    problems = []
    for name, problem in differences(blue, green, settings):
        report.check(name, Outcome.FAIL if problem else Outcome.PASS, problem or "blue and green agree")
        problems += [problem] if problem else []
    for side in (blue, green):
        report.metric(f"{side.name} median", side.median(), "Milliseconds")
        report.metric(f"{side.name} deviation", statistics.pstdev(side.times_ms()), "Milliseconds")
    return problems


class Validator(exports.Validator):
    def validate(self) -> Verdict:
        try:
            problems = judge()
        except Refusal as error:
            return Verdict_Fail(str(error))
        return Verdict_Fail("; ".join(problems)) if problems else Verdict_Pass()
