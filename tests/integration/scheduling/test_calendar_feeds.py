"""Calendars at secret addresses, as people make them and as calendar programs read them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from icalendar import Calendar

from services.scheduling.domain.calendar_feed import MOST_FEEDS
from services.scheduling.domain.clinic import ResourceKind
from shared.events.staff import Role, StaffChanged
from shared.web.staff_directory import store_staff
from tests.integration.scheduling.desk import CLINIC, STAFF_ID
from tests.integration.scheduling.front import SITE, VOSS, words

CHAIRS = CLINIC.of_kind(ResourceKind.CHAIR)
TEN = datetime(2026, 6, 22, 16, tzinfo=UTC)
"""Ten o'clock at the clinic."""


async def makes(front, whose="mine", label="My phone", status=200):
    """The path of a new calendar."""
    answer = await front.send("/staff/calendars", {"whose": str(whose), "label": label})
    assert answer.status_code == status, words(answer.text)
    found = re.search(rf"{SITE}(/calendar/[\w-]{{43}}\.ics)", answer.text)
    return found[1] if found else answer.text


async def is_dr_voss(front):
    """Whoever is signed in is the clinician of the demo clinic, also by their role."""
    await front.desk.database.pool.execute("update staff_directory set roles = array_append(roles, 'clinician')")
    await front.desk.database.pool.execute("update resource set staff_id = $1 where id = $2", STAFF_ID, VOSS.id)


async def events(front, path, **headers):
    answer = await front.http.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    return Calendar.from_ical(answer.content).walk("VEVENT")


async def all_feeds(front):
    return await front.desk.database.pool.fetch("select * from calendar_feed order by made_at, id")


async def test_my_calendar_has_my_appointments_with_their_references(front):
    await is_dr_voss(front)
    asked = await front.asks()
    await front.books(asked)

    found = await events(front, await makes(front))

    booked = {event["SUMMARY"] for event in found}
    assert booked == {f"Booked {asked.reference}"}
    (session,) = [event for event in found if event["DTSTART"].dt.astimezone(UTC) == TEN]
    assert session["DTEND"].dt.astimezone(UTC) == TEN + timedelta(minutes=CLINIC.kinds[1].parts[0].minutes)


async def test_nothing_about_the_patient_leaves_the_clinic(front):
    await is_dr_voss(front)
    asked = await front.asks("Ziggurat Plover")
    await front.books(asked)

    raw = (await front.http.get(await makes(front))).text

    for secret in (
        "Ziggurat",
        "Plover",
        str(asked.patient_id),
        str(asked.request_id),
        "ketamine",
        "nfusion",
        "session",
    ):
        assert secret not in raw


async def test_a_chairs_calendar_is_the_administrators_to_make(front):
    assert "This calendar is not yours" in words(await makes(front, CHAIRS[0].id, status=403))
    await front.becomes(Role.ADMINISTRATOR)
    paths = {chair.name: await makes(front, chair.id, "At the door") for chair in CHAIRS}
    await front.becomes(Role.FRONT_DESK)
    await front.books(await front.asks())

    calendars = {name: Calendar.from_ical((await front.http.get(path)).content) for name, path in paths.items()}
    ((name, (event,)),) = [(name, found) for name, one in calendars.items() if (found := one.walk("VEVENT"))]
    assert (event["LOCATION"], event["DTSTART"].dt.astimezone(UTC)) == (name, TEN)
    assert all(one["X-WR-CALNAME"] == f"Tern Street Clinic, {name}" for name, one in calendars.items())


