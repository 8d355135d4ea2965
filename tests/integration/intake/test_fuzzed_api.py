"""Whatever is sent to the public API, by its own OpenAPI document and beside it: an answer it describes, never a 500."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.intake.conftest import Intake
from tests.integration.intake.front_end import ANSWERS, FrontEnd

PUBLIC = ("/api/consultation-requests", "/api/problems")
FENCES = {403, 413, 415, 422, 429, 503}
"""What stands before every route, whether or not the route says so."""
ODD = st.sampled_from(
    ["", "self", "other", "en", "es", "xx", "no", "yes", "0", "-1", "9" * 40, "\u202e", "\ud800", "../..", "1984-07-19"]
)
TEXT = ODD | st.text(max_size=60)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(
    ["who", "language", "values", "skip", "revision", "name", "email", "reasons", "consents", "wishes", *ANSWERS]
)
QUESTIONS = st.sampled_from(
    ["who", "born", "name", "contact", "reasons", "check", "phq-9-9", "safety", "screener-1", "health-body", "consent"]
)


def fitting(schema: dict[str, Any], document: dict[str, Any]) -> st.SearchStrategy[Any]:
    """What the document says may be sent, with the odd value among it."""
    if ref := schema.get("$ref"):
        return fitting(document["components"]["schemas"][ref.rpartition("/")[2]], document)
    if one_of := schema.get("anyOf"):
        return st.one_of(*(fitting(one, document) for one in one_of))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema.get("type"):
        case "object" if "properties" in schema:
            needed = set(schema.get("required", ()))
            fields = {name: fitting(one, document) for name, one in schema["properties"].items()}
            return st.fixed_dictionaries(
                {name: one for name, one in fields.items() if name in needed},
                optional={name: one for name, one in fields.items() if name not in needed},
            )
        case "object":
            return st.dictionaries(NAMES, fitting(schema.get("additionalProperties", {}), document), max_size=4)
        case "array":
            return st.lists(fitting(schema["items"], document), max_size=4)
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(-2, 2_000_000_000)
        case "null":
            return st.none()
        case _:
            return TEXT


def examples(schema: dict[str, Any], document: dict[str, Any]) -> list[Any]:
    """Those that the document shows to developers."""
    return document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["examples"]


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        if path.startswith(PUBLIC):
            for method, operation in methods.items():
                yield method, path, operation


async def test_no_route_breaks_whatever_it_is_sent(intake: Intake):
    document = intake.app.openapi()
    every = list(operations(document))
    assert len(every) >= 11
    front = await (await FrontEnd(intake).begin()).walk_to("contact")
    loop = asyncio.get_running_loop()
    told: set[tuple[str, int]] = set()

    def check(data: st.DataObject) -> None:
        method, path, operation = data.draw(st.sampled_from(every))
        token = data.draw(st.sampled_from([front.token, "0" * 43]) | TEXT)
        address = path.replace("{token}", _step(token)).replace("{question}", _step(data.draw(QUESTIONS | TEXT)))
        address = address.replace("{name}", _step(data.draw(TEXT)))
        content, headers = b"", {"Idempotency-Key": data.draw(st.sampled_from(["k" * 36, "short", "a key of mine"]))}
        if data.draw(st.booleans()):
            del headers["Idempotency-Key"]
        if "requestBody" in operation:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            sent = data.draw(st.sampled_from(examples(schema, document)) | fitting(schema, document) | JSON)
            content, headers["Content-Type"] = json.dumps(sent).encode(), "application/json"
        params = data.draw(st.none() | st.fixed_dictionaries({"language": ODD.filter(_can_be_sent)}))
        call = intake.http.request(method, address, content=content, headers=headers, params=params)
        answer = asyncio.run_coroutine_threadsafe(call, loop).result()
        told.add((operation["summary"], answer.status_code))
        expect_described(answer, path, operation)

    tried = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))(given(st.data())(check))
    await asyncio.to_thread(tried)

    assert {status for _, status in told} >= {200, 201, 409, 410, 422}


def expect_described(answer: httpx.Response, path: str, operation: dict[str, Any]) -> None:
    described = {int(status) for status in operation["responses"]}
    asked = answer.request.url.path
    if "//" in asked or asked.endswith("/") or asked.count("/") != path.count("/"):
        described |= {404, 405, 308, 307}  # an empty or a double step leads to another route, or to none
    assert answer.status_code in described | FENCES, (
        f"{answer.request.method} {path}: {answer.status_code} {answer.text}"
    )
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["what_to_do"]


def _step(text: str) -> str:
    """As one step of a path, whatever stands in it."""
    return quote(text.encode("utf-8", "replace"), safe="")


def _can_be_sent(text: str) -> bool:
    return text.isprintable()
