"""Staff and their programs read and change the clinic's appointments by JSON: once for each key, as they saw them."""

import asyncio
from datetime import timedelta

import pytest

from shared.events.staff import Role
from shared.ids import uuid7
from tests.integration.scheduling.front import SITE, VOSS

API = "/api/appointments"


async def post(front, path="", body=None, key=None):
    headers = {"Origin": SITE} | ({"Idempotency-Key": key} if key else {})
    return await front.http.post(f"{API}{path}", json=body or {}, headers=headers)


async def booking(front, hours=10, **changed):
    asked = await front.asks()
    return {
        "patient_id": str(asked.patient_id),
        "clinician_id": str(VOSS.id),
        "starts_at": front.desk.monday_at(hours).isoformat(),
    } | changed


async def booked(front, hours=10):
    answer = await post(front, body=await booking(front, hours))
    assert answer.status_code == 201, answer.text
    return answer.json()


def comes_to(front, hours, minutes=0, **later):
    """Next Monday, and who works there is still signed in."""
    front.desk.clock.advance(front.desk.monday_at(hours, minutes) - front.desk.clock.now() + timedelta(**later))
    front.renew()


async def test_a_session_is_booked_and_found_where_the_answer_says(front):
    answer = await post(front, body=await booking(front))

    assert answer.status_code == 201, answer.text
    found = (await front.http.get(answer.headers["location"])).json()
    assert found == answer.json()
    assert (found["state"], found["version"], found["purpose"]) == ("booked", 1, "session")
    assert "Ines" not in answer.text


async def test_the_same_request_twice_is_one_booking_and_one_answer(front):
    body, key = await booking(front), "a-fresh-key-1"

    answers = await asyncio.gather(*(post(front, body=body, key=key) for _ in range(4)))

    assert {(one.status_code, one.text) for one in answers} == {(201, answers[0].text)}
    assert await front.desk.database.pool.fetchval("select count(*) from session") == 1
    assert (await post(front, body=await booking(front, 14), key=key)).status_code == 422


async def test_of_many_who_want_one_time_one_has_it_and_each_loser_gets_alternatives(front):
    bodies = [await booking(front) for _ in range(6)]

    answers = await asyncio.gather(*(post(front, body=body) for body in bodies))

    assert sorted(one.status_code for one in answers) == [201, *[409] * 5]
    for lost in (one.json() for one in answers if one.status_code == 409):
        assert lost["type"].endswith("time-not-free")
        assert [reason["why"] for reason in lost["reasons"]] == ["taken"]
        assert len(lost["instead"]) == 3
    assert await front.desk.overlaps() == 0


async def test_a_visit_goes_through_all_its_states(front):
    one = await booked(front)
    comes_to(front, 10)

    for path, state in (
        ("arrival", "arrived"),
        ("arrival-taken-back", "booked"),
        ("begin", "in-progress"),
        ("begin-taken-back", "booked"),
        ("begin", "in-progress"),
    ):
        answer = await post(front, f"/{one['id']}/{path}", {"version": one["version"]})
        assert answer.status_code == 200, answer.text
        one = answer.json()
        assert one["state"] == state
    cancelled = await post(front, f"/{one['id']}/cancellation", {"version": one["version"], "reason": "equipment"})
    assert (cancelled.status_code, cancelled.json()["type"].rpartition("/")[2]) == (409, "appointment-is-over")
    refused = await post(front, f"/{one['id']}/completion", {"version": one["version"]})
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "record-wanted")


async def test_what_was_changed_meanwhile_is_refused(front):
    one = await booked(front)
    comes_to(front, 9)
    await post(front, f"/{one['id']}/arrival", {"version": 1})

    answer = await post(front, f"/{one['id']}/cancellation", {"version": 1, "reason": "equipment"})

    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (409, "changed-meanwhile")


async def test_moved_and_cancelled(front):
    one = await booked(front)
    at = front.desk.monday_at(14)

    moved = (await post(front, f"/{one['id']}/move", {"version": 1, "starts_at": at.isoformat()})).json()
    gone = (await post(front, f"/{one['id']}/cancellation", {"version": 2, "reason": "staff-away"})).json()

    assert (moved["revision"], moved["local_start"]) == (2, "2026-06-22T14:00:00")
    assert (gone["state"], gone["cancel_reason"]) == ("cancelled", "staff-away")


async def test_who_did_not_come(front):
    one = await booked(front)
    early = await post(front, f"/{one['id']}/no-show", {"version": 1})
    comes_to(front, 10, 15)

    late = await post(front, f"/{one['id']}/no-show", {"version": 1})

    assert (early.status_code, early.json()["type"].rpartition("/")[2]) == (409, "not-time-yet")
    assert late.json()["state"] == "missed"


@pytest.mark.parametrize(("days", "says"), [(-1, "Move it to today first."), (1, "Say what became of it")])
async def test_on_another_day_nobody_arrives_and_nothing_begins(front, days, says):
    one = await booked(front)
    comes_to(front, 10, days=days)

    for path in ("arrival", "begin"):
        answer = await post(front, f"/{one['id']}/{path}", {"version": 1})

        assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (409, "not-its-day")
        assert says in answer.json()["detail"]


