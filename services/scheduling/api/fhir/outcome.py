"""Every problem under `/fhir` as an OperationOutcome: the same words, in FHIR's shape."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.scheduling.api.fhir.resources import MEDIA_TYPE, Json, instant
from services.scheduling.domain.refusal import Missing
from shared.web.answers import ProblemShape

_CODES = {
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    408: "timeout",
    409: "conflict",
    410: "deleted",
    413: "too-long",
    415: "not-supported",
    429: "throttled",
    500: "exception",
    503: "transient",
}
"""https://hl7.org/fhir/R4/valueset-issue-type.html; everything else is `invalid`."""


def outcome_of(problem: Mapping[str, Any]) -> Json:
    """From the JSON of a problem: one issue for the whole, or one for each field that is wrong."""
    code = _CODES.get(problem["status"], "invalid")
    system, _, slug = problem["type"].rpartition("/")
    words = " ".join(filter(None, (f"{problem['title']}.", problem.get("detail"), problem.get("what_to_do"))))
    details = {"coding": [{"system": system, "code": slug}], "text": words}
    told = f"reference {problem['reference']}"
    errors = problem.get("errors") or [{}]
    return {
        "resourceType": "OperationOutcome",
        "issue": [
            {"severity": "error", "code": code, "details": details, "diagnostics": told}
            | ({"diagnostics": f"{error['detail']} ({told})", "expression": [_place(error)]} if error else {})
            for error in errors
        ],
    }


def _place(error: Mapping[str, str]) -> str:
    return error.get("parameter") or error.get("pointer", "").removeprefix("#/").replace("/", ".") or "Parameters"


def refused(missing: list[Missing], instead: list[datetime]) -> Json:
    """A time that cannot be had: an issue for each reason, in the manner of IHE (fatal, and the appointment is not found),
    then the nearest that can."""
    reasons = missing or [None]
    issues = [
        {
            "severity": "fatal",
            "code": "not-found",
            "details": {"text": _why(one)},
        }
        for one in reasons
    ]
    issues += [
        {"severity": "information", "code": "informational", "details": {"text": f"Free instead: {instant(at)}"}}
        for at in instead
    ]
    return {"resourceType": "OperationOutcome", "issue": issues}


def _why(missing: Missing | None) -> str:
    if missing is None:
        return "contended: somebody is booking this very time"
    what = missing.resource_kind.words if missing.resource_kind else missing.closure
    of = f" ({what})" if what else ""
    return f"{missing.why}{of} from {instant(missing.during.start)} until {instant(missing.during.end)}"


def informed(text: str) -> Json:
    """Something to know about an answer."""
    issue = {"severity": "information", "code": "informational", "details": {"text": text}}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


OPERATION_OUTCOME = ProblemShape(MEDIA_TYPE, outcome_of)
