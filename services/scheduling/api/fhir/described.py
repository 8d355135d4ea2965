"""How FHIR's routes stand in the OpenAPI document: what may be asked, and that every answer is a resource."""

from collections.abc import Mapping
from typing import Any

from services.scheduling.api.fhir.asked import NotAcceptable, SearchRefused
from services.scheduling.api.fhir.resources import MEDIA_TYPE
from services.scheduling.problems import NotYourClinic
from shared.web.problems import problems
from shared.web.sign_in_again import SignInNeeded
from shared.web.staff_session import NotAllowed

_RESOURCE = {
    "type": "object",
    "required": ["resourceType"],
    "properties": {"resourceType": {"type": "string"}},
    "description": "As FHIR R4 (4.0.1) describes it",
}
_CONTENT = {MEDIA_TYPE: {"schema": _RESOURCE}}


def answers(*errors: type[Exception]) -> dict[int | str, dict[str, Any]]:
    """For `responses=`: an OperationOutcome for each of these, and for what every route here may refuse."""
    refused = problems(*errors, SearchRefused, NotAcceptable, SignInNeeded, NotAllowed, NotYourClinic)
    told = {status: {**one, "content": _CONTENT} for status, one in refused.items()}
    return {200: {"description": "A resource", "content": _CONTENT}, **told}


def asked(words: Mapping[str, str]) -> dict[str, Any]:
    """For `openapi_extra=`: these may stand in the address."""
    return {
        "parameters": [
            {"name": name, "in": "query", "required": False, "schema": {"type": "string"}, "description": what}
            for name, what in words.items()
        ]
    }


def sent(words: Mapping[str, str]) -> dict[str, Any]:
    """For `openapi_extra=`: these are parameters of a Parameters resource."""
    listed = "; ".join(f"`{name}`: {what}" for name, what in words.items())
    return {"requestBody": {"description": f"Parameters. {listed}", "required": True, "content": _CONTENT}}
