"""What comes with an operation: FHIR's Parameters resource, or the same in the address."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.requests import Request

from services.scheduling.api.fhir.asked import IGNORED, Asks, SearchRefused, json_is_spoken, refuse
from shared.web.problems import BadRequest

_WRONG = "Send a Parameters resource of FHIR R4."


async def parameters_of(request: Request, known: Iterable[str]) -> Asks:
    """All values as text: a reference as its address, an identifier not at all. Raises SearchRefused, NotAcceptable,
    BadRequest."""
    if request.method == "GET":
        return await Asks.of(request, known)
    json_is_spoken(request)
    found: dict[str, tuple[str, ...]] = {}
    for name, value in [*_in_address(request), *_sent(await request.body())]:
        if name not in known:
            raise refuse(name, "This parameter is not understood here.")
        found[name] = (*found.get(name, ()), value)
    return Asks(found)


def _in_address(request: Request) -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.query_params.multi_items() if name not in IGNORED]


def _sent(body: bytes) -> list[tuple[str, str]]:
    """Raises BadRequest, SearchRefused."""
    if not body:
        return []
    try:
        resource = json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequest(_WRONG) from None
    parameters = resource.get("parameter", []) if isinstance(resource, dict) else None
    if not isinstance(parameters, list) or resource.get("resourceType") != "Parameters":
        raise BadRequest(_WRONG)
    return [_read(one) for one in parameters]


def _read(parameter: Any) -> tuple[str, str]:
    if not isinstance(parameter, Mapping) or not isinstance(name := parameter.get("name"), str):
        raise BadRequest(_WRONG)
    values = [value for key, value in parameter.items() if key.startswith("value")]
    if len(values) != 1:
        raise _unread(name)
    value = values[0]
    if isinstance(value, Mapping):
        value = value.get("reference")
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _unread(name)
    return name, str(value)


def _unread(name: str) -> SearchRefused:
    return refuse(name, "Send one value: a text, or a reference with its address.")
