"""Staff book a session against what bends, on the page that refused it: who may, for which time, and that it is kept."""

import re
from dataclasses import replace
from datetime import timedelta

from services.scheduling.domain.clinic import Purpose, ResourceKind
from services.scheduling.domain.presence import Absence
from services.scheduling.domain.wall_clock import reads
from shared.events.staff import Role
from tests.integration.scheduling.desk import CLINIC
from tests.integration.scheduling.front import VOSS, hidden, words

NEVERTHELESS = "Book it nevertheless, because"


async def refused(front, **changed):
    """What the form sent, the page that refused it, and the same with its reasons read."""
    typed = await front.booking(await front.asks(), **changed)
    answer = await front.send("/staff/sessions/new", typed)
    assert answer.status_code == 409, words(answer.text)
    read = {"override": "patient-needs-it"}
    if NEVERTHELESS in answer.text:
        read["shown"] = hidden(answer.text, "shown")
    return typed, answer.text, typed | read


async def outside_of_hours(front):
    return await refused(front, time="20:00")


async def test_reasons_others_and_the_way_round_stand_together(front):
    _, page, _ = await outside_of_hours(front)

    assert "The clinic is not open for the whole of" in words(page)
    assert words(page).count("Book Mon, Jun 22") + words(page).count("Book Tue, Jun 23") >= 1
    assert NEVERTHELESS in words(page)


async def test_the_same_absence_is_said_once_for_all_parts_of_a_session(bare_front):
    front, tessa = bare_front, CLINIC.of_kind(ResourceKind.NURSE_SEAT)[0].person
    monday = reads(front.desk.monday_at(0), CLINIC.zone)
    away = Absence(tessa, monday, monday + timedelta(days=1))
    await front.desk.set_up(replace(CLINIC, absences=(away,)))
    await front.sign_in()

    _, page, _ = await refused(front)

    assert words(page).count("No nurse seat is there from 10:00 to 11:25") == words(page).count("No nurse seat") == 1


async def test_meant_nevertheless_it_is_booked_and_who_by_which_role_and_why_is_kept(front):
    _, _, meant = await outside_of_hours(front)

    answer = await front.send("/staff/sessions/new", meant)

    assert answer.status_code == 303, words(answer.text)
    row = await front.desk.database.pool.fetchrow("select id, overridden from appointment where session_id is not null")
    assert row["overridden"] == ["closed"]
    page = words(await front.page(f"/staff/appointments/{row['id']}"))
    assert "Given nevertheless: the patient needs it (as front desk)" in page


async def test_both_pages_of_it_say_what_stood_against_it_who_decided_by_which_role_and_why(front):
    _, _, meant = await outside_of_hours(front)
    session = (await front.send("/staff/sessions/new", meant)).headers["location"]
    appointment = re.search(r"/staff/appointments/[0-9a-f-]{36}", await front.page(session))[0]

    for url in (session, appointment):
        page = words(await front.page(url))
        assert "Booked nevertheless: outside of opening hours." in page
        assert "The patient needs it. Decided by Rita Imura, as front desk, Mon, Jun 15, 12:00." in page


async def test_nothing_of_it_stands_where_nothing_was_overridden(front):
    assert "Booked nevertheless" not in await front.page(await front.books(await front.asks()))


async def test_it_counts_for_the_time_whose_reasons_were_read(front):
    typed, _, meant = await outside_of_hours(front)

    for changed in ({"time": "21:00"}, {"instead": front.desk.monday_at(21).isoformat()}):
        answer = await front.send("/staff/sessions/new", meant | changed)
        assert answer.status_code == 409
    assert (await front.send("/staff/sessions/new", typed | {"override": "patient-needs-it"})).status_code == 409
    assert await front.desk.database.pool.fetchval("select count(*) from session") == 0


async def test_what_is_taken_is_offered_to_nobody(front):
    await front.sign_in(*Role, version=2)
    await front.books(await front.asks("Tom Berger"))

    typed, page, _ = await refused(front)

    assert f"{VOSS.name} is taken" in words(page)
    assert NEVERTHELESS not in page
    forced = typed | {"override": "patient-needs-it", "shown": front.desk.monday_at(10).isoformat()}
    assert (await front.send("/staff/sessions/new", forced)).status_code == 409
    assert await front.desk.overlaps() == 0


async def test_days_between_two_treatments_are_for_a_clinician(bare_front):
    front = bare_front
    apart = tuple(replace(kind, days_apart=3 * (kind.purpose is Purpose.SESSION)) for kind in CLINIC.kinds)
    await front.desk.set_up(replace(CLINIC, kinds=apart))
    await front.sign_in()
    asked = await front.asks()
    await front.books(asked)
    typed = await front.booking(asked, date="2026-06-23")
    page = (await front.send("/staff/sessions/new", typed)).text
    assert "A clinician may book it nevertheless." in words(page)
    assert NEVERTHELESS not in page
    tuesday = front.desk.monday_at(10) + timedelta(days=1)
    meant = typed | {"override": "patient-needs-it", "shown": tuesday.isoformat()}

    answer = await front.send("/staff/sessions/new", meant)

    assert answer.status_code == 403
    assert "Somebody with another role must decide this." in words(answer.text)
    await front.becomes(Role.CLINICIAN)
    answer = await front.send("/staff/sessions/new", meant)
    assert answer.status_code == 303, words(answer.text)
