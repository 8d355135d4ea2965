"""`/a/coming/<token>`: a patient says that they come to the appointment of a letter, and staff see it."""

import asyncio
from datetime import timedelta

import pytest

from services.scheduling.domain.change import CannotBeKept
from services.scheduling.domain.session import CancelReason
from services.scheduling.store import asked_moves
from services.scheduling.store.attendances import LINKS_KEPT
from services.scheduling.use_cases.answer_move import decline_move
from services.scheduling.use_cases.ask_about_move import ask_about_move
from services.scheduling.use_cases.attendance_links import forget_attendance_links
from services.scheduling.use_cases.cancel_by_staff import cancel_by_staff
from services.scheduling.use_cases.change_links import make_change_link
from services.scheduling.use_cases.confirm_attendance import Coming, confirm_attendance
from services.scheduling.use_cases.miss_appointment import miss_appointment
from services.scheduling.use_cases.move_by_staff import NewTime, move_by_staff
from services.scheduling.use_cases.move_stranded import Proposal
from services.scheduling.use_cases.take_in_hand import Press
from tests.english import english_in
from tests.integration.scheduling.desk import CLINIC, STAFF_ID
from tests.integration.scheduling.front import words
from tests.integration.scheduling.test_change_pages import BORN, Intake
from tests.integration.scheduling.test_clinic_appointments_by_json import post

NOTHING = f"/a/coming/{'x' * 43}"
WITH_ESCORT = {"fasting": "yes", "escort": "yes"}


class Booked:
    """An appointment that a letter names, and whoever reads the letter."""

    def __init__(self, front, row):
        self.front, self.desk, self.id, self.row = front, front.desk, row["id"], row

    async def link(self, revision=1, status=201):
        """As notifications asks for it, just before the letter goes."""
        path = f"/internal/appointments/{self.id}/revisions/{revision}/attendance-link"
        answer = await self.front.http.post(path, auth=self.front.as_service())
        assert answer.status_code == status, answer.text
        return answer.json().get("path")

    async def says(self, link, language="en", **typed):
        return await self.front.send(f"{link}/{language}", typed)

    async def answers(self):
        rows = "select revision, fasting_understood, has_escort from attendance where appointment_id = $1 order by id"
        return [tuple(row) for row in await self.desk.database.pool.fetch(rows, self.id)]

    async def said(self):
        return [body for _, body in await self.desk.said("attendance-confirmed")]

    async def confirms(self):
        async with self.desk.database.transaction() as tx:
            return await confirm_attendance(tx, Coming(self.id, 1))

    async def press(self, do, *more):
        version = await self.desk.database.pool.fetchval("select version from appointment where id = $1", self.id)
        async with self.desk.database.transaction() as tx:
            return await do(tx, Press(CLINIC.id, self.id, version, STAFF_ID), *more)

    async def moves(self):
        await self.press(move_by_staff, NewTime(self.row["starts_at"] + timedelta(days=1)))

    async def is_asked(self):
        """Whether a day later suits too, because this time cannot be kept."""
        await self.closes()
        async with self.desk.database.transaction() as tx:
            await self.asks(tx)

    async def closes(self):
        """The clinic, at the time it has now."""
        at = "select starts_at from appointment where id = $1"
        await self.desk.closes(await self.desk.database.pool.fetchval(at, self.id))

    async def declines(self):
        async with self.desk.database.transaction() as tx:
            await decline_move(tx, (await asked_moves.open_one_of(tx, self.id)).id)

    async def asks(self, tx):
        row = await tx.fetchrow("select version, starts_at from appointment where id = $1", self.id)
        press = Press(CLINIC.id, self.id, row["version"], STAFF_ID)
        await ask_about_move(tx, Proposal(press, row["starts_at"] + timedelta(days=1), None))


@pytest.fixture
async def consultation(front):
    """Today at two."""
    asked = await front.asks()
    (row,) = await front.desk.appointments(asked)
    booked = Booked(front, row)
    booked.asked = asked
    return booked


@pytest.fixture
async def session(front):
    """On Monday at ten."""
    asked = await front.asks()
    session_id = (await front.books(asked)).rpartition("/")[2]
    row = await front.desk.database.pool.fetchrow("select * from appointment where session_id = $1::uuid", session_id)
    return Booked(front, row)


