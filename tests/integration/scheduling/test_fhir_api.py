"""FHIR R4 as a program meets it: read, searched, found, kept and booked; each answer judged by R4's own models."""

import asyncio
import re
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest

from services.scheduling.domain.clinic import ResourceKind
from services.scheduling.domain.session import CancelReason
from services.scheduling.settings import SchedulingSettings
from services.scheduling.store import sessions
from services.scheduling.use_cases.cancel_session import cancel_session
from services.scheduling.use_cases.keep_for_staff import MOST_AT_ONCE
from shared.events.staff import Role
from tests.integration.scheduling.desk import CLINIC, STAFF_ID, Asked
from tests.integration.scheduling.front import SITE, VOSS
from tests.integration.scheduling.r4 import judged

FHIR = "application/fhir+json"
MONDAY = "2026-06-22"
CHAIR = CLINIC.of_kind(ResourceKind.CHAIR)[0]
PRACTITIONER = f"Practitioner/{VOSS.staff_id}"


async def reads(front, path, http=200, **query):
    answer = await front.http.get(f"/fhir/{path}", params=query)
    assert answer.status_code == http, answer.text
    assert answer.headers["content-type"] == FHIR
    return judged(answer.json())


async def does(front, name, http=200, key=None, **parameters):
    """An operation by POST: references where a name says so, text else."""
    sent = [
        {
            "name": one if one.startswith("_") else one.replace("_", "-"),
            **({"valueReference": {"reference": value}} if "/" in value else {"valueString": value}),
        }
        for one, value in parameters.items()
    ]
    body = {"resourceType": "Parameters", "parameter": sent}
    headers = {"Content-Type": FHIR} | ({"Idempotency-Key": key} if key else {})
    answer = await front.http.post(f"/fhir/Appointment/${name}", json=body, headers=headers)
    assert answer.status_code == http, answer.text
    return judged(answer.json())


def found(bundle, kind="Appointment"):
    return [entry["resource"] for entry in bundle.get("entry", ()) if entry["resource"]["resourceType"] == kind]


def said(outcome):
    """What an OperationOutcome says, alone or in a Bundle."""
    outcomes = found(outcome, "OperationOutcome") if outcome["resourceType"] == "Bundle" else [outcome]
    return [(issue["severity"], issue["code"], issue["details"]["text"]) for one in outcomes for issue in one["issue"]]


def actors(appointment):
    return {one["actor"]["reference"] for one in appointment["participant"]}


async def offered(front, patient_id, kind="session", day=MONDAY, **more):
    bundle = await does(
        front, "find", start=day, end=day, visit_type=kind, patient_reference=f"Patient/{patient_id}", **more
    )
    return found(bundle)


# Read and search -----------------------------------------------------------------------------------------------------


async def test_the_statement_lists_what_there_is_and_is_read_by_anybody(front):
    front.http.cookies.clear()
    statement = await reads(front, "metadata")

    (rest,) = statement["rest"]
    assert statement["fhirVersion"] == "4.0.1"
    assert [one["type"] for one in rest["resource"]] == ["Schedule", "Slot", "Appointment"]
    assert [one["name"] for one in rest["resource"][2]["operation"]] == ["find", "hold", "book"]


async def test_every_parameter_of_the_statement_is_understood(front):
    statement = await reads(front, "metadata")
    samples = {"date": MONDAY, "_lastUpdated": f"ge{MONDAY}", "start": MONDAY, "active": "true"}
    references = {"patient": "Patient", "practitioner": "Practitioner", "location": "Location", "actor": "Location"}
    for kind in statement["rest"][0]["resource"]:
        for one in kind["searchParam"]:
            name = one["name"]
            status = "free" if kind["type"] == "Slot" else "booked"
            value = samples.get(name) or (
                status if name == "status" else f"{references.get(name, 'Schedule')}/{uuid4()}"
            )
            await reads(front, kind["type"], **{name: value.rpartition("/")[2] if name == "_id" else value})


async def test_each_chair_and_person_has_a_schedule(front):
    bundle = await reads(front, "Schedule", _count="200")

    assert bundle["total"] == len(CLINIC.resources)
    (its,) = found(await reads(front, "Schedule", actor=f"Location/{CHAIR.id}"), "Schedule")
    assert its["actor"][0] == {"reference": f"Location/{CHAIR.id}", "type": "Location", "display": CHAIR.name}
    assert (await reads(front, f"Schedule/{its['id']}")) == its


