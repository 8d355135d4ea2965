"""What staff see and type, on good days and with bad input."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from services.scheduling.use_cases.set_up_clinic import set_up_clinic
from shared.events.staff import Role
from shared.ids import uuid7
from tests.integration.scheduling.desk import CLINIC
from tests.integration.scheduling.front import hidden, words

WEEK = timedelta(days=7)
LONG_RTL = "‮ליאורה בן־דוד‬ 🌿"


class TestDayList:
    async def test_it_names_the_day_the_zone_and_who_comes(self, front):
        await front.asks("Ines Marchetti")
        page = words(await front.page("/staff/board"))

        assert "Mon, Jun 15" in page
        assert "Open 08:00 to 17:00, Denver, MDT" in page
        assert "Ines Marchetti" in page
        assert "14:00" in page
        assert "Consultation, Dr." in page

    async def test_an_empty_day_and_a_closed_day_say_so(self, front):
        assert "No appointments on this day" in words(await front.page("/staff/board?day=2026-06-16"))
        assert "The clinic is closed on this day" in words(await front.page("/staff/board?day=2026-06-14"))

    @pytest.mark.parametrize("day", ["2026-02-30", "yesterday", "0000-00-00", "9999-12-31", "1781539200", "٢٠٢٦-٠٦-١٥"])
    async def test_a_day_that_cannot_be_is_said_and_today_is_shown(self, front, day):
        page = words(await front.page(f"/staff/board?day={day}", 422))

        assert "That day cannot be shown." in page
        assert "Mon, Jun 15" in page

    async def test_the_first_and_last_day_have_neighbours_that_can_be_shown(self, front):
        first, last = [await front.page(f"/staff/board?day={day}") for day in ("2000-01-01", "2199-12-31")]

        assert "day=2000-01-02" in first
        assert "day=2199-12-30" in last

    async def test_a_day_on_which_the_clock_jumps_is_shown_whole(self, front):
        assert "MST" in words(await front.page("/staff/board?day=2026-11-01"))

    async def test_a_calendar_in_another_zone_than_the_settings_is_said(self, front):
        assert "Times may be wrong" not in await front.page("/staff/board")
        async with front.desk.database.transaction() as tx:
            await set_up_clinic(tx, replace(CLINIC, zone="America/New_York"))

        page = words(await front.page("/staff/board"))

        assert "Times may be wrong on other pages and in messages." in page
        assert "The calendar goes by America/New_York, the settings by America/Denver." in page

    async def test_names_from_right_to_left_and_scripts_stay_text(self, front):
        await front.asks(LONG_RTL)
        await front.asks("<script>alert(1)</script>")
        page = await front.page("/staff/board")

        assert f"<bdi>{LONG_RTL}</bdi>" in page
        assert "<script>alert" not in page

    async def test_a_patient_whose_key_was_erased_has_no_name_any_more(self, front):
        asked = await front.asks()
        await front.app.state.keyring.erase(asked.patient_id)

        assert "Name not readable" in words(await front.page("/staff/board"))

    async def test_the_fragment_is_what_stands_in_the_page(self, front):
        await front.asks()
        assert "Ines Marchetti" in await front.page("/staff/board/list?day=2026-06-15")

    async def test_a_clinic_that_is_not_set_up_has_a_page_too(self, bare_front):
        await bare_front.sign_in()
        assert "The clinic is closed" in words(await bare_front.page("/staff/board"))


class TestWhoMay:
    async def test_nobody_looks_without_signing_in(self, bare_front):
        answer = await bare_front.http.get("/staff/board", headers={"Accept": "text/html"})

        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/staff/session/renew")

    async def test_an_administrator_looks_and_books_nothing(self, bare_front):
        await bare_front.desk.set_up()
        await bare_front.sign_in(Role.ADMINISTRATOR)
        bare_front.renew(Role.ADMINISTRATOR)

        assert "Your role does not include this" not in words(await bare_front.page("/staff/board"))
        assert "Your role does not include this" in words(await bare_front.page("/staff/sessions/new", 403))

    async def test_staff_of_another_clinic_see_nothing_of_this_one(self, bare_front):
        await bare_front.sign_in(clinic_id=uuid7())

        for path in ("/staff/board", "/staff/sessions"):
            assert "You do not work at this clinic" in words(await bare_front.page(path, 403))


class TestBooking:
    async def test_a_session_is_booked_shown_and_on_the_day_list(self, front):
        session = await front.books(await front.asks())

        page = words(await front.page(session))
        assert "Mon, Jun 22, 10:00 to 11:35" in page
        assert "Dr. Amara Voss" in page
        assert "Booked by Rita Imura" in page
        assert "Infusion session, Chair" in words(await front.page("/staff/board?day=2026-06-22"))
        assert "Ines Marchetti" in words(await front.page("/staff/sessions"))

    async def test_pressing_twice_books_once(self, front):
        typed = await front.booking(await front.asks())
        answers = await asyncio.gather(*(front.send("/staff/sessions/new", typed) for _ in range(5)))

        assert {answer.status_code for answer in answers} == {303}
        assert len({answer.headers["location"] for answer in answers}) == 1
        assert (await front.desk.topics()).count("session-scheduled") == 1

    async def test_a_taken_time_names_everything_and_offers_three_others(self, front):
        one, other = await front.asks(), await front.asks("Theo Brandt")
        await front.books(one)
        typed = await front.booking(other)

        answer = await front.send("/staff/sessions/new", typed)

        assert answer.status_code == 409
        page = words(answer.text)
        assert "No prescriber is free from 10:00 to 10:15: Dr. Amara Voss is taken 10:00 to 10:15." in page
        assert page.count("Book Mon, Jun 22") == 3
        assert hidden(answer.text, "form_key") == typed["form_key"]

    async def test_an_offered_time_is_booked_by_its_button(self, front):
        one, other = await front.asks(), await front.asks("Theo Brandt")
        await front.books(one)
        typed = await front.booking(other)
        refused = await front.send("/staff/sessions/new", typed)
        instead = refused.text.split('name="instead" value="')[1].split('"')[0]

        answer = await front.send("/staff/sessions/new", typed | {"instead": instead})

        assert answer.status_code == 303
        assert "Theo Brandt" in words(await front.page(answer.headers["location"]))

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"date": "2026-02-30"}, "Write a date that exists"),
            ({"date": "9999-12-31"}, "this century or the next"),
            ({"date": ""}, "Enter the date."),
            ({"time": "25:00"}, "24-hour clock"),
            ({"time": "10:00+02:00"}, "24-hour clock"),
            ({"time": "🕙"}, "24-hour clock"),
            ({"patient": ""}, "Choose the patient."),
            ({"patient": "Robert'); drop table"}, "Choose the patient."),
            ({"patient": str(uuid7())}, "Choose a patient of this clinic."),
            ({"patient": ""}, "Book a session: for whom?"),
            ({"prescriber": str(uuid7())}, "Choose somebody who can be booked."),
            ({"date": "2026-06-21"}, "The clinic is not open"),
            ({"time": "16:30"}, "The clinic is not open"),
            ({"date": "2025-01-06"}, "more than 30 days ago"),
            ({"date": "2027-12-06"}, "more than a year ahead"),
            ({"date": "2027-03-14", "time": "02:30"}, "The clock skips this time"),
            ({"instead": "soon"}, "date and time that exist"),
            ({"form_key": "made up"}, "open for more than a day"),
        ],
    )
    async def test_bad_input_is_named_and_what_was_typed_is_kept(self, front, changed, sentence):
        typed = await front.booking(await front.asks(), **changed)
        answer = await front.send("/staff/sessions/new", typed)

        assert answer.status_code in {409, 422}, answer.text
        assert sentence in words(answer.text)
        assert f'value="{typed["time"]}"' in answer.text
        assert "session-scheduled" not in await front.desk.topics()

    async def test_a_far_instant_in_place_of_a_time_is_refused(self, front):
        typed = await front.booking(await front.asks(), instead="9999-12-31T23:59:59Z")
        answer = await front.send("/staff/sessions/new", typed)

        assert answer.status_code == 422
        assert "one of the times that were offered" in words(answer.text)

    async def test_a_clinic_that_is_not_set_up_says_so(self, bare_front):
        await bare_front.sign_in()
        assert "No sessions can be booked here" in words(await bare_front.page("/staff/sessions/new", 409))

    async def test_cancelling_wants_a_reason_and_frees_the_time(self, front):
        session = await front.books(await front.asks())

        answer = await front.cancels(session, "because")
        assert answer.status_code == 422
        assert "Choose why it is cancelled." in words(answer.text)

        page = await front.page(session)
        answers = [await front.cancels(session, "staff-away", page=page) for _ in range(2)]
        assert [one.status_code for one in answers] == [303, 303]
        assert "This session was cancelled. Staff are away" in words(await front.page(session))
        assert (await front.desk.topics()).count("session-cancelled") == 1

    async def test_what_was_moved_meanwhile_is_not_cancelled_by_an_older_page(self, front):
        session = await front.books(await front.asks())
        page = await front.page(session)
        await front.desk.database.pool.execute(
            "update appointment set version = version + 1 where session_id is not null"
        )

        answer = await front.cancels(session, "staff-away", page=page)

        assert answer.status_code == 409
        assert "Somebody else has changed" in words(answer.text)
        assert "session-cancelled" not in await front.desk.topics()

    async def test_a_session_of_nobody_is_not_found(self, front):
        assert "There is no such session" in words(await front.page(f"/staff/sessions/{uuid7()}", 404))
        assert "Some of what was sent is not right" in words(await front.page("/staff/sessions/not-an-id", 422))


GOOD = {
    "started_at": "2026-06-22T10:05",
    "ended_at": "2026-06-22T11:30",
    "outcome": "full",
    "worst_severity": "mild",
    "dose_mg": "35,5",
}


class TestRecord:
    @pytest.fixture
    async def session(self, front):
        booked = await front.books(await front.asks())
        front.desk.clock.advance(WEEK)
        front.renew()
        return booked

    async def test_a_session_without_a_record_stands_on_top(self, front, session):
        assert "Over, without a record 1" in words(await front.page("/staff/sessions"))

    async def test_the_record_is_kept_and_said_once(self, front, session):
        answers = await asyncio.gather(*(front.send(f"{session}/record", GOOD) for _ in range(8)))

        assert {answer.status_code for answer in answers} == {303}
        assert (await front.desk.topics()).count("session-completed") == 1
        page = words(await front.page(session))
        assert "Record of a session documented elsewhere" in page
        assert "35.5 mg" in page
        assert (await front.http.get(f"{session}/record")).headers["location"] == session

    async def test_another_record_later_is_refused_and_changes_nothing(self, front, session):
        await front.send(f"{session}/record", GOOD)
        answer = await front.send(f"{session}/record", GOOD | {"outcome": "transferred"})

        assert answer.status_code == 409
        assert "has a record already" in words(answer.text)
        assert "Full infusion" in words(await front.page(session))

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"started_at": ""}, "Enter when the session started."),
            ({"started_at": "2026-06-22"}, "a date and a time that exist"),
            ({"started_at": "2026-13-22T10:00"}, "a date and a time that exist"),
            ({"started_at": "2026-06-22T23:59", "ended_at": "2026-06-22T23:59"}, "lies in the future"),
            ({"started_at": "2026-06-19T10:00"}, "not on the day it is planned for"),
            ({"ended_at": "2026-06-22T10:05"}, "The end must be after the start."),
            ({"ended_at": "2026-06-22T09:00"}, "The end must be after the start."),
            ({"started_at": "2026-06-21T11:00"}, "more than 12 hours after the start"),
            ({"outcome": ""}, "Choose the outcome."),
            ({"outcome": "splendid", "ended_at": "2026-06-22T09:00"}, "The end must be after the start."),
            ({"worst_severity": "🙂"}, "Choose the worst side effect"),
            ({"dose_mg": "-3"}, "above 0 mg"),
            ({"dose_mg": "inf"}, "Write a"),
            ({"dose_mg": "nan"}, "Write a"),
            ({"dose_mg": "1e9"}, "at most 1000 mg"),
            ({"dose_mg": "a lot"}, "Write the dose as a number"),
            ({"dose_mg": "1,000"}, "without a comma"),
        ],
    )
    async def test_what_cannot_be_is_named_beside_its_field(self, front, session, changed, sentence):
        answer = await front.send(f"{session}/record", GOOD | changed)

        assert answer.status_code == 422, words(answer.text)
        assert sentence in words(answer.text)
        assert 'value="35,5"' in answer.text or "dose_mg" in changed
        assert "session-completed" not in await front.desk.topics()

    async def test_a_session_that_took_place_on_another_day_is_recorded_when_staff_say_so(self, front, session):
        days_before = {"started_at": "2026-06-19T10:05", "ended_at": "2026-06-19T11:30"}
        asked_again = await front.send(f"{session}/record", GOOD | days_before)
        assert 'name="another_day"' in asked_again.text

        answer = await front.send(f"{session}/record", GOOD | days_before | {"another_day": "yes"})

        assert answer.status_code == 303
        assert "session-completed" in await front.desk.topics()

    async def test_a_session_of_tomorrow_is_not_recorded_today_without_a_question(self, front, session):
        tomorrow = await front.books(await front.asks(), date="2026-06-23", time="08:00")
        happened = GOOD | {"started_at": "2026-06-22T09:00", "ended_at": "2026-06-22T10:20"}

        answer = await front.send(f"{tomorrow}/record", happened)

        assert answer.status_code == 422, words(answer.text)
        assert 'name="another_day"' in answer.text
        assert "session-completed" not in await front.desk.topics()

    async def test_a_cancelled_session_cannot_be_recorded(self, front, session):
        await front.cancels(session, "patient-asked")

        assert (await front.send(f"{session}/record", GOOD)).status_code == 409

    async def test_a_nul_character_is_refused(self, front, session):
        answer = await front.send(f"{session}/record", GOOD | {"outcome": "full\0"})
        assert answer.status_code == 422


class TestRevision:
    async def ask(self, front, appointment_id, **signed):
        return await front.http.get(
            f"/internal/appointments/{appointment_id}/revision", auth=front.as_service(**signed)
        )

    async def test_notifications_hears_the_revision_state_and_time(self, front):
        asked = await front.asks()
        (row,) = await front.desk.appointments(asked)

        answer = await self.ask(front, row["id"])
        assert answer.json() == {
            "appointment_id": str(row["id"]),
            "revision": 1,
            "state": "booked",
            "cannot_be_kept": False,
            "starts_at": "2026-06-15T20:00:00Z",
            "zone": "America/Denver",
        }
        await front.desk.hears(asked.withdrawn())
        assert (await self.ask(front, row["id"])).json()["revision"] == 2

    async def test_an_unknown_appointment_is_not_found(self, front):
        assert (await self.ask(front, uuid7())).status_code == 404

    async def test_nobody_else_may_ask(self, front):
        assert (await front.http.get(f"/internal/appointments/{uuid7()}/revision")).status_code == 401
        assert (await self.ask(front, uuid7(), issuer="intake")).status_code == 401