async def test_looking_changes_nothing(consultation):
    link = await consultation.link()

    for _ in range(10):
        page = words(await consultation.front.page(f"{link}/en"))

    assert "Yes, I am coming" in page
    assert await consultation.answers() == []


async def test_to_a_consultation_one_press_is_enough(consultation):
    link = await consultation.link()
    answer = await consultation.says(link)

    assert (answer.status_code, answer.headers["location"]) == (303, f"{link}/en")
    page = words(await consultation.front.page(f"{link}/en"))
    assert "We are expecting you" in page
    assert "Yes, I am coming" not in page
    (said,) = await consultation.said()
    assert (said["appointment_id"], said["revision"]) == (str(consultation.id), 1)
    assert (said["fasting_understood"], said["has_escort"], said["session_id"]) == (None, None, None)


async def test_before_a_session_the_way_home_is_asked_beside_its_field(session):
    link = await session.link()
    answer = await session.says(link, fasting="yes")

    assert answer.status_code == 422
    assert "Say whether an adult takes you home." in words(answer.text)
    assert 'value="yes" checked' in answer.text  # what was ticked stays ticked
    assert await session.answers() == []


async def test_who_has_nobody_yet_is_told_what_to_do_and_says_it_once_more(session):
    link = await session.link()
    await session.says(link, fasting="yes", escort="not-yet")
    assert "You still need somebody who takes you home" in words(await session.front.page(f"{link}/en"))

    await session.says(link, **WITH_ESCORT)

    assert "We are expecting you" in words(await session.front.page(f"{link}/en"))
    assert await session.answers() == [(1, True, False), (1, True, True)]
    assert [said["has_escort"] for said in await session.said()] == [False, True]


async def test_of_many_who_say_the_same_at_once_it_is_said_once(session):
    links = [await session.link() for _ in range(2)]

    await asyncio.gather(*(session.says(link, **WITH_ESCORT) for link in links * 4))

    assert await session.answers() == [(1, True, True)]
    assert len(await session.said()) == 1


async def test_who_says_it_at_the_same_moment_waits_for_the_other(consultation):
    async with consultation.desk.database.transaction() as tx:
        first = await confirm_attendance(tx, Coming(consultation.id, 1))
        other = asyncio.create_task(consultation.confirms())
        await asyncio.wait([other], timeout=0.5)  # who waits for nobody is done by then

    assert (await other).id == first.id


async def test_every_letter_of_one_time_keeps_a_link_that_works(session):
    first, second = await session.link(), await session.link()

    await session.says(second, **WITH_ESCORT)

    assert "We are expecting you" in words(await session.front.page(f"{first}/en"))


async def test_a_move_asks_anew_and_the_old_letter_tells_nothing_of_the_new_time(session):
    old = await session.link()
    await session.says(old, **WITH_ESCORT)
    await session.moves()

    page = words(await session.front.page(f"{old}/en", status=409))
    assert "Your appointment has another time now" in page
    assert "June" not in page
    await session.says(old, fasting="yes", escort="not-yet")
    assert await session.answers() == [(1, True, True)]
    assert "Yes, I am coming" in words(await session.front.page(f"{await session.link(2)}/en"))


async def test_to_a_time_that_cannot_be_kept_nobody_says_that_they_come(session):
    link = await session.link()
    await session.is_asked()

    await session.says(link, **WITH_ESCORT)

    page = await session.front.page(f"{link}/en", status=409)
    assert "This time cannot be kept" in words(page)
    assert "Yes, I am coming" not in words(page)
    assert 'href="tel:' in page
    assert await session.answers() == []


@pytest.mark.parametrize("became", ["declined", "lapsed", "ended"])
async def test_nor_once_the_question_is_over_as_long_as_they_have_no_other_time(session, became):
    link = await session.link()
    await session.is_asked()
    match became:
        case "declined":
            await session.declines()
        case "lapsed":
            session.desk.clock.advance(timedelta(hours=3))
            await session.desk.timers()
        case _:
            at = session.row["starts_at"]
            await session.desk.closes(at, at + timedelta(days=1))

    await session.says(link, **WITH_ESCORT)

    page = await session.front.page(f"{link}/en", status=409)
    assert "This time cannot be kept" in words(page)
    assert "You need not come at that time. We call you to find another one together" in words(page)
    assert "Yes, I am coming" not in words(page)
    assert 'href="tel:' in page
    assert await session.answers() == []
    assert english_in(await session.front.page(f"{link}/es", status=409)) == []