@pytest.mark.parametrize("off", [timedelta(seconds=1), timedelta(microseconds=1)])
async def test_a_start_is_a_whole_minute(front, off):
    one = await booked(front)
    at = (front.desk.monday_at(14) + off).isoformat()

    answers = [
        await post(front, body=await booking(front, starts_at=at)),
        await post(front, f"/{one['id']}/move", {"version": 1, "starts_at": at}),
        await front.http.get("/api/slots/why", params={"start": at}),
    ]

    assert [answer.status_code for answer in answers] == [422] * 3
    assert {answer.json()["errors"][0]["detail"] for answer in answers} == {"Name a whole minute."}


async def test_a_chair_that_is_not_there_is_said_to_be_unknown(front):
    one = await booked(front)
    body = {"version": 1, "starts_at": front.desk.monday_at(14).isoformat(), "chair_id": str(uuid7())}

    answer = await post(front, f"/{one['id']}/move", body)

    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (404, "chair-unknown")


async def test_meant_nevertheless_it_says_what_was_overridden(front):
    body = await booking(front, 20)
    assert (await post(front, body=body)).status_code == 409

    answer = await post(front, body=body | {"override": {"reason": "plan-is-wrong"}})

    assert (answer.status_code, answer.json()["overridden"]) == (201, ["closed"])


async def test_a_range_is_listed_in_order_and_says_when_there_is_more(front):
    for hours in (14, 10):
        await booked(front, hours)
    query = {"from": front.desk.monday_at(0).isoformat(), "until": front.desk.monday_at(24).isoformat()}

    whole = (await front.http.get(API, params=query)).json()
    first = (await front.http.get(API, params=query | {"most": 1})).json()

    assert [one["local_start"] for one in whole["appointments"]] == ["2026-06-22T10:00:00", "2026-06-22T14:00:00"]
    assert (whole["more"], first["more"], len(first["appointments"])) == (False, True, 1)


async def test_what_does_not_go_as_planned_is_listed(front):
    one = await booked(front)
    query = {"from": front.desk.monday_at(0).isoformat(), "until": front.desk.monday_at(24).isoformat()}
    comes_to(front, 9, 10)
    await post(front, f"/{one['id']}/arrival", {"version": 1})

    found = (await front.http.get(f"{API}/conflicts", params=query)).json()["conflicts"]

    assert [(conflict["kind"], conflict["of"], conflict["hits"]) for conflict in found] == [("early", one["id"], None)]


@pytest.mark.parametrize(
    "body",
    [
        {"version": 0},
        {"version": 1, "starts_at": "9999-12-31T23:59:59Z"},
        {"version": 1, "starts_at": "2026-06-23T10:00:00"},
    ],
)
async def test_bad_input_is_named(front, body):
    one = await booked(front)

    answer = await post(front, f"/{one['id']}/move", body)

    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


@pytest.mark.parametrize("number", [1782144000, 1782144000.5, True, "1782144000", "20260622"])
async def test_a_number_is_no_time(front, number):
    one = await booked(front)

    moved = await post(front, f"/{one['id']}/move", {"version": 1, "starts_at": number})
    listed = await front.http.get(API, params={"from": number, "until": number})
    asked = await front.http.get("/api/slots/why", params={"start": number})

    said = "Write a date and time that exist, such as 2027-03-09T14:30:00-07:00."
    assert [answer.status_code for answer in (moved, listed, asked)] == [422, 422, 422]
    assert moved.json()["errors"] == [{"detail": said, "pointer": "#/starts_at"}]
    assert listed.json()["errors"] == [{"detail": said, "parameter": name} for name in ("from", "until")]


@pytest.mark.parametrize("number", ["1782086400", "20260622"])
async def test_a_number_is_no_day(front, number):
    answer = await front.http.get("/api/slots", params={"not_before": number})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "not_before"


@pytest.mark.parametrize("length", [timedelta(0), timedelta(days=-1), timedelta(days=63)])
async def test_a_range_has_a_length(front, length):
    at = front.desk.monday_at(0)
    query = {"from": at.isoformat(), "until": (at + length).isoformat()}

    assert (await front.http.get(API, params=query)).status_code == 422


async def test_who_does_not_work_with_patients_changes_nothing_and_a_stranger_reads_nothing(bare_front):
    await bare_front.sign_in(Role.ADMINISTRATOR)

    assert (await bare_front.http.get(f"{API}/{uuid7()}")).status_code == 404
    assert (await post(bare_front, f"/{uuid7()}/arrival", {"version": 1})).status_code == 403
    bare_front.http.cookies.clear()
    assert (await bare_front.http.get(f"{API}/{uuid7()}")).status_code == 401
    assert (await post(bare_front, f"/{uuid7()}/arrival", {"version": 1})).status_code == 401