async def test_a_day_of_a_schedule_is_free_and_busy_slots_one_after_another(front):
    await front.books(await front.asks())
    bundle = await reads(
        front, "Slot", schedule=f"Schedule/{VOSS.id}", start=[f"ge{MONDAY}", f"lt{MONDAY}T23:59:59-06:00"]
    )

    slots = found(bundle, "Slot")
    assert {one["status"] for one in slots} == {"free", "busy"}
    assert all(one["end"] <= other["start"] for one, other in pairwise(slots))
    (busy,) = [one for one in slots if one["status"] == "busy"]
    assert busy["start"] == f"{MONDAY}T16:00:00Z"
    for one in slots:
        assert await reads(front, f"Slot/{one['id']}") == one


async def test_a_slot_that_is_not_free_any_more_is_gone(front):
    bundle = await reads(front, "Slot", schedule=f"Schedule/{VOSS.id}", start=MONDAY, status="free")
    (whole_day,) = found(bundle, "Slot")
    await front.books(await front.asks())

    await reads(front, f"Slot/{whole_day['id']}", http=404)


async def test_whoever_is_away_is_busy_and_not_booked(front):
    await front.desk.database.pool.execute(
        "insert into absence (clinic_id, of, begins, ends) values ($1, $2, $3::timestamp, $4::timestamp)",
        CLINIC.id,
        VOSS.staff_id,
        datetime(2026, 6, 22, 9),
        datetime(2026, 6, 22, 11),
    )

    slots = found(await reads(front, "Slot", schedule=f"Schedule/{VOSS.id}", start=MONDAY), "Slot")

    assert [(one["status"], one["start"][11:16]) for one in slots] == [
        ("free", "14:00"),
        ("busy-unavailable", "15:00"),
        ("free", "17:00"),
    ]


async def test_an_appointment_names_its_patient_by_reference_alone(front):
    asked = await front.asks("Ziggurat Plover")
    await front.books(asked)

    bundle = await reads(front, "Appointment", patient=f"Patient/{asked.patient_id}", date=MONDAY)

    (booked,) = found(bundle)
    assert "Ziggurat" not in str(bundle)
    assert (booked["status"], booked["start"]) == ("booked", f"{MONDAY}T16:00:00Z")
    assert booked["identifier"][0]["value"] == asked.reference
    assert booked["serviceType"][0]["coding"][0]["code"] == "session"
    assert {f"Patient/{asked.patient_id}", PRACTITIONER} <= actors(booked)
    assert await reads(front, f"Appointment/{booked['id']}") == booked


@pytest.mark.parametrize("kind", ["Schedule", "Slot"])
async def test_pages_of_others_do_so_too(front, kind):
    everything = [one["id"] for one in found(await reads(front, kind, _count="200"), kind)]

    path, seen = f"/fhir/{kind}?_count=7", []
    while path and len(seen) < len(everything):
        bundle = judged((await front.http.get(path)).json())
        seen += [one["id"] for one in found(bundle, kind)]
        path = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), None)

    assert seen[: len(everything)] == everything


async def test_pages_lead_to_all_of_them_each_once(front):
    for hour in (9, 11, 13):
        await front.books(await front.asks(), time=f"{hour:02}:00")
    everything = await reads(front, "Appointment")
    wanted = [one["id"] for one in found(everything)]

    path, seen = "/fhir/Appointment?_count=2", []
    while path:
        bundle = judged((await front.http.get(path)).json())
        assert bundle["total"] == len(wanted)
        seen += [one["id"] for one in found(bundle)]
        path = next((link["url"] for link in bundle["link"] if link["relation"] == "next"), None)

    assert seen == wanted
    assert len(wanted) == 6


async def test_a_search_may_come_as_a_form(front):
    asked = await front.asks()
    form = {"patient": f"Patient/{asked.patient_id}", "status": "booked,pending"}
    answer = await front.http.post("/fhir/Appointment/_search", data=form)

    assert judged(answer.json())["total"] == 1


async def test_whoever_waits_is_an_appointment_without_times(front):
    await front.desk.database.pool.execute("update resource set active = false where kind = 'clinician'")
    asked = await front.asks()

    (waits,) = found(await reads(front, "Appointment", status="waitlist"))

    assert "start" not in waits
    assert actors(waits) == {f"Patient/{asked.patient_id}"}


@pytest.mark.parametrize(
    ("reason", "status", "code"), [("staff-away", "cancelled", "prov"), ("booked-by-mistake", "entered-in-error", None)]
)
async def test_a_cancelled_one_says_why(front, reason, status, code):
    session = (await front.books(await front.asks())).rpartition("/")[2]
    async with front.desk.database.transaction() as tx:
        await cancel_session(tx, await sessions.lock(tx, CLINIC.id, session), reason=CancelReason(reason), by=STAFF_ID)

    (gone,) = found(await reads(front, "Appointment", status=status))

    assert gone.get("cancelationReason", {"coding": [{"code": None}]})["coding"][0]["code"] == code