async def test_once_they_have_another_time_they_say_so_of_that_one(session):
    await session.is_asked()
    await session.declines()
    await session.moves()

    await session.says(await session.link(2), **WITH_ESCORT)

    assert await session.answers() == [(2, True, True)]


async def test_where_the_time_stays_after_all_they_say_so_of_it(session):
    link = await session.link()
    await session.is_asked()
    await session.declines()
    await session.desk.closes()

    await session.says(link, **WITH_ESCORT)

    assert await session.answers() == [(1, True, True)]


async def test_who_says_it_while_they_are_being_asked_waits_and_is_not_believed(session):
    coming = Coming(session.id, 1, fasting_understood=True, has_escort=True)

    async def says():
        async with session.desk.database.transaction() as tx:
            await confirm_attendance(tx, coming)

    await session.closes()
    async with session.desk.database.transaction() as tx:
        await session.asks(tx)
        other = asyncio.create_task(says())
        await asyncio.wait([other], timeout=0.5)  # who waits for nobody is done by then

    with pytest.raises(CannotBeKept):
        await other
    assert await session.answers() == []


async def test_who_comes_to_the_link_too_late_reads_so_kindly(consultation):
    link = await consultation.link()
    consultation.desk.clock.advance(timedelta(hours=2))
    await consultation.says(link)

    page = words(await consultation.front.page(f"{link}/en", status=410))
    assert "There is nothing to answer any more" in page
    assert 'href="tel:' in await consultation.front.page(f"{link}/en", status=410)
    assert await consultation.answers() == []


@pytest.mark.parametrize("then", ["open", "said", "no-escort", "mistaken", "asked", "moved", "cancelled", "missed"])
async def test_it_is_spanish_throughout(session, then):
    link = await session.link()
    status = {"mistaken": 422, "asked": 409, "moved": 409, "cancelled": 410, "missed": 410}.get(then, 200)
    match then:
        case "said":
            await session.says(link, "es", **WITH_ESCORT)
        case "no-escort":
            await session.says(link, "es", fasting="yes", escort="not-yet")
        case "asked":
            await session.is_asked()
        case "moved":
            await session.moves()
        case "cancelled":
            await session.press(cancel_by_staff, CancelReason.PATIENT_ASKED)
        case "missed":
            session.desk.clock.advance(timedelta(days=8))
            await session.press(miss_appointment)
        case _:
            pass

    if then == "mistaken":
        answer = await session.says(link, "es")
    else:
        answer = await session.front.http.get(f"{link}/es", headers={"Accept": "text/html"})

    assert answer.status_code == status
    assert english_in(answer.text) == []


@pytest.mark.parametrize("path", [NOTHING, f"{NOTHING}/en", f"{NOTHING}/es"])
async def test_a_link_that_leads_nowhere_says_so(front, path):
    answer = await front.http.get(path, headers={"Accept": "text/html", "Accept-Language": "es"})

    assert answer.status_code == 404
    assert 'href="tel:' in answer.text
    if not path.endswith("en"):
        assert english_in(answer.text) == []


async def test_there_is_no_link_to_a_time_that_it_has_not_any_more(session):
    await session.moves()

    await session.link(1, status=404)


async def test_nobody_but_notifications_gets_a_link(consultation):
    path = f"/internal/appointments/{consultation.id}/revisions/1/attendance-link"

    assert (await consultation.front.http.post(path)).status_code in (401, 403)


async def test_the_same_link_changes_a_consultation_but_asks_first_who_is_there(consultation):
    consultation.front.app.state.proofs = Intake()
    link = await consultation.link()
    assert f'href="{link.replace("coming/", "")}/en"' in await consultation.front.page(f"{link}/en")

    page = words(await consultation.front.page(f"{link.replace('coming/', '')}/en"))

    assert "Your date of birth" in page
    assert consultation.asked.reference not in page


async def test_links_are_forgotten_long_after_the_appointment(consultation):
    link = await consultation.link()
    rows = await consultation.desk.database.pool.fetch("select attendance_link::text as all from attendance_link")
    assert link.rpartition("/")[2] not in str(rows)

    consultation.desk.clock.advance(LINKS_KEPT + timedelta(days=1))
    assert await forget_attendance_links(consultation.desk.database) == 1

    await consultation.front.page(f"{link}/en", status=404)


