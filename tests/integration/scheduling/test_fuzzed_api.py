"""Whatever is sent to the programs' doors, by their own OpenAPI document and beside it: an answer it describes, never a 500."""

import asyncio
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.scheduling.domain.clinic import Purpose
from services.scheduling.domain.fhir_slot import FhirSlot, SlotStatus
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.proposal import Proposal
from shared.events.staff import Role
from tests.fuzzing import JSON, TEXT, expect_described, fitting, operations, step
from tests.integration.scheduling.desk import CLINIC, Asked
from tests.integration.scheduling.front import VOSS, Front
from tests.integration.scheduling.r4 import judged
from tests.integration.scheduling.test_calendar_feeds import makes

PUBLIC = ("/api/slots", "/api/holds", "/calendar", "/fhir")
FHIR = "application/fhir+json"
DAY = "2026-06-22"


def names_of(operation: dict[str, Any]) -> list[str]:
    return [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"]


def parameters(names: st.SearchStrategy[str], values: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """A Parameters resource, with the odd one among it."""
    one = st.fixed_dictionaries({"name": names, "valueString": values}) | st.fixed_dictionaries(
        {"name": names, "valueReference": st.fixed_dictionaries({"reference": values})}
    )
    return st.fixed_dictionaries({"resourceType": st.just("Parameters"), "parameter": st.lists(one, max_size=4)})


async def test_no_door_breaks_whatever_it_is_sent(front: Front):
    document = front.app.openapi()
    every = list(operations(document, PUBLIC))
    assert len(every) >= 16
    asked = await front.asks()
    await front.books(asked)
    await front.becomes(Role.FRONT_DESK, Role.ADMINISTRATOR)
    calendar = (await makes(front)).removeprefix("/calendar/").removesuffix(".ics")
    booked = await front.desk.database.pool.fetchval("select id from appointment where session_id is not null")
    at = front.desk.monday_at(13)
    free = [Proposal(Purpose.SESSION, front.desk.monday_at(8 + n), asked.patient_id, VOSS.id).name for n in range(8)]
    slot = FhirSlot(CLINIC.resources[0].id, Interval(at, front.desk.monday_at(14)), SlotStatus.FREE).name
    tickets = [front.ticket(Asked.new()), front.ticket(asked)]
    ids = st.sampled_from([str(booked), str(VOSS.id), str(CLINIC.resources[0].id), slot, calendar, *free])
    moment, one_id = f"{DAY}T16:00:00Z", str(CLINIC.resources[0].id)
    proper = {
        "{token}": calendar,
        "{appointment_id}": str(booked),
        "{schedule_id}": one_id,
        "{slot_id}": slot,
        **dict.fromkeys(("start", "from", "until", "date"), moment),
        "end": f"{DAY}T22:00:00Z",
        "visit-type": "session",
        "patient-reference": f"Patient/{asked.patient_id}",
        "patient": f"Patient/{asked.patient_id}",
        "practitioner": f"Practitioner/{VOSS.staff_id}",
        "schedule": f"Schedule/{VOSS.id}",
        "status": "free",
        "kind": "consultation",
        "_count": "3",
        "most": "3",
        "weekdays": "monday",
        "not_before": DAY,
    }
    values = (
        st.sampled_from([DAY, f"ge{DAY}", "booked", "1", "true", "session", *proper.values(), *tickets])
        | ids.map(lambda one: f"Appointment/{one}")
        | TEXT.filter(lambda text: text.isprintable())
    )

    def value_of(name: str) -> st.SearchStrategy[str]:
        return st.one_of(*[st.just(proper[name])] * 6, values) if name in proper else values

    names = st.sampled_from(
        ["start", "end", "visit-type", "patient-reference", "appointment-reference", "practitioner", "_count", "reason"]
    )
    loop = asyncio.get_running_loop()
    told: set[tuple[str, str, int]] = set()

    def check(data: st.DataObject) -> None:
        method, path, operation = data.draw(st.sampled_from(every))
        address = path
        for name in (name for name in proper if name.startswith("{") and name in path):
            address = address.replace(name, step(data.draw(value_of(name))))
        headers: dict[str, str] = {"Idempotency-Key": data.draw(st.uuids()).hex} if data.draw(st.booleans()) else {}
        content = b""
        if "requestBody" in operation:
            sent = _body(operation, document, values, names, tickets, free)
            content = json.dumps(data.draw(sent)).encode()
            headers["Content-Type"] = FHIR if path.startswith("/fhir") else "application/json"
        known = names_of(operation)
        needed = [name for name in known if name in ("start", "end")] if data.draw(st.booleans()) else []
        more = data.draw(st.lists(st.sampled_from([*known, "unheard-of"]), max_size=2))
        params = [(name, data.draw(value_of(name))) for name in dict.fromkeys([*needed, *more])]
        call = front.http.request(method, address, content=content, headers=headers, params=params)
        answer = asyncio.run_coroutine_threadsafe(call, loop).result()
        told.add((method, path, answer.status_code))
        fhir = path.startswith("/fhir") and answer.request.url.path.startswith("/fhir")
        expect_described(answer, path, operation, FHIR if fhir else "application/problem+json")
        if fhir and answer.content:
            judged(answer.json())

    tried = settings(max_examples=900, deadline=None, suppress_health_check=list(HealthCheck))(given(st.data())(check))
    await asyncio.to_thread(tried)

    went_well = {(method, path) for method, path, status in told if status in {200, 204}}
    assert {status for *_, status in told} >= {200, 204, 400, 403, 404, 409, 422}
    assert len(went_well) >= len(every) - 2, sorted({(method, path) for method, path, _ in every} - went_well)


def _body(
    operation: dict[str, Any],
    document: dict[str, Any],
    values: st.SearchStrategy[str],
    names: st.SearchStrategy[str],
    tickets: list[str],
    free: list[str],
) -> st.SearchStrategy[Any]:
    content = operation["requestBody"]["content"]
    if FHIR in content:
        offered = st.sampled_from(free).map(
            lambda name: {
                "resourceType": "Parameters",
                "parameter": [
                    {"name": "appointment-reference", "valueReference": {"reference": f"Appointment/{name}"}}
                ],
            }
        )
        days = st.just(
            {
                "resourceType": "Parameters",
                "parameter": [{"name": name, "valueDate": DAY} for name in ("start", "end")],
            }
        )
        return offered | days | parameters(names, values) | JSON
    schema = content["application/json"]["schema"]
    fits = fitting(schema, document)
    right = st.just({"ticket": tickets[0], "starts_at": f"{DAY}T16:00:00Z"})
    known = set(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["properties"])
    return right.map(lambda sent: {name: sent[name] for name in sent if name in known}) | fits | JSON