@pytest.mark.parametrize(
    ("given", "many"),
    [
        ({"date": MONDAY}, 1),
        ({"date": "2026-06"}, 2),
        ({"date": f"gt{MONDAY}"}, 0),
        ({"date": f"ge{MONDAY}T16:00:00Z"}, 1),
        ({"date": f"lt{MONDAY}T16:00:00Z"}, 1),
        ({"date": [f"ge{MONDAY}", "le2026-06-22"]}, 1),
        ({"practitioner": PRACTITIONER, "date": MONDAY}, 1),
        ({"actor": PRACTITIONER, "date": MONDAY}, 1),
        ({"status": "noshow,arrived"}, 0),
        ({"_lastUpdated": "gt2199"}, 0),
    ],
)
async def test_dates_and_people_narrow_a_search(front, given, many):
    await front.books(await front.asks())

    assert (await reads(front, "Appointment", **given))["total"] == many


async def test_what_was_not_changed_is_not_sent_again(front):
    await front.asks()
    (one,) = found(await reads(front, "Appointment"))
    first = await front.http.get(f"/fhir/Appointment/{one['id']}")

    again = await front.http.get(f"/fhir/Appointment/{one['id']}", headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")


# Errors --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "query", "status", "code"),
    [
        ("Appointment/nobody", {}, 404, "not-found"),
        ("Appointment/01900000-0000-7000-8000-00000000dead", {}, 404, "not-found"),
        ("Schedule/x", {}, 404, "not-found"),
        (f"Slot/{'0' * 32}-00000001-00000000", {}, 404, "not-found"),
        (f"Slot/{'0' * 32}-00000001-00000002", {}, 404, "not-found"),
        ("Patient/1", {}, 404, "not-found"),
        ("Appointment", {"patient.identifier": "1"}, 400, "invalid"),
        ("Appointment", {"date": "tomorrow"}, 400, "invalid"),
        ("Appointment", {"date": "ne2026"}, 400, "invalid"),
        ("Appointment", {"date": "0000-00-00"}, 400, "invalid"),
        ("Appointment", {"date": "9999-12-31T23:59:59-14:00"}, 400, "invalid"),
        ("Appointment", {"status": "bookd"}, 400, "invalid"),
        ("Appointment", {"patient": "Group/1"}, 400, "invalid"),
        ("Appointment", {"_count": "0"}, 400, "invalid"),
        ("Appointment", {"_after": "ü"}, 400, "invalid"),
        ("Appointment", {"actor": "1"}, 400, "invalid"),
        ("Appointment", {"_format": "xml"}, 406, "not-supported"),
        ("Slot", {"start": ["ge2026-06-01", "le2027-06-01"]}, 400, "invalid"),
        ("Appointment/$find", {}, 400, "invalid"),
        ("Appointment/$hold", {}, 404, "not-found"),
        ("Schedule", {"_after": "gone"}, 400, "invalid"),
    ],
)
async def test_every_error_is_an_operation_outcome(front, path, query, status, code):
    outcome = await reads(front, path, http=status, **query)

    assert outcome["resourceType"] == "OperationOutcome"
    assert {one[:2] for one in said(outcome)} == {("error", code)}


async def test_who_is_not_signed_in_is_told_so_in_fhir(front):
    front.http.cookies.clear()

    for path in (
        "Appointment",
        "Slot",
        "Schedule",
        f"Appointment/{uuid4()}",
        f"Appointment/$find?start={MONDAY}&end={MONDAY}",
    ):
        assert {one[:2] for one in said(await reads(front, path, http=401))} == {("error", "login")}
    form = await front.http.post("/fhir/Appointment/_search", data={"status": "booked"})
    assert said(judged(form.json()))[0][:2] == ("error", "login")


async def test_what_comes_before_every_route_speaks_fhir_too(front):
    xml = await front.http.post("/fhir/Appointment/$book", content=b"<a/>", headers={"Content-Type": "application/xml"})
    foreign = await front.http.post("/fhir/Appointment/$book", json={}, headers={"Origin": "https://evil.example"})

    assert [judged(one.json())["issue"][0]["code"] for one in (xml, foreign)] == ["not-supported", "forbidden"]


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"null",
        b'{"resourceType": "Patient"}',
        b'{"resourceType": "Parameters", "parameter": [1]}',
        b'{"resourceType": "Parameters", "parameter": {"name": "start"}}',
        b'{"resourceType": "Parameters", "parameter": [{"name": "start", "valueBoolean": true}]}',
        b'{"resourceType": "Parameters", "parameter": [{"name": "\\ud800", "valueString": "x"}]}',
        b"[" * 30_000,
    ],
)
async def test_what_is_no_parameters_resource_is_refused(front, body):
    answer = await front.http.post("/fhir/Appointment/$find", content=body, headers={"Content-Type": FHIR})

    assert answer.status_code == 400, answer.text
    judged(answer.json())