async def test_from_their_own_page_they_say_so_beside_the_other_times(consultation):
    front = consultation.front
    front.app.state.proofs = Intake()
    async with front.desk.database.transaction() as tx:
        change = f"/a/{await make_change_link(tx, consultation.asked.request_id, mailed=True)}/en"
    await front.send(f"{change}/coming", {"seen": "1"})
    assert await consultation.answers() == []  # not before they have said who they are
    await front.send(change, BORN)
    assert "Yes, I am coming" in words(await front.page(change))

    await front.send(f"{change}/coming", {"seen": "1"})

    assert "You told us on Monday, June 15, 12:00 PM, Denver time (MDT) that you are coming" in words(
        await front.page(change)
    )
    await front.send(f"{change}/coming", {"seen": "9"})
    assert await consultation.answers() == [(1, None, None)]


async def test_beside_the_other_times_they_are_not_asked_whether_they_come_to_one_that_cannot_be_kept(consultation):
    front = consultation.front
    front.app.state.proofs = Intake()
    async with front.desk.database.transaction() as tx:
        change = f"/a/{await make_change_link(tx, consultation.asked.request_id, mailed=True)}/en"
    await front.send(change, BORN)
    await front.desk.moves(consultation.asked, front.desk.monday_at(10))
    await consultation.is_asked()

    answer = await front.send(f"{change}/coming", {"seen": "2"})

    for page in (words(answer.text), words(await front.page(change))):
        assert "This time cannot be kept" in page
        assert "Yes, I am coming" not in page
        assert "Your appointment was changed" not in page
    assert answer.status_code == 409
    assert await consultation.answers() == []


async def the_board(front, day):
    """Without its legend, which says what any mark would mean."""
    return words((await front.page(f"/staff/board?day={day}")).partition('class="legend"')[0])


@pytest.mark.parametrize(
    ("became", "said", "what_now"),
    [
        ("open", "Asked about a move until Mon, Jun 15, 14:00", "is kept for them until they have answered."),
        ("declined", "Said no to another time", "Ask about another time, move it, or phone them."),
        ("ended", "Asked, and that time is gone too", "which cannot be kept either: that question is over."),
    ],
)
async def test_staff_see_the_question_and_not_an_older_yes(session, became, said, what_now):
    front = session.front
    await session.says(await session.link(), **WITH_ESCORT)
    await session.is_asked()
    if became == "declined":
        await session.declines()
    elif became == "ended":
        at = session.row["starts_at"]
        await session.desk.closes(at, at + timedelta(days=1))

    board = await the_board(front, "2026-06-22")
    sessions = words(await front.page("/staff/sessions/list"))
    one = words(await front.page(f"/staff/appointments/{session.id}"))
    for page in (board, sessions, one):
        assert said in page or said.replace("A", "a", 1) in page
        assert "Says they are coming" not in page
        assert "Coming, " not in page
    assert what_now in one
    by_json = (await front.http.get(f"/api/appointments/{session.id}")).json()
    assert by_json["coming"] is None
    assert (by_json["asked"]["state"], by_json["asked"]["local_start"]) == (became, "2026-06-23T10:00:00")
    assert by_json["asked"]["answer_by"] == "2026-06-15T20:00:00Z"


async def test_staff_see_who_comes_until_it_is_moved(session):
    front = session.front
    await session.says(await session.link(), **WITH_ESCORT)

    said = "Says they are coming, Mon, Jun 15, 12:00: fasting understood, somebody takes them home"
    page = words(await front.page(f"/staff/appointments/{session.id}"))
    assert said in page
    assert "Said that they are coming Mon, Jun 15, 12:00, the patient" in page
    assert said in await the_board(front, "2026-06-22")
    assert "Coming" in words(await front.page("/staff/sessions/list"))

    await session.moves()

    assert "No answer yet" in words(await front.page(f"/staff/appointments/{session.id}"))
    assert "coming" not in await the_board(front, "2026-06-23")


async def test_programs_of_the_clinic_read_what_was_said(session):
    await session.says(await session.link(), fasting="yes", escort="not-yet")

    told = (await session.front.http.get(f"/api/appointments/{session.id}")).json()

    assert (told["coming"]["fasting_understood"], told["coming"]["has_escort"]) == (True, False)
    moved = {"version": told["version"], "starts_at": session.desk.monday_at(14).isoformat()}
    assert (await post(session.front, f"/{session.id}/move", moved)).json()["coming"] is None
