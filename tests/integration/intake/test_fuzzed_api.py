"""Whatever is sent to the public API, by its own OpenAPI document and beside it: an answer it describes, never a 500."""

import asyncio
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzzing import JSON, ODD, TEXT, expect_described, fitting, operations, step
from tests.integration.intake.conftest import Intake
from tests.integration.intake.front_end import ANSWERS, FrontEnd

PUBLIC = ("/api/consultation-requests", "/api/problems")
NAMES = st.sampled_from(
    ["who", "language", "values", "skip", "revision", "name", "email", "reasons", "consents", "wishes", *ANSWERS]
)
QUESTIONS = st.sampled_from(
    ["who", "born", "name", "contact", "reasons", "check", "phq-9-9", "safety", "screener-1", "health-body", "consent"]
)


def examples(schema: dict[str, Any], document: dict[str, Any]) -> list[Any]:
    """Those that the document shows to developers."""
    return document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["examples"]


async def test_no_route_breaks_whatever_it_is_sent(intake: Intake):
    document = intake.app.openapi()
    every = list(operations(document, PUBLIC))
    assert len(every) >= 11
    front = await (await FrontEnd(intake).begin()).walk_to("contact")
    loop = asyncio.get_running_loop()
    told: set[tuple[str, int]] = set()

    def check(data: st.DataObject) -> None:
        method, path, operation = data.draw(st.sampled_from(every))
        token = data.draw(st.sampled_from([front.token, "0" * 43]) | TEXT)
        address = path.replace("{token}", step(token)).replace("{question}", step(data.draw(QUESTIONS | TEXT)))
        address = address.replace("{name}", step(data.draw(TEXT)))
        content, headers = b"", {"Idempotency-Key": data.draw(st.sampled_from(["k" * 36, "short", "a key of mine"]))}
        if data.draw(st.booleans()):
            del headers["Idempotency-Key"]
        if "requestBody" in operation:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            sent = data.draw(st.sampled_from(examples(schema, document)) | fitting(schema, document, NAMES) | JSON)
            content, headers["Content-Type"] = json.dumps(sent).encode(), "application/json"
        params = data.draw(st.none() | st.fixed_dictionaries({"language": ODD.filter(_can_be_sent)}))
        call = intake.http.request(method, address, content=content, headers=headers, params=params)
        answer = asyncio.run_coroutine_threadsafe(call, loop).result()
        told.add((operation["summary"], answer.status_code))
        expect_described(answer, path, operation)
        if answer.status_code >= 400:
            assert answer.json()["what_to_do"]

    tried = settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))(given(st.data())(check))
    await asyncio.to_thread(tried)

    assert {status for _, status in told} >= {200, 201, 409, 410, 422}


def _can_be_sent(text: str) -> bool:
    return text.isprintable()
