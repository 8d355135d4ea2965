"""The board of a day, the week, and the way to somebody's day."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from services.scheduling.domain.clinic import ResourceKind
from services.scheduling.domain.presence import Absence
from services.scheduling.use_cases.set_up_clinic import set_up_clinic
from shared.events.staff import Role
from shared.ids import uuid7
from tests.integration.scheduling.desk import CLINIC, Asked
from tests.integration.scheduling.front import VOSS, words
from tests.integration.scheduling.whole_names import Names, Silent

TODAY, MONDAY = "/staff/board", "/staff/board?day=2026-06-22"
CHAIRS = CLINIC.of_kind(ResourceKind.CHAIR)
JUNE = datetime(2026, 6, 1), datetime(2026, 7, 1)


def block(page: str, name: str) -> str:
    """The first block of somebody."""
    return next(one for one in re.findall(r'<li id="a-.*?</li>', page, re.DOTALL) if name in one)


async def found(front, typed):
    return await front.send("/staff/board/find", {"find": typed})


class TestDay:
    async def test_a_session_stands_on_its_chair_as_long_as_it_lasts(self, front):
        await front.books(await front.asks())

        page = await front.page(MONDAY)

        assert "fh-2 fm-0 dh-1 dm-35 rt-0 ru-" in block(page, "Ines Marchetti")
        assert "10:00 set-up, 10:15 infusion, 10:55 observation, 11:25 turnover" in words(block(page, "Ines Marchetti"))

    async def test_its_prescriber_has_the_set_up_and_its_nurse_a_seat_until_discharge(self, front):
        await front.books(await front.asks())

        page = await front.page(MONDAY)

        assert re.search(r'<span class="beside fh-2 fm-0 dh-0 dm-15 [^"]*" aria-hidden="true">IM</span>', page)
        assert "Tessa Beaumont, 10:00 to 11:30: 1/2 seats" in words(page)

    async def test_every_chair_and_person_has_a_lane_also_on_a_day_without_anybody(self, front):
        page = words(await front.page("/staff/board?day=2026-06-23"))

        assert "Garden room Chair 1 Chair 2 Clinicians Dr. Amara Voss Dr. Jonah Ravel Nurses Tessa Beaumont" in page

    async def test_chairs_stand_under_their_rooms_in_whatever_view(self, front):
        pool, other = front.desk.database.pool, uuid7()
        await pool.execute("update resource set active = false where name = 'Chair 2'")
        await front.books(await front.asks())
        await pool.execute("update resource set active = true where name = 'Chair 2'")
        await pool.execute("insert into room (id, clinic_id, name) values ($1, $2, 'Quiet room')", other, CLINIC.id)
        await pool.execute("update resource set room_id = $1 where name = 'Chair 1'", other)

        assert "Quiet room Chair 1 Garden room Chair 2 Clinicians" in words(await front.page(MONDAY))
        assert "Quiet room Chair 1" in words(await front.page(MONDAY.replace("board?", "board/week?")))
        assert "Chair 1, Quiet room" in words(block(await front.page(MONDAY), "Ines Marchetti"))
        by_room = words(await front.page(f"{MONDAY}&as=rooms"))
        assert "Quiet room Chair 1 10:00 – 11:35 Ines Marchetti" in by_room
        assert "Garden room" not in by_room

        await pool.execute("update resource set room_id = null where name = 'Chair 1'")
        assert "Garden room Chair 2 Chairs in no room Chair 1 Clinicians" in words(await front.page(MONDAY))

    async def test_who_has_arrived_says_when_and_what_goes_on_how_many_minutes(self, front):
        session = await front.books(await front.asks())
        front.desk.clock.advance(front.desk.monday_at(9, 52) - front.desk.clock.now())
        front.renew()
        one = await front.desk.database.pool.fetchrow(
            "select id, version from appointment where session_id = $1", UUID(session.rpartition("/")[2])
        )
        url = f"/staff/appointments/{one['id']}"
        await front.send(f"{url}/arrival", {"seen": one["version"]})
        assert "Arrived 09:52" in words(block(await front.page(MONDAY), "Ines Marchetti"))

        await front.send(f"{url}/begin", {"seen": one["version"] + 1})
        front.desk.clock.advance(timedelta(minutes=26))
        front.renew()

        assert "In progress 26 of 95 minutes" in words(block(await front.page(MONDAY), "Ines Marchetti"))

    async def test_a_night_in_which_the_clock_is_set_back_says_so_and_tells_its_hours_apart(self, front):
        await front.desk.database.pool.execute(
            "insert into opening_hours (clinic_id, weekday, opens, closes) values ($1, 7, '00:00', '09:00')", CLINIC.id
        )

        autumn = words(await front.page("/staff/board?day=2026-11-01"))
        spring = words(await front.page("/staff/board?day=2026-03-08"))

        assert "The clock is set back, from 02:00 to 01:00: the times between come twice." in autumn
        assert "00:00 01:00 MDT 01:00 MST 02:00" in autumn
        assert "The clock is set forward, from 02:00 to 03:00." in spring
        assert "01:00 03:00 04:00" in spring
        assert "The clock is set" not in words(await front.page(MONDAY))

    async def test_whose_patient_is_asked_about_another_time_is_marked(self, front):
        await front.books(await front.asks())
        booked = await front.desk.database.pool.fetchrow("select * from appointment where session_id is not null")
        await front.desk.database.pool.execute(
            """
            insert into slot_offer (id, clinic_id, patient_id, shared, starts_at, ends_at, zone, offered_at, answer_by,
                                    state, version, moves, revision)
            values ($1, $2, $3, false, $4, $5, 'America/Denver', $6, $7, 'open', 1, $8, 1)
            """,
            uuid7(),
            CLINIC.id,
            booked["patient_id"],
            booked["starts_at"] + timedelta(days=1),
            booked["ends_at"] + timedelta(days=1),
            front.desk.clock.now(),
            front.desk.clock.now() + timedelta(hours=4),
            booked["id"],
        )

        assert "Asked about a move until " in words(block(await front.page(MONDAY), "Ines Marchetti"))

    async def test_hours_before_opening_are_closed_when_somebody_comes_then(self, front):
        page = await front.page("/staff/board?day=2026-06-23")
        assert 'class="closed' not in page

        await front.desk.database.pool.execute("update opening_hours set opens = '10:00' where weekday = 2")
        await front.desk.database.pool.execute(
            "insert into opening_hours (clinic_id, weekday, opens, closes) values ($1, 2, '06:00', '07:00')", CLINIC.id
        )

        assert '<i class="closed fh-1 fm-0 dh-3 dm-0"></i>' in await front.page("/staff/board?day=2026-06-23")

    async def test_the_line_of_the_present_is_on_today_alone(self, front):
        assert '<div class="nowline fh-4 fm-0"' in await front.page("/staff/board")
        assert "nowline" not in await front.page(MONDAY)

    async def test_a_time_that_somebody_is_choosing_is_held_until_then_and_gone_after_it(self, front):
        start = front.desk.monday_at(10)
        await front.desk.keeps(Asked.new(), start)

        held = words(await front.page(MONDAY))
        assert "Somebody who is asking now" in held
        assert "Held until 12:15" in held

        front.desk.clock.advance(timedelta(minutes=16))
        front.renew()
        assert "Somebody who is asking now" not in words(await front.page(MONDAY))

    async def test_after_a_move_only_the_new_clinician_is_named(self, front):
        asked = await front.asks()
        await front.desk.moves(asked, front.desk.monday_at(14, 15, weeks=0))
        before = words(await front.page(TODAY))
        other = next(one for one in CLINIC.of_kind(ResourceKind.CLINICIAN) if f"Consultation, {one.name}" not in before)
        await front.desk.database.pool.execute(
            """
            update resource_booking set resource_id = $2
             where active and appointment_id = (select id from appointment where patient_id = $1)
            """,
            asked.patient_id,
            other.id,
        )

        assert f"Consultation, {other.name}, {asked.reference}" in words(await front.page(TODAY))

    async def test_what_was_cancelled_stands_below_with_its_reason(self, front):
        session = await front.books(await front.asks())
        await front.cancels(session, "patient-unwell")

        cancelled = block(await front.page(MONDAY), "Ines Marchetti")

        assert 'class="slot off ' in cancelled
        assert "Cancelled: the patient is unwell" in words(cancelled)

    async def test_scores_are_for_those_who_treat(self, front):
        asked = await front.asks()
        await front.desk.hears(asked.answered())
        assert "PHQ-9 14" not in await front.page("/staff/board")

        await front.becomes(Role.NURSE)

        assert "PHQ-9 14, moderate" in words(await front.page("/staff/board"))

    async def test_a_list_is_the_same_day(self, front):
        await front.asks()
        page = await front.page("/staff/board?day=2026-06-15&as=list")

        assert 'class="board hours-9 as-list"' in page
        assert "/staff/board/list?day=2026-06-15&amp;as=list" in page
        assert "Ines Marchetti" in page

    async def test_who_cannot_begin_in_time_says_so_and_what_runs_over_is_drawn(self, front):
        one, other = await front.asks(), await front.asks("Theo Brandt")
        await front.desk.database.pool.execute("update resource set active = false where name = 'Chair 2'")
        late = await front.books(one)
        await front.books(other, time="11:45")
        front.desk.clock.advance(front.desk.monday_at(10, 40) - front.desk.clock.now())
        front.renew()
        appointment = await front.desk.database.pool.fetchrow(
            "select id, version from appointment where session_id = $1", UUID(late.rpartition("/")[2])
        )
        await front.send(f"/staff/appointments/{appointment['id']}/begin", {"seen": appointment["version"]})

        page = await front.page(MONDAY)

        assert '<i class="overrun fh-3 fm-35 dh-0 dm-40 ' in page
        assert "Cannot begin" in words(block(page, ">Theo Brandt</bdi></a>"))
        said = "is taken by Ines Marchetti (10:00) until about 12:15, and needed at 11:45 for Theo Brandt."
        assert words(page).count(said) == 3  # above the lanes, and in both blocks
        assert "Move Theo Brandt to" in words(page)

    async def test_who_is_away_by_roster_is_hatched(self, front):
        await front.desk.database.pool.execute(
            "insert into absence (clinic_id, of, begins, ends) values ($1, $2, '2026-06-22 12:00', '2026-06-22 14:00')",
            CLINIC.id,
            CHAIRS[0].id,
        )

        assert '<i class="away fh-4 fm-0 dh-2 dm-0 rt-0 ru-3">' in await front.page(MONDAY)

    async def test_where_it_would_be_moved_to_stands_in_the_form_and_who_hears_of_it(self, front):
        await front.asks()
        url = re.search(r'data-move="([^"]+)"', await front.page("/staff/board"))[1]

        form = await front.page(f"{url}?at=2026-06-16T15:00:00.000Z")

        assert 'name="time" type="time" value="09:00"' in form
        assert "Ines Marchetti gets a message with the new time as soon as it is moved" in words(form)

    async def test_of_who_cannot_be_written_to_the_form_says_that_somebody_has_to_call(self, front):
        await front.asks(reachable=False)
        url = re.search(r'data-move="([^"]+)"', await front.page("/staff/board"))[1]

        assert "Ines Marchetti cannot be written to: call with the new time." in words(await front.page(url))

    async def test_only_who_works_with_patients_is_offered_to_move(self, front):
        await front.asks()
        assert "data-move=" in await front.page("/staff/board")

        await front.becomes(Role.ADMINISTRATOR)

        assert "data-move=" not in await front.page("/staff/board")


class TestWeek:
    async def test_it_counts_each_day_and_what_is_taken_of_everybody(self, front):
        await front.books(await front.asks())

        page = words(await front.page("/staff/board/week?day=2026-06-24"))

        assert "Mon, Jun 22 to Sun, Jun 28, 2026" in page
        assert "Mon, Jun 22 08:00 to 17:00 1 session 0 consultations" in page
        assert "Sat, Jun 27 Closed 0 sessions" in page
        assert "1 1 h 35 of 9 h" in page

    async def test_who_is_away_is_not_called_free(self, front):
        there = words(await front.page("/staff/board/week?day=2026-06-24"))
        async with front.desk.database.transaction() as tx:
            await set_up_clinic(tx, replace(CLINIC, absences=(Absence(VOSS.staff_id, *JUNE),)))

        gone = words(await front.page("/staff/board/week?day=2026-06-24"))

        assert "away" not in there
        assert re.search(rf"{VOSS.name}( away){{5}}", gone), gone

    async def test_seats_of_a_nurse_are_counted_together(self, front):
        await front.books(await front.asks())

        assert re.search(
            r"Tessa Beaumont \d+ 1 h 25 of 18 h", words(await front.page("/staff/board/week?day=2026-06-22"))
        )

    @pytest.mark.parametrize("day", ["2000-01-01", "2199-12-31"])
    async def test_the_ends_of_the_calendar_have_a_week(self, front, day):
        await front.page(f"/staff/board/week?day={day}")

    async def test_a_week_that_cannot_be_is_said(self, front):
        page = words(await front.page("/staff/board/week?day=soon", 422))

        assert "That week cannot be shown." in page
        assert "Mon, Jun 15 to Sun, Jun 21" in page

    async def test_a_clinic_that_is_not_set_up_has_one_too(self, bare_front):
        await bare_front.sign_in()

        assert "Closed" in words(await bare_front.page("/staff/board/week"))


class TestFind:
    async def test_a_reference_leads_to_the_day_and_marks_the_block(self, front):
        asked = await front.asks()
        front.app.state.people = Silent()

        answer = await found(front, asked.reference.lower().replace("-", " "))

        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/staff/board?day=2026-06-15&found=")
        assert " found" in block(await front.page(answer.headers["location"].partition("#")[0]), "Ines Marchetti")

    async def test_a_name_is_asked_of_intake_and_stands_in_no_address(self, front):
        asked = await front.asks()
        front.app.state.people = names = Names(Ines_Marchetti=[asked.patient_id])

        answer = await found(front, "Ines Marchetti")

        assert names.asked == ["Ines Marchetti"]
        assert "Ines" not in answer.headers["location"]

    async def test_the_next_appointment_comes_before_one_that_is_over(self, front):
        asked = await front.asks()
        await front.books(asked, date="2026-06-12", time="09:00")
        await front.books(asked, date="2026-07-20")
        front.app.state.people = Silent()

        answer = await found(front, asked.reference)

        assert "day=2026-06-15" in answer.headers["location"]

    async def test_two_of_one_name_are_a_list_to_choose_from(self, front):
        one, other = await front.asks(), await front.asks()
        front.app.state.people = Names(Ines_Marchetti=[one.patient_id, other.patient_id])

        page = words((await found(front, "Ines Marchetti")).text)

        assert "2 people are meant by this" in page
        assert one.reference in page
        assert other.reference in page

    @pytest.mark.parametrize(
        ("typed", "people", "sentence"),
        [
            ("", Names(), "Write a reference or a whole name."),
            ("Nobody Here", Names(), "Nobody who comes here is found by this."),
            ("Ines Marchetti", Names(Ines_Marchetti=[uuid7()]), "Nobody who comes here is found by this."),
            ("Ines Marchetti", Silent(), "Names cannot be searched at this moment."),
            ("<script>alert(1)</script>", Names(), "Nobody who comes here is found by this."),
        ],
    )
    async def test_whoever_is_not_found_hears_why(self, front, typed, people, sentence):
        front.app.state.people = people

        answer = await found(front, typed)

        assert answer.status_code == 422
        assert sentence in words(answer.text)
        assert "<script>alert" not in answer.text

    async def test_the_search_finds_nobody_of_another_clinic(self, front):
        asked = await front.asks()
        front.app.state.people = Names(Ines_Marchetti=[asked.patient_id])
        await front.desk.database.pool.execute("update appointment set clinic_id = $1", uuid7())

        assert (await found(front, asked.reference)).status_code == 422
        assert (await found(front, "Ines Marchetti")).status_code == 422
