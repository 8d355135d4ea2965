"""No two active bookings share a chair, a clinician or a nurse's seat, however many ask at once."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest

from services.scheduling.domain.interval import Interval, merged
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.domain.session import CancelReason
from services.scheduling.domain.slots import Claim
from services.scheduling.store import bookings, sessions
from services.scheduling.store.bookings import Taken, claim
from services.scheduling.use_cases.book_session import SessionWanted, book_session
from services.scheduling.use_cases.cancel_session import cancel_session
from shared.ids import uuid7
from tests.integration.scheduling.desk import CLINIC, CLINICIANS, HOLD_RULES, OVERLAPS, STAFF_ID, Asked

CLIENTS = 32


async def book(desk, patient_id, starts_at, prescriber=CLINICIANS[0]):
    wish = SessionWanted(CLINIC.id, patient_id, prescriber.id, starts_at, STAFF_ID)
    async with desk.database.transaction() as tx:
        return await book_session(tx, wish, desk.clock.now())


async def test_requests_that_race_for_times_never_overlap(desk):
    everybody, racing = [Asked.new() for _ in range(3 * CLIENTS)], asyncio.Semaphore(CLIENTS)

    async def asks(asked):
        async with racing:
            await desk.hears(asked.requested())

    await asyncio.gather(*(asks(asked) for asked in everybody))

    states = Counter([(await desk.consultation(asked))["state"] for asked in everybody])
    assert states == {"booked": len(everybody)}
    assert await desk.overlaps() == 0


async def test_staff_who_race_for_one_time_get_it_or_the_reasons(desk):
    patients = [await desk.patient() for _ in range(CLIENTS)]
    at = desk.monday_at(10)

    answers = await asyncio.gather(*(book(desk, patient, at) for patient in patients), return_exceptions=True)

    refusals = [answer for answer in answers if isinstance(answer, TimeRefused)]
    assert len(refusals) == CLIENTS - 1, [answer for answer in answers if not isinstance(answer, TimeRefused)]
    assert all(len(refusal.instead) == 3 for refusal in refusals)
    assert all(refusal.missing[0].resource_kind == "clinician" for refusal in refusals)
    assert await desk.overlaps() == 0


async def test_sessions_and_consultations_race_without_deadlock_or_overlap(desk):
    patients = [await desk.patient() for _ in range(CLIENTS)]
    starts = [desk.monday_at(8, 15 * n, weeks=0) for n in range(26, 34)]

    async def staff(n):
        try:
            await book(desk, patients[n], starts[n % len(starts)], CLINICIANS[n % 2])
        except TimeRefused:
            return "refused"
        return "booked"

    answers = await asyncio.gather(
        *(staff(n) for n in range(CLIENTS)), *(desk.hears(Asked.new().requested()) for _ in range(CLIENTS))
    )

    assert answers.count("booked") >= 2
    assert await desk.overlaps() == 0


async def test_cancelling_and_booking_the_same_times_at_once_never_overlaps(desk):
    patients = [await desk.patient() for _ in range(8)]
    at = desk.monday_at(10)

    async def come_and_go(patient):
        for _ in range(6):
            try:
                session = await book(desk, patient, at)
            except TimeRefused:
                continue
            async with desk.database.transaction() as tx:
                await cancel_session(
                    tx, await sessions.lock(tx, CLINIC.id, session.id), reason=CancelReason.PATIENT_ASKED, by=STAFF_ID
                )

    await asyncio.gather(*(come_and_go(patient) for patient in patients))

    assert await desk.active() == 0
    assert await desk.overlaps() == 0


async def test_a_booking_that_cannot_have_everything_takes_nothing(desk):
    await book(desk, await desk.patient(), desk.monday_at(10))
    before = await desk.active()

    with pytest.raises(TimeRefused) as refused:
        await book(desk, await desk.patient(), desk.monday_at(10, 10))

    assert [missing.resource_kind for missing in refused.value.missing] == ["clinician"]
    assert await desk.active() == before
    assert await desk.database.pool.fetchval("select count(*) from session") == 1


async def test_what_was_missing_is_named(desk):
    at = Interval(desk.monday_at(10), desk.monday_at(11))
    claims = [Claim(resource, at) for resource in CLINIC.resources[:3]]
    asked = Asked.new()
    await desk.hears(asked.requested())
    (appointment,) = await desk.appointments(asked)
    async with desk.database.transaction() as tx:
        await claim(tx, CLINIC.id, appointment["id"], claims[1:2])

    with pytest.raises(Taken) as taken:
        async with desk.database.transaction() as tx:
            await claim(tx, CLINIC.id, appointment["id"], claims)

    assert taken.value.claims == (claims[1],)


async def test_a_cancelled_session_gives_back_every_resource_in_its_transaction(desk):
    session = await book(desk, await desk.patient(), desk.monday_at(10))
    assert await desk.active() == 5

    async with desk.database.transaction() as tx:
        await cancel_session(
            tx, await sessions.lock(tx, CLINIC.id, session.id), reason=CancelReason.STAFF_AWAY, by=STAFF_ID
        )

    assert await desk.active() == 0
    assert (await desk.topics())[-2:] == ["session-scheduled", "session-cancelled"]


async def test_the_constraint_holds_for_psql_too(desk):
    await book(desk, await desk.patient(), desk.monday_at(10))
    by_hand = await asyncpg.connect(desk.dsn)
    try:
        with pytest.raises(asyncpg.ExclusionViolationError):
            await by_hand.execute(
                """
                insert into scheduling.resource_booking (id, clinic_id, resource_id, appointment_id, during)
                select $1, clinic_id, resource_id, appointment_id, during from scheduling.resource_booking limit 1
                """,
                uuid7(),
            )
    finally:
        await by_hand.close()


async def test_without_the_constraint_the_same_race_does_double_book(desk):
    """The guard is what prevents it: where it is taken away, the search that must find nothing finds overlaps."""
    owner = await asyncpg.connect(desk.dsn)
    await owner.execute("alter table scheduling.resource_booking drop constraint resource_booking_never_overlaps")
    await asyncio.gather(*(desk.hears(Asked.new().requested()) for _ in range(CLIENTS)))

    assert await owner.fetchval(OVERLAPS) > 0
    await owner.close()


async def test_a_resource_that_the_description_no_longer_names_is_booked_no_more(desk):
    await desk.set_up(replace(CLINIC, resources=tuple(one for one in CLINIC.resources if one != CLINICIANS[0])))
    for _ in range(4):
        await desk.hears(Asked.new().requested())

    assert {row["clinician_id"] for row in await desk.database.pool.fetch("select clinician_id from appointment")} == {
        CLINICIANS[1].staff_id
    }


async def test_what_is_taken_is_the_same_whether_each_booking_is_told_or_not(desk):
    """Booked, kept, and kept until a moment ago; also without one of them."""
    asked = Asked.new()
    await desk.hears(asked.requested(), Asked.new().requested())
    await desk.keeps(Asked.new(), desk.monday_at(10))
    desk.clock.advance(HOLD_RULES.length)
    await desk.keeps(Asked.new(), desk.monday_at(13) - HOLD_RULES.length)
    (appointment,) = await desk.appointments(asked)
    window = Interval(desk.clock.now(), desk.clock.now() + timedelta(days=28))

    for besides in (None, appointment["id"]):
        async with desk.database.transaction(read_only=True) as tx:
            told = await bookings.busy(tx, CLINIC.id, window, asked.patient_id, besides=besides)
            joined = await bookings.taken(tx, CLINIC.id, window, asked.patient_id, besides=besides)
        assert joined == {id_: merged(list(taken)) for id_, taken in told.items()}
        assert bool(joined.get(asked.patient_id)) == (besides is None)