# $find, $hold, $book -------------------------------------------------------------------------------------------------


async def test_found_times_are_proposed_and_kept_nowhere(front):
    patient = await front.desk.patient()
    before = await front.desk.active()

    first, *others = await offered(front, patient, _count="5")

    assert (first["status"], len(others)) == ("proposed", 4)
    assert re.fullmatch(r"[A-Za-z0-9.-]{1,64}", first["id"])
    assert f"Patient/{patient}" in actors(first)
    assert await front.desk.active() == before


async def test_the_same_by_get(front):
    patient = await front.desk.patient()
    by_post = await offered(front, patient)
    by_get = await reads(
        front,
        "Appointment/$find",
        start=MONDAY,
        end=MONDAY,
        **{"visit-type": "session", "patient-reference": f"Patient/{patient}"},
    )

    assert found(by_get) == by_post


async def test_only_the_named_practitioner_and_place(front):
    patient = await front.desk.patient()
    bundle = await offered(front, patient, practitioner=PRACTITIONER, location_reference=f"Location/{CHAIR.id}")

    assert bundle
    assert all({PRACTITIONER, f"Location/{CHAIR.id}"} <= actors(one) for one in bundle)


async def test_what_was_not_looked_at_is_said(front):
    bundle = await does(front, "find", start=MONDAY, end=MONDAY, specialty="http://snomed.info/sct|394587001")

    assert said(bundle) == [("information", "informational", "These parameters were not looked at: specialty.")]


async def test_found_kept_and_booked(front):
    asked = await front.asks()
    first, *_ = await offered(front, asked.patient_id)

    (kept,) = found(held := await does(front, "hold", appointment_reference=f"Appointment/{first['id']}"))
    (booked,) = found(await does(front, "book", appointment_reference=f"Appointment/{kept['id']}"))

    assert (kept["status"], booked["status"]) == ("pending", "booked")
    assert kept["start"] == booked["start"] == first["start"]
    assert said(held)[0][2].startswith("Kept until 2026-06-15T18:15:00Z")
    assert await front.desk.overlaps() == 0
    assert await front.desk.held() == 0
    assert (await front.desk.topics())[-1] == "session-scheduled"
    assert (
        await front.desk.database.pool.fetchval("select booked_by from appointment where id = $1", booked["id"])
        == STAFF_ID
    )


async def test_booked_at_once_without_keeping(front):
    patient = await front.desk.patient()
    (first, *_) = await offered(front, patient)

    (booked,) = found(await does(front, "book", appointment_reference=f"{SITE}/fhir/Appointment/{first['id']}"))

    assert booked["status"] == "booked"


async def test_a_consultation_is_booked_for_whoever_waits_for_one(front):
    await front.desk.database.pool.execute("update resource set active = false where kind = 'clinician'")
    asked = await front.asks()
    await front.desk.database.pool.execute("update resource set active = true where kind = 'clinician'")
    first, *_ = await offered(front, asked.patient_id, "consultation")

    (booked,) = found(await does(front, "book", appointment_reference=f"Appointment/{first['id']}"))

    assert booked["serviceType"][0]["coding"][0]["code"] == "consultation"
    assert (await front.desk.consultation(asked))["state"] == "booked"
    (_, body) = (await front.desk.said("consultation-scheduled"))[-1]
    assert body["by"] == "staff"


async def test_nobody_is_given_a_consultation_that_they_did_not_ask_for(front):
    patient = await front.desk.patient()
    first, *_ = await offered(front, patient, "consultation")

    assert said(await does(front, "book", 409, appointment_reference=f"Appointment/{first['id']}"))[0][1] == "conflict"


async def test_who_comes_second_hears_every_reason_and_what_is_free_instead(front):
    one, other = await front.desk.patient(), await front.desk.patient()
    times = [await offered(front, patient, practitioner=PRACTITIONER) for patient in (one, other)]
    first, same = (next(at for at in found_ if at["start"].endswith("16:00:00Z")) for found_ in times)
    await does(front, "book", appointment_reference=f"Appointment/{first['id']}")

    refusal = await does(front, "hold", 409, appointment_reference=f"Appointment/{same['id']}")

    fatal = [text for severity, code, text in said(refusal) if (severity, code) == ("fatal", "not-found")]
    assert fatal == ["taken (clinician) from 2026-06-22T16:00:00Z until 2026-06-22T16:15:00Z"]
    assert sum(text.startswith("Free instead: ") for _, _, text in said(refusal)) == 3