async def test_a_cancelled_one_stays_and_says_so(front):
    await is_dr_voss(front)
    path = await makes(front)
    session = await front.books(await front.asks())
    (before,) = [one for one in await events(front, path) if one["DTSTART"].dt.astimezone(UTC) == TEN]

    await front.cancels(session, "staff-away")
    (after,) = [one for one in await events(front, path) if one["UID"] == before["UID"]]

    assert (before["STATUS"], after["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after["DTSTART"].dt == before["DTSTART"].dt


async def test_a_moved_one_keeps_its_identity(front):
    await is_dr_voss(front)
    path = await makes(front)
    asked = await front.asks()
    await front.desk.database.pool.execute(
        "update resource set active = false where id <> $1 and kind = 'clinician'", VOSS.id
    )
    for event in await events(front, path):
        assert event["SEQUENCE"] == 1

    await front.desk.moves(asked, front.desk.monday_at(11))
    (moved,) = await events(front, path)

    assert (moved["SEQUENCE"], moved["STATUS"]) == (2, "CONFIRMED")
    assert moved["DTSTART"].dt.astimezone(UTC) == front.desk.monday_at(11)


async def test_what_is_not_new_is_not_sent_again(front):
    await is_dr_voss(front)
    path = await makes(front)
    first = await front.http.get(path)

    same = await front.http.get(path, headers={"If-None-Match": first.headers["etag"]})
    since = await front.http.get(path, headers={"If-Modified-Since": first.headers["last-modified"]})
    await front.books(await front.asks())
    changed = await front.http.get(path, headers={"If-None-Match": first.headers["etag"]})

    assert (same.status_code, same.content, since.status_code) == (304, b"", 304)
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]
    assert first.headers["content-type"] == "text/calendar; charset=utf-8"


async def test_who_only_asks_whether_it_is_new_gets_all_but_the_file(front):
    await is_dr_voss(front)
    await front.books(await front.asks())
    path = await makes(front)
    read = await front.http.get(path)

    looked = await front.http.head(path)
    same = await front.http.head(path, headers={"If-None-Match": read.headers["etag"]})

    told = ("etag", "last-modified", "cache-control", "content-type", "content-length")
    assert (looked.status_code, looked.content) == (200, b"")
    assert [looked.headers[one] for one in told] == [read.headers[one] for one in told]
    assert (same.status_code, same.content) == (304, b"")
    assert (await front.http.head(f"/calendar/{'A' * 43}.ics")).status_code == 404


async def test_of_two_changes_of_an_appointment_the_second_is_dated_later_whichever_was_begun_first(front):
    await front.asks()
    change = "update appointment set version = version + 1 returning changed_at"

    async with front.desk.database.transaction() as slow:
        await slow.fetchval("select now()")
        async with front.desk.database.transaction() as quick:
            first = await quick.fetchval(change)
        assert await slow.fetchval(change) > first


async def test_what_ended_ninety_days_ago_is_gone(front):
    await is_dr_voss(front)
    path = await makes(front)
    await front.books(await front.asks())

    front.desk.clock.advance(timedelta(days=96))
    assert len(await events(front, path)) >= 1
    front.desk.clock.advance(timedelta(days=2))
    assert await events(front, path) == []


async def test_revoked_it_is_gone_at_once(front):
    path = await makes(front)
    (feed,) = await all_feeds(front)

    answers = [await front.send(f"/staff/calendars/{feed['id']}/revoke", {}) for _ in range(2)]

    assert {answer.status_code for answer in answers} == {303}
    gone = await front.http.get(path)
    assert (gone.status_code, gone.json()["type"].rpartition("/")[2]) == (410, "calendar-revoked")
    assert "No calendar is read yet" in words(await front.page("/staff/calendars"))


async def test_who_left_reads_nothing_any_more(front):
    path = await makes(front)
    left = StaffChanged(
        clinic_id=CLINIC.id, staff_id=STAFF_ID, display_name="Rita Imura", roles=(Role.FRONT_DESK,), active=False
    )
    async with front.desk.database.transaction() as tx:
        await store_staff(tx, [(left, 2)])

    assert (await front.http.get(path)).status_code == 410


async def test_others_calendars_are_neither_seen_nor_revoked(front):
    await makes(front)
    (feed,) = await all_feeds(front)
    await front.desk.database.pool.execute("update calendar_feed set staff_id = gen_random_uuid()")

    assert "No calendar is read yet" in words(await front.page("/staff/calendars"))
    assert (await front.send(f"/staff/calendars/{feed['id']}/revoke", {})).status_code == 403
    assert (await all_feeds(front))[0]["revoked_at"] is None


@pytest.mark.parametrize("token", ["A" * 43, "x", "%00", "..", "ü"])
async def test_an_address_that_never_was(front, token):
    answer = await front.http.get(f"/calendar/{token}.ics")

    assert answer.status_code in {404, 422}
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_address_is_stored_nowhere_and_logged_nowhere(front):
    with structlog.testing.capture_logs() as logged:
        path = await makes(front)
        await events(front, path)
        await front.http.get(path.replace(".ics", "x.ics"))
    token = path.removeprefix("/calendar/").removesuffix(".ics")

    assert token not in str(logged)
    assert token not in str([dict(row) for row in await all_feeds(front)])
    assert token not in await front.page("/staff/calendars")


async def test_ten_addresses_are_enough(front):
    for number in range(MOST_FEEDS):
        await makes(front, label=f"Phone {number}")

    assert "Ten addresses lead there already" in words(await makes(front, status=409))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"whose": "mine", "label": ""}, "Say where it will be read"),
        ({"whose": "", "label": "My phone"}, "Choose whose calendar it is."),
        ({"whose": "nobody", "label": "My phone"}, "Choose whose calendar it is."),
    ],
)
async def test_what_is_missing_is_said_beside_the_field(front, typed, said):
    answer = await front.send("/staff/calendars", typed)

    assert answer.status_code == 422
    assert said in words(answer.text)
