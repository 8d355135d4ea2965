"""A booking that has lost its place: its patient is asked about another time, which is kept for them until they answer."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from services.scheduling.domain.opening import Closure
from services.scheduling.domain.session import CancelReason
from services.scheduling.domain.slot_offer import OfferIsOver, OfferState
from services.scheduling.domain.wall_clock import reads
from services.scheduling.store import sessions
from services.scheduling.use_cases.answer_move import accept_move, decline_move
from services.scheduling.use_cases.arrive_patient import arrive_patient
from services.scheduling.use_cases.ask_about_move import ask_about_move
from services.scheduling.use_cases.cancel_session import cancel_session
from services.scheduling.use_cases.change_clinic import change_clinic, the_clinic
from services.scheduling.use_cases.let_holds_lapse import tidy_holds
from services.scheduling.use_cases.move_by_staff import NewTime, move_by_staff
from services.scheduling.use_cases.move_stranded import Proposal
from services.scheduling.use_cases.offer_by_hand import AlreadyAsked
from services.scheduling.use_cases.take_in_hand import Press
from shared.events.staff import Role, StaffChanged
from shared.web.staff_directory import store_staff
from tests.english import english_in
from tests.integration.scheduling.desk import CLINIC, CLINICIANS, STAFF_ID
from tests.integration.scheduling.front import VOSS, words
from tests.integration.scheduling.test_clinic_pages import JUNE_22_AWAY, PAGE, change, strand, ticked

STRANDED = f"{PAGE}/stranded"
TWO_HOURS = timedelta(hours=2)


@pytest.fixture
async def office(bare_front):
    """An administrator who also works at the front desk."""
    await bare_front.desk.set_up()
    await bare_front.sign_in(Role.FRONT_DESK, Role.ADMINISTRATOR, name="Ada Lindqvist")
    return bare_front


@pytest.fixture
async def asked(office):
    """A session that cannot be on Monday, and is asked about; its page."""
    (session,) = await strand(office, "Ines Marchetti")
    await ask(office)
    return session


async def ask(office):
    return await office.send(f"{STRANDED}/ask", {"move": ticked(await office.page(STRANDED))})


async def questions(office):
    return await office.desk.database.pool.fetch(
        "select * from slot_offer where moves is not null order by offered_at, id"
    )


async def question(office):
    """The newest."""
    return (await questions(office))[-1]


async def link(office):
    answer = await office.http.post(f"/internal/offers/{(await question(office))['id']}/link", auth=office.as_service())
    assert answer.status_code == 201, answer.text
    return answer.json()["path"]


async def accepts(office, *, by=None):
    async with office.desk.database.transaction() as tx:
        return await accept_move(tx, (await question(office))["id"], by=by)


async def declines(office):
    async with office.desk.database.transaction() as tx:
        await decline_move(tx, (await question(office))["id"])


async def stranded(office):
    return words(await office.page(STRANDED))


async def the_session(office):
    return await office.desk.database.pool.fetchrow("select * from appointment where session_id is not null")


async def test_the_proposed_time_is_kept_and_the_booking_stays_until_they_answer(office, asked):
    at = office.desk.monday_at(8 + 48)

    row = await question(office)
    assert (row["starts_at"], row["answer_by"], row["state"]) == (at, office.desk.clock.now() + TWO_HOURS, "open")
    assert (await the_session(office))["starts_at"] == office.desk.monday_at(8)
    assert await office.desk.held() == 1
    page = await stranded(office)
    assert "Ines Marchetti" in page
    assert "Asked" in page
    assert "Kept for them: Wed, Jun 24, 08:00" in page
    assert "Answer until Mon, Jun 15, 14:00" in page
    assert ticked(await office.page(STRANDED)) == []


async def test_it_is_said_once_without_a_name_or_a_reason(office, asked):
    ((_, body),) = await office.desk.said("move-proposed")

    assert body["instead_of"] == "2026-06-22T14:00:00Z"
    assert body["local_start"] == "2026-06-24T08:00:00"
    assert body["revision"] == 1
    assert "Marchetti" not in str(body)


@pytest.mark.parametrize("answer", ["none yet", "no"])
async def test_a_letter_that_is_still_on_its_way_is_told_that_the_time_cannot_be_kept(office, asked, answer):
    if answer == "no":
        await declines(office)

    assert await stands(office) == {"revision": 1, "cannot_be_kept": True}


async def stands(office):
    """What notifications hears before a letter goes."""
    path = f"/internal/appointments/{(await the_session(office))['id']}/revision"
    answer = (await office.http.get(path, auth=office.as_service())).json()
    return {"revision": answer["revision"], "cannot_be_kept": answer["cannot_be_kept"]}


async def test_who_accepts_is_moved_as_by_every_move(office, asked):
    await accepts(office)

    after = await the_session(office)
    assert (after["starts_at"], after["revision"], after["state"]) == (office.desk.monday_at(8 + 48), 2, "booked")
    ((_, said),) = [
        one for one in await office.desk.said("session-scheduled") if one[1]["appointment"]["revision"] == 2
    ]
    assert said["by"] == "patient"
    assert await office.desk.held() == 0
    assert "Everything has its place" in await stranded(office)
    act = await office.desk.database.pool.fetchrow("select * from appointment_act where act = 'moved'")
    assert (act["decided_by"], act["staff_id"]) == ("patient", None)


async def test_accepting_twice_is_once(office, asked):
    for _ in range(2):
        await accepts(office)

    assert (await the_session(office))["revision"] == 2


async def test_a_no_says_so_to_staff_who_may_ask_again(office, asked):
    await declines(office)

    page = await stranded(office)
    assert "Said no" in page
    assert await office.desk.held() == 0
    assert len(ticked(await office.page(STRANDED))) == 1
    answer = await ask(office)
    assert answer.headers["location"] == f"{STRANDED}?asked=1&not_asked=0"


async def test_what_they_said_no_to_is_proposed_no_more(office, asked):
    before = (await question(office))["starts_at"]
    await declines(office)

    await ask(office)

    after = await question(office)
    assert after["state"] == "open"
    assert after["starts_at"] != before


async def test_a_list_shown_before_they_said_no_moves_nobody_there(office):
    await strand(office, "Ines Marchetti")
    shown = ticked(await office.page(STRANDED))
    await ask(office)
    await declines(office)

    answer = await office.send(STRANDED, {"move": shown})

    assert answer.headers["location"] == f"{STRANDED}?moved=0&not_moved=1"
    assert "1 could not be moved" in words(await office.page(answer.headers["location"]))
    assert (await the_session(office))["revision"] == 1


async def test_a_list_shown_before_they_were_asked_moves_nobody(office):
    await strand(office, "Ines Marchetti")
    shown = ticked(await office.page(STRANDED))
    await ask(office)

    answer = await office.send(STRANDED, {"move": shown})

    assert answer.headers["location"] == f"{STRANDED}?moved=0&not_moved=1"
    assert ((await question(office))["state"], (await the_session(office))["revision"]) == ("open", 1)


async def test_a_list_shown_before_they_said_no_does_not_ask_about_the_same_time_again(office):
    await strand(office, "Ines Marchetti")
    shown = ticked(await office.page(STRANDED))
    await ask(office)
    await declines(office)

    answer = await office.send(f"{STRANDED}/ask", {"move": shown})

    assert answer.headers["location"] == f"{STRANDED}?asked=0&not_asked=1"
    assert len(await questions(office)) == 1


async def test_who_says_no_at_the_moment_of_the_press_is_not_moved_there(office):
    await strand(office, "Ines Marchetti")
    shown = ticked(await office.page(STRANDED))
    await ask(office)

    async with office.desk.database.transaction() as tx:
        await decline_move(tx, (await question(office))["id"])
        press = asyncio.create_task(office.send(STRANDED, {"move": shown}))
        await asyncio.wait([press], timeout=0.5)  # who waits for nobody is done by then

    assert (await press).headers["location"] == f"{STRANDED}?moved=0&not_moved=1"
    assert (await the_session(office))["revision"] == 1


@pytest.mark.parametrize("start", ["9999-12-31T23:59:00-07:00", "2026-06-24T08:00:01-06:00"])
async def test_a_start_that_no_page_shows_moves_nobody(office, start):
    await strand(office, "Ines Marchetti")
    (shown,) = ticked(await office.page(STRANDED))
    appointment, version, _, clinician = shown.split(",")

    for press in (STRANDED, f"{STRANDED}/ask"):
        answer = await office.send(press, {"move": [f"{appointment},{version},{start},{clinician}"]})
        assert answer.status_code == 303
    assert (await the_session(office))["version"] == 1
    assert await questions(office) == []


async def test_no_answer_by_the_deadline_says_so_and_one_press_moves(office, asked):
    office.desk.clock.advance(TWO_HOURS)
    await office.desk.timers()
    office.renew(Role.FRONT_DESK, Role.ADMINISTRATOR)

    page = await stranded(office)
    assert "Did not answer" in page
    assert await office.desk.held() == 0
    answer = await office.send(STRANDED, {"move": ticked(await office.page(STRANDED))})
    assert answer.headers["location"] == f"{STRANDED}?moved=1&not_moved=0"


async def test_a_late_yes_counts_while_nobody_has_taken_note(office, asked):
    kept = (await question(office))["starts_at"]
    office.desk.clock.advance(TWO_HOURS + timedelta(minutes=1))

    await accepts(office)

    assert (await the_session(office))["starts_at"] == kept


async def test_a_late_yes_is_over_once_the_time_is_free_again(office, asked):
    before = await the_session(office)
    office.desk.clock.advance(TWO_HOURS + timedelta(minutes=1))
    await office.desk.timers()

    with pytest.raises(OfferIsOver):
        await accepts(office)

    assert await the_session(office) == before


async def test_a_late_yes_is_over_once_others_could_have_had_the_time(office, asked):
    office.desk.clock.advance(TWO_HOURS + timedelta(minutes=1))
    await tidy_holds(office.desk.database)

    with pytest.raises(OfferIsOver):
        await accepts(office)

    assert (await question(office))["state"] == "open"


async def test_one_press_asks_all_each_for_another_time(office):
    await strand(office, "Ines Marchetti", "Tomasz Wilk")

    answer = await ask(office)

    assert answer.headers["location"] == f"{STRANDED}?asked=2&not_asked=0"
    assert len({row["starts_at"] for row in await questions(office)}) == 2
    assert "2 patients were asked." in words(await office.page(answer.headers["location"]))


async def test_pressed_twice_it_asks_nobody_again(office):
    await strand(office, "Ines Marchetti")
    boxes = ticked(await office.page(STRANDED))

    answers = [await office.send(f"{STRANDED}/ask", {"move": boxes}) for _ in range(2)]

    assert answers[1].headers["location"] == f"{STRANDED}?asked=0&not_asked=1"
    assert await office.desk.held() == 1


async def test_nobody_is_asked_for_two_times_at_once(office, asked):
    row = await the_session(office)
    other = Proposal(
        Press(CLINIC.id, row["id"], row["version"], STAFF_ID), office.desk.monday_at(10 + 72), CLINICIANS[0].id
    )

    with pytest.raises(AlreadyAsked):
        async with office.desk.database.transaction() as tx:
            await ask_about_move(tx, other)


async def test_what_begins_before_an_answer_is_due_cannot_be_asked(office):
    await strand(office, "Ines Marchetti")
    office.desk.clock.advance(office.desk.monday_at(7) - office.desk.clock.now())
    office.renew(Role.FRONT_DESK, Role.ADMINISTRATOR)

    answer = await ask(office)

    assert answer.headers["location"] == f"{STRANDED}?asked=0&not_asked=1"
    assert await office.desk.said("move-proposed") == []


async def test_who_does_not_work_with_patients_sees_what_is_left_and_moves_and_asks_nobody(office):
    await strand(office, "Ines Marchetti")
    boxes = ticked(await office.page(STRANDED))
    await office.becomes(Role.ADMINISTRATOR)

    page = await office.page(STRANDED)
    answers = [await office.send(f"{STRANDED}{what}", {"move": boxes}) for what in ("", "/ask")]

    assert "Ines Marchetti" in words(page)
    assert "Front desk, nurses and clinicians move bookings and ask." in words(page)
    assert ("<form" in page.split("<main", 1)[1], ticked(page)) == (False, [])
    assert [answer.status_code for answer in answers] == [403, 403]
    assert await questions(office) == []
    assert (await the_session(office))["revision"] == 1


async def test_staff_write_down_what_is_said_by_telephone(office, asked):
    answer = await office.send(f"{STRANDED}/asked/{(await question(office))['id']}/yes", {})

    assert answer.headers["location"] == f"{STRANDED}?moved=1&not_moved=0"
    row = await question(office)
    assert (row["state"], row["answered_by"]) == ("accepted", STAFF_ID)


async def test_who_is_cancelled_while_asked_is_asked_no_more(office, asked):
    session_id = (await the_session(office))["session_id"]
    async with office.desk.database.transaction() as tx:
        await cancel_session(
            tx, await sessions.lock(tx, CLINIC.id, session_id), by=STAFF_ID, reason=next(iter(CancelReason))
        )

    assert (await question(office))["state"] == "ended"
    assert await office.desk.held() == 0
    with pytest.raises(OfferIsOver):
        await accepts(office)


async def test_a_kept_time_that_the_next_change_takes_is_kept_no_more_and_stands_on_the_list_again(office, asked):
    await change(office, "absences", JUNE_22_AWAY | {"from": "2026-06-24", "until": "2026-06-24"})

    assert (await question(office))["state"] == "ended"
    assert await office.desk.held() == 0
    with pytest.raises(OfferIsOver):
        await accepts(office)
    assert len(ticked(await office.page(STRANDED))) == 1


async def test_staff_see_that_such_a_question_is_over_and_what_to_do(office, asked):
    await change(office, "absences", JUNE_22_AWAY | {"from": "2026-06-24", "until": "2026-06-24"})

    page = await stranded(office)
    assert "Asked, and that time is gone too" in page
    assert (
        "They were asked about Wed, Jun 24, 08:00, which cannot be kept either: that question is over. Ask about another "
        "time, move it, or phone them." in page
    )


async def test_a_no_by_telephone_is_answered_with_what_was_written_down_and_what_happens_now(office, asked):
    answer = await office.send(f"{STRANDED}/asked/{(await question(office))['id']}/no", {})

    page = words(await office.page(answer.headers["location"]))
    assert "Marchetti" not in answer.headers["location"]
    assert "Written down: Ines Marchetti says no to Wed, Jun 24, 08:00." in page
    assert "That time is free again, and is not proposed to them any more. Nobody has written to them" in page
    assert (await question(office))["answered_by"] == STAFF_ID


async def test_an_older_list_asks_nobody_whose_time_fits_again(office):
    await strand(office, "Ines Marchetti")
    shown = ticked(await office.page(STRANDED))
    await takes_back(office)

    answer = await office.send(f"{STRANDED}/ask", {"move": shown})

    assert answer.headers["location"] == f"{STRANDED}?asked=0&not_asked=1"
    assert await questions(office) == []


async def takes_back(office):
    """The absence that has stranded them."""
    async with office.desk.database.transaction() as tx:
        seen = (await the_clinic(tx, CLINIC.id)).version
        await change_clinic(tx, CLINIC.id, lambda it: replace(it, absences=()), what="Absences", seen=seen, by=STAFF_ID)


class TestTakenBack:
    """The change of the day is taken back, and the old time fits again."""

    @pytest.fixture(params=["open", "declined", "lapsed"])
    async def back(self, request, office, asked):
        path = await link(office)
        if request.param == "declined":
            await declines(office)
        elif request.param == "lapsed":
            office.desk.clock.advance(TWO_HOURS)
            await office.desk.timers()
            office.renew(Role.FRONT_DESK, Role.ADMINISTRATOR)
        await takes_back(office)
        return path

    async def test_the_question_is_over_and_the_kept_time_free(self, office, back):
        assert (await question(office))["state"] != "open"
        assert await office.desk.held() == 0
        assert "Everything has its place" in await stranded(office)
        with pytest.raises(OfferIsOver):
            await accepts(office)

    async def test_it_is_said_once_that_their_time_stays(self, office, back):
        await takes_back(office)

        ((_, said),) = await office.desk.said("move-withdrawn")
        assert said["offer_id"] == str((await question(office))["id"])
        assert (said["local_start"], said["revision"]) == ("2026-06-22T08:00:00", 1)
        assert "Marchetti" not in str(said)

    async def test_behind_the_link_they_read_that_it_stays(self, office, back):
        page = words(await office.page(f"{back}/en"))

        assert "Your appointment stays as it was" in page
        assert "Monday, June 22 8:00 AM" in page
        assert english_in(await office.page(f"{back}/es")) == []

    async def test_the_letter_that_says_so_may_go(self, office, back):
        assert await stands(office) == {"revision": 1, "cannot_be_kept": False}

    async def test_staff_see_nothing_of_the_question_any_more(self, office, back):
        row = await the_session(office)
        assert "No answer yet" in words(await office.page(f"/staff/appointments/{row['id']}"))

    async def test_whoever_loses_the_time_again_is_asked_again_and_told_again(self, office, back):
        await change(office, "absences", JUNE_22_AWAY)
        await ask(office)
        await takes_back(office)

        assert len(await questions(office)) == 2
        assert len(await office.desk.said("move-withdrawn")) == 2


async def has_roles(office, *roles, version):
    """Of the prescriber who was booked, as the directory says it."""
    said = StaffChanged(clinic_id=CLINIC.id, staff_id=VOSS.staff_id, display_name=VOSS.name, roles=roles, active=True)
    async with office.desk.database.transaction() as tx:
        await store_staff(tx, [(said, version)])
    await office.desk.timers()


async def test_who_asked_for_want_of_a_prescriber_takes_it_back_once_they_are_in_their_role_again(office):
    await office.books(await office.asks("Ines Marchetti"))
    (other,) = (one for one in CLINICIANS if one.id != VOSS.id)
    await change(office, "absences", JUNE_22_AWAY | {"who": str(other.person), "until": "2026-06-22"})
    await has_roles(office, Role.FRONT_DESK, version=1)
    *_, of_the_session = ticked(await office.page(STRANDED))
    await office.send(f"{STRANDED}/ask", {"move": of_the_session})
    await office.desk.timers()
    assert (await question(office))["state"] == "open"

    await has_roles(office, Role.CLINICIAN, version=2)

    assert (await question(office))["state"] == "ended"
    assert len(await office.desk.said("move-withdrawn")) == 1
    assert "Everything has its place" in await stranded(office)


async def test_a_kept_time_whose_prescriber_is_out_of_role_now_is_asked_about_no_more(office, asked):
    await has_roles(office, Role.FRONT_DESK, version=1)

    assert ((await question(office))["state"], await office.desk.held()) == ("ended", 0)
    with pytest.raises(OfferIsOver):
        await accepts(office)


async def test_who_was_moved_meanwhile_is_told_nothing_of_the_time_they_had(office, asked):
    await accepts(office)

    await takes_back(office)

    assert await office.desk.said("move-withdrawn") == []


async def test_a_kept_time_that_is_not_to_be_had_after_all_ends_the_question(office, asked):
    """The clinic was set up anew, which ends no questions."""
    monday = reads(office.desk.monday_at(0), CLINIC.zone)
    closed = Closure(monday, monday + timedelta(days=3), "Holidays")
    await office.desk.set_up(replace(CLINIC, closures=(closed,)))

    after = await accepts(office)

    assert after.state is OfferState.ENDED
    assert ((await question(office))["state"], await office.desk.held()) == ("ended", 0)
    assert (await the_session(office))["revision"] == 1


async def test_who_is_here_already_is_not_moved_by_a_late_yes(office, asked):
    row = await the_session(office)
    office.desk.clock.advance(office.desk.monday_at(8) - office.desk.clock.now())
    async with office.desk.database.transaction() as tx:
        await arrive_patient(tx, Press(CLINIC.id, row["id"], row["version"], STAFF_ID))

    with pytest.raises(OfferIsOver):
        await accepts(office)

    assert (await the_session(office))["revision"] == 1


class TestConsultation:
    @pytest.fixture
    async def booked(self, office):
        """Its day is closed, and the patient asked."""
        asked = await office.asks("Ines Marchetti")
        (before,) = await office.desk.appointments(asked)
        await office.desk.moves(asked, office.desk.monday_at(10))
        await change(office, "closures", {"name": "Founders’ Day", "from": "2026-06-22"})
        await ask(office)
        return asked, before

    async def test_the_page_says_that_the_day_has_changed_and_no_more(self, office, booked):
        page = words(await office.page(f"{await link(office)}/en"))

        assert "your appointment on Monday, June 22, 10:00 AM, Denver time (MDT) cannot take place at that time" in page
        assert "Tuesday, June 23 8:00 AM Denver time (MDT)" in page
        assert "Yours until Monday, June 15, 2:00 PM, Denver time (MDT)" in page
        assert "Founders" not in page
        assert "Choose another time" in page

    async def test_it_is_there_in_spanish(self, office, booked):
        page = await office.page(f"{await link(office)}/es")

        assert "Su cita necesita otra hora" in page
        assert english_in(page) == []

    async def test_looking_changes_nothing(self, office, booked):
        path = await link(office)
        for _ in range(3):
            await office.page(f"{path}/en")

        assert (await question(office))["state"] == "open"

    async def test_who_takes_it_reads_that_it_is_theirs(self, office, booked):
        path = await link(office)
        await asyncio.gather(*(office.send(f"{path}/en/accept", {}) for _ in range(2)))

        page = words(await office.page(f"{path}/en"))
        assert "Thank you, the time is yours" in page
        assert "Tuesday, June 23 8:00 AM" in page
        (after,) = await office.desk.appointments(booked[0])
        assert (after["revision"], after["state"]) == (3, "booked")

    async def test_who_does_not_want_it_reads_that_we_call(self, office, booked):
        path = await link(office)
        await office.send(f"{path}/en/decline", {})

        assert "We call you to find another time together." in words(await office.page(f"{path}/en"))

    async def test_who_chooses_another_time_is_led_to_where_they_can_and_gives_the_kept_one_back(self, office, booked):
        path = await link(office)
        answer = await office.send(f"{path}/en/other", {})
        assert re.fullmatch(r"/a/[\w-]{43}/en", answer.headers["location"])
        assert await office.desk.held() == 1

        await office.desk.moves(booked[0], office.desk.monday_at(9 + 72), seen=2)

        assert (await question(office))["state"] == "ended"
        assert await office.desk.held() == 0
        page = words(await office.page(f"{path}/en"))
        assert "Your appointment has another time" in page
        assert "Thursday, June 25 9:00 AM" in page

    async def test_staff_may_move_it_to_the_very_time_that_is_kept(self, office, booked):
        kept = (await question(office))["starts_at"]
        await office.desk.timers()
        row = (await office.desk.appointments(booked[0]))[0]
        async with office.desk.database.transaction() as tx:
            after = await move_by_staff(tx, Press(CLINIC.id, row["id"], row["version"], STAFF_ID), NewTime(kept))

        assert after.starts_at == kept
        assert (await question(office))["state"] == "ended"

    async def test_a_link_that_was_never_made_says_so(self, office):
        page = words(await office.page(f"/a/move/{'x' * 43}/en", status=404))

        assert "This link does not lead anywhere" in page

    async def test_no_letter_goes_once_it_is_over(self, office, booked):
        await declines(office)

        answer = await office.http.post(
            f"/internal/offers/{(await question(office))['id']}/link", auth=office.as_service()
        )
        assert answer.status_code == 409
