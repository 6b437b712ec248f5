"""Asks the new release for one path, and fails the deployment unless it answers 200."""

from componentize_py_types import Err
from wit_world import exports
from wit_world.exports.validator import Verdict, Verdict_Fail, Verdict_Pass
from wit_world.imports import deployment, http, report, store
from wit_world.imports.report import Outcome


class Validator(exports.Validator):
    def validate(self) -> Verdict:
        base = deployment.test_url()
        if base is None:
            return Verdict_Fail("this deployment has no test listener; add one to the deployment group")
        path = store.get("path") or "/health"
        try:
            response = http.fetch(http.Request("GET", base + path, [], b"", 5000))
        except Err as error:
            return Verdict_Fail(f"GET {path}: {error.value.value}")
        detail = f"GET {path} answered {response.status}, expected 200"
        good = response.status == 200
        report.check("status", Outcome.PASS if good else Outcome.FAIL, detail)
        return Verdict_Pass() if good else Verdict_Fail(detail)