async def test_of_twenty_who_book_the_same_at_once_nobody_shares(front):
    patients = [await front.desk.patient() for _ in range(20)]
    times = [(await offered(front, patient))[0] for patient in patients]

    async def books(at):
        body = {
            "resourceType": "Parameters",
            "parameter": [
                {"name": "appointment-reference", "valueReference": {"reference": f"Appointment/{at['id']}"}}
            ],
        }
        return (await front.http.post("/fhir/Appointment/$book", json=body)).status_code

    answers = await asyncio.gather(*(books(at) for at in times))

    assert set(answers) == {200, 409}
    assert answers.count(200) == await front.desk.database.pool.fetchval("select count(*) from appointment")
    assert await front.desk.overlaps() == 0


async def test_the_same_key_books_once(front):
    patient = await front.desk.patient()
    first, *_ = await offered(front, patient)
    key, named = str(uuid4()), {"appointment_reference": f"Appointment/{first['id']}"}

    answers = [await does(front, "book", key=key, **named) for _ in range(2)]

    assert answers[0] == answers[1]
    assert await front.desk.database.pool.fetchval("select count(*) from appointment") == 1


async def test_kept_twice_is_kept_once(front):
    first, *_ = await offered(front, await front.desk.patient())

    ids = {found(await does(front, "hold", appointment_reference=first["id"]))[0]["id"] for _ in range(2)}

    assert len(ids) == 1
    assert await front.desk.held() == 1


async def test_what_is_over_is_not_kept_any_more(front):
    first, *_ = await offered(front, await front.desk.patient())
    (kept,) = found(await does(front, "hold", appointment_reference=first["id"]))
    front.desk.clock.advance(SchedulingSettings().hold_rules().length)
    front.renew()

    await does(front, "book", 404, appointment_reference=kept["id"])
    await reads(front, f"Appointment/{kept['id']}", http=404)
    assert found(await does(front, "book", appointment_reference=first["id"]))[0]["status"] == "booked"


async def test_what_somebody_else_keeps_is_not_booked(front):
    first, *_ = await offered(front, await front.desk.patient())
    (kept,) = found(await does(front, "hold", appointment_reference=first["id"]))
    await front.desk.database.pool.execute("update appointment set booked_by = gen_random_uuid()")

    await does(front, "book", 404, appointment_reference=kept["id"])


async def test_a_program_gone_wrong_keeps_no_whole_week(front):
    statuses = []
    for _ in range(MOST_AT_ONCE + 1):
        first, *_ = await offered(front, await front.desk.patient(), "consultation")
        body = {
            "resourceType": "Parameters",
            "parameter": [{"name": "appointment-reference", "valueString": first["id"]}],
        }
        statuses.append((await front.http.post("/fhir/Appointment/$hold", json=body)).status_code)

    assert statuses == [200] * MOST_AT_ONCE + [429]


async def test_administrators_look_and_do_not_book(front):
    first, *_ = await offered(front, await front.desk.patient())
    await front.becomes(Role.ADMINISTRATOR)

    for name in ("hold", "book"):
        assert said(await does(front, name, 403, appointment_reference=first["id"]))[0][1] == "forbidden"


async def test_another_patient_than_it_was_found_for(front):
    first, *_ = await offered(front, await front.desk.patient())

    await does(
        front, "book", 400, appointment_reference=first["id"], patient_reference=f"Patient/{Asked.new().patient_id}"
    )


async def test_a_time_of_nobody_in_particular_is_booked_for_a_patient(front):
    patient = await front.desk.patient()
    first, *_ = found(await does(front, "find", start=MONDAY, end=MONDAY, visit_type=f"{SITE}/fhir/sid/kind|session"))

    await does(front, "book", 400, appointment_reference=first["id"])
    await does(front, "book", 404, appointment_reference=first["id"], patient_reference=f"Patient/{uuid4()}")
    (booked,) = found(
        await does(front, "book", appointment_reference=first["id"], patient_reference=f"Patient/{patient}")
    )
    assert f"Patient/{patient}" in actors(booked)


async def test_a_time_long_past_is_refused_with_its_reason(front):
    first, *_ = await offered(front, await front.desk.patient())
    front.desk.clock.advance(timedelta(days=60))
    front.renew()

    assert any(
        text.startswith("long-ago")
        for _, _, text in said(await does(front, "book", 409, appointment_reference=first["id"]))
    )
