"""`session-completed` is said exactly once for a session, whoever presses how often."""

import asyncio
from datetime import timedelta

import pytest

from services.scheduling.domain.refusal import TimeRefused, Why
from services.scheduling.domain.session import CancelReason, SessionAlreadyRecorded, SessionNotBooked
from services.scheduling.domain.session_record import SessionRecord
from services.scheduling.store import sessions
from services.scheduling.store.sessions import SessionNotFound
from services.scheduling.use_cases.cancel_session import cancel_session
from services.scheduling.use_cases.record_session import record_session
from shared.events.session import Outcome, Severity
from shared.ids import uuid7
from tests.integration.scheduling.desk import CLINIC, CLINICIANS, STAFF_ID
from tests.integration.scheduling.test_booking_core import book
from tests.integration.scheduling.test_clinic_changes import TWO_DAYS_APART


@pytest.fixture
async def session(desk):
    booked = await book(desk, await desk.patient(), desk.monday_at(10))
    desk.clock.advance(timedelta(days=7))
    return booked


def what_happened(desk, outcome=Outcome.FULL):
    start = desk.monday_at(10, 5, weeks=0)
    return SessionRecord(start, start + timedelta(minutes=80), outcome, Severity.MILD, 35.0)


async def record(desk, session_id, happened):
    async with desk.database.transaction() as tx:
        return await record_session(tx, CLINIC.id, session_id, happened, by=STAFF_ID, now=desk.clock.now())


async def test_a_record_completes_session_and_appointment_and_says_so(desk, session):
    await record(desk, session.id, what_happened(desk))

    topic, body = (await desk.said())[-1]
    assert topic == "session-completed"
    assert body["session_id"] == str(session.id)
    assert (body["outcome"], body["worst_severity"], body["dose_mg"]) == ("full", "mild", 35.0)
    assert (
        await desk.database.pool.fetchval("select state from appointment where session_id = $1", session.id)
        == "completed"
    )


async def test_racing_posts_complete_it_once(desk, session):
    await asyncio.gather(*(record(desk, session.id, what_happened(desk)) for _ in range(16)))

    assert (await desk.topics()).count("session-completed") == 1


async def test_racing_different_records_keep_one_and_tell_the_others(desk, session):
    answers = await asyncio.gather(
        *(record(desk, session.id, what_happened(desk, outcome)) for outcome in Outcome for _ in range(3)),
        return_exceptions=True,
    )

    refused = [answer for answer in answers if isinstance(answer, SessionAlreadyRecorded)]
    assert len(refused) == 6
    assert (await desk.topics()).count("session-completed") == 1


async def test_recording_and_cancelling_at_once_ends_in_one_of_the_two(desk, session):
    async def cancel():
        async with desk.database.transaction() as tx:
            await cancel_session(
                tx, await sessions.lock(tx, CLINIC.id, session.id), reason=CancelReason.EQUIPMENT, by=STAFF_ID
            )

    answers = await asyncio.gather(record(desk, session.id, what_happened(desk)), cancel(), return_exceptions=True)

    assert sum(isinstance(answer, SessionNotBooked) for answer in answers) == 1
    assert sum(topic in {"session-completed", "session-cancelled"} for topic in await desk.topics()) == 1


async def test_a_session_of_nobody_is_not_found(desk):
    with pytest.raises(SessionNotFound):
        await record(desk, uuid7(), what_happened(desk))


async def done_instead(desk, session, at):
    """It took place at another time than planned."""
    happened = SessionRecord(at, at + timedelta(minutes=80), Outcome.FULL, Severity.MILD, 35.0)
    desk.clock.advance(at + timedelta(minutes=90) - desk.clock.now())
    await record(desk, session.id, happened)


async def test_the_days_between_count_from_the_day_on_which_it_took_place(bare_desk):
    desk = bare_desk
    await desk.set_up(TWO_DAYS_APART)
    patient = await desk.patient()
    monday, tuesday, wednesday, thursday = (desk.monday_at(11 + 24 * day) for day in range(4))
    await done_instead(desk, await book(desk, patient, monday), tuesday)

    with pytest.raises(TimeRefused) as refused:
        await book(desk, patient, wednesday)
    assert [missing.why for missing in refused.value.missing] == [Why.TOO_CLOSE]
    await book(desk, patient, thursday)


async def test_what_took_place_before_its_planned_time_gives_that_time_back(desk):
    patient, other = await desk.patient(), await desk.patient()
    planned = desk.monday_at(10)
    await done_instead(desk, await book(desk, patient, planned), planned - timedelta(days=3))

    await book(desk, other, planned)
    await book(desk, patient, planned, CLINICIANS[1])

    assert await desk.overlaps() == 0
