"""Starts that a clinic's day does not have, people who do other work now, and what goes while it is held: through the form of a
new session and by JSON alike, on the real database."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.scheduling.use_cases.change_clinic import stranded_now, the_clinic
from shared.events.staff import Role, StaffChanged
from shared.web.staff_directory import store_staff
from tests.integration.scheduling.desk import CLINIC, Asked
from tests.integration.scheduling.front import VOSS, hidden, words
from tests.integration.scheduling.test_clinic_appointments_by_json import booking, post
from tests.integration.scheduling.test_fhir_api import does, found, offered

DENVER = ZoneInfo(CLINIC.zone)


async def by_form(front, local, *, meant=False):
    """Status and everything that was said."""
    typed = await front.booking(await front.asks(), date=local[:10], time=local[11:])
    answer = await front.send("/staff/sessions/new", typed)
    if meant and answer.status_code == 409 and 'name="shown"' in answer.text:
        read = {"shown": hidden(answer.text, "shown"), "override": "patient-needs-it"}
        answer = await front.send("/staff/sessions/new", typed | read)
    return answer.status_code, words(answer.text)


async def by_json(front, local, *, meant=False):
    at = datetime.fromisoformat(local).replace(tzinfo=DENVER).isoformat()
    override = {"override": {"reason": "patient-needs-it"}} if meant else {}
    answer = await post(front, body=await booking(front, starts_at=at, **override))
    return answer.status_code, answer.text


BOTH = pytest.mark.parametrize("door", [by_form, by_json], ids=["form", "json"])


async def ends(front):
    """When the sessions that are booked end, by the clinic's clock."""
    rows = await front.desk.database.pool.fetch("select ends_at from appointment where session_id is not null")
    return [f"{row['ends_at'].astimezone(DENVER):%Y-%m-%dT%H:%M}" for row in rows]


@BOTH
@pytest.mark.parametrize(
    ("local", "until", "inside"),
    [
        ("2026-06-22T23:30", "2026-06-23T01:05", "2026-06-22T23:45"),
        # 95 minutes over the hour that does not exist
        ("2027-03-14T01:30", "2027-03-14T04:05", "2027-03-14T01:45"),
    ],
    ids=["midnight", "the-hour-that-is-skipped"],
)
async def test_what_lasts_over_it_takes_the_whole_of_its_time(front, door, local, until, inside):
    assert (await door(front, local))[0] == 409  # the clinic is closed

    assert (await door(front, local, meant=True))[0] in (201, 303)

    assert await ends(front) == [until]
    for _ in range(2):  # one nurse's seat or prescriber less each time, until nothing is left
        await door(front, inside, meant=True)
    assert await front.desk.overlaps() == 0


@BOTH
@pytest.mark.parametrize("days", [-31, 367])
async def test_long_past_and_far_ahead_nobody_means(front, door, days):
    local = (front.desk.clock.now() + timedelta(days=days)).astimezone(DENVER)

    status, _ = await door(front, f"{local:%Y-%m-%d}T10:00", meant=True)

    assert status == 409
    assert await ends(front) == []


async def test_a_consultation_is_booked_for_no_time_that_is_over(front):
    asked = await front.asks()
    await front.desk.database.pool.execute("update consultation set state = 'waitlisted'")
    await front.desk.database.pool.execute("update appointment set state = 'cancelled'")
    past = (front.desk.clock.now() - timedelta(hours=3)).isoformat()
    body = {"purpose": "consultation", "patient_id": str(asked.patient_id), "starts_at": past}
    url = f"/staff/consultations/of/{asked.request_id}/book"
    typed = {"form_key": hidden(await front.page(url), "form_key"), "date": "2026-06-15", "time": "09:00"}

    by_page, by_body = await front.send(url, typed), await post(front, body=body)

    assert (by_page.status_code, by_body.status_code) == (422, 409)
    assert "This time is over." in words(by_page.text)
    assert by_body.json()["type"].endswith("time-is-past")


@pytest.mark.parametrize(
    "starts_at",
    [
        "2026-06-22T10:00:00",
        "2026-06-22T10:00:00 America/Nowhere",
        "2026-06-22T10:00:00+99:00",
        "2026-02-30T10:00:00Z",
        "2027-03-14T02:30",
        "",
        0,
    ],
)
async def test_by_json_an_instant_has_an_offset_that_exists(front, starts_at):
    answer = await post(front, body=await booking(front, starts_at=starts_at))

    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == ["#/starts_at"]


@BOTH
async def test_who_does_other_work_now_is_booked_by_nobody(front, door):
    gone = StaffChanged(
        clinic_id=CLINIC.id, staff_id=VOSS.staff_id, display_name=VOSS.name, roles=(Role.FRONT_DESK,), active=True
    )
    async with front.desk.database.transaction() as tx:
        await store_staff(tx, [(gone, 1)])

    status, said = await door(front, "2026-06-22T10:00", meant=True)

    assert (status, "prescriber" in said or "not-qualified" in said) == (409, True)
    assert await ends(front) == []


async def test_whose_clinician_goes_while_a_time_is_held_keeps_it_and_staff_see_that_it_has_no_place(desk):
    asked, at = Asked.new(), datetime(2026, 6, 22, 16, tzinfo=UTC)
    hold = await desk.keeps(asked, at)
    taken = "select resource_id from resource_booking where active"
    await desk.database.pool.execute(f"update resource set active = false where id in ({taken})")

    await desk.hears(asked.requested(hold_id=hold.id))

    async with desk.database.transaction(read_only=True) as tx:
        (stranded,) = await stranded_now(tx, await the_clinic(tx, CLINIC.id))
    assert (stranded.planned.appointment_id, stranded.stays) == (hold.appointment_id, True)


async def test_what_a_program_keeps_of_somebody_who_goes_is_not_booked(front):
    first, *_ = await offered(front, await front.desk.patient())
    (kept,) = found(await does(front, "hold", appointment_reference=first["id"]))
    await front.desk.database.pool.execute("update resource set active = false where kind = 'clinician'")

    await does(front, "book", 404, appointment_reference=kept["id"])

    assert await front.desk.held() == 1
    assert "session-scheduled" not in await front.desk.topics()
