"""Bookings that come at the same moment share one look, one insert and one commit, and each is as if it had come alone."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from services.scheduling.domain.interval import Interval
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.domain.session import Session
from services.scheduling.store import bookings
from services.scheduling.use_cases.book_session import PatientUnknown, SessionWanted, book_session
from shared.ids import uuid7
from tests.integration.scheduling.desk import CLINIC, CLINICIANS, STAFF_ID, Asked
from tests.integration.scheduling.test_booking_core import book


async def book_together(desk, *wanted):
    """What becomes of each of these (patient, start, clinician)."""

    async def one(patient_id, starts_at, clinician):
        wish = SessionWanted(CLINIC.id, patient_id, clinician.id, starts_at, STAFF_ID)
        return await desk.database.together(lambda tx: book_session(tx, wish, tx.now))

    return await asyncio.gather(*(one(*wish) for wish in wanted), return_exceptions=True)


def refused(answers):
    """How many; anything else that went wrong is shown."""
    assert all(isinstance(one, TimeRefused) for one in answers if isinstance(one, BaseException)), answers
    return sum(isinstance(one, TimeRefused) for one in answers)


async def test_who_can_all_be_had_are_in_one_commit_and_each_has_a_chair_of_their_own(desk):
    wanted = [(await desk.patient(), desk.monday_at(8 + n // 2 * 2), CLINICIANS[n % 2]) for n in range(8)]
    commits = "select count(distinct xmin::text) from session"

    assert refused(await book_together(desk, *wanted)) == 0

    assert await desk.database.pool.fetchval(commits) == 1
    assert len(await desk.said("session-scheduled")) == 8
    assert (await desk.active(), await desk.overlaps()) == (40, 0)


async def test_of_many_who_want_the_same_one_has_it_and_the_others_hear_why(desk):
    wanted = [(await desk.patient(), desk.monday_at(10), CLINICIANS[0]) for _ in range(8)]

    answers = await book_together(desk, *wanted)

    assert refused(answers) == 7
    assert all(len(one.instead) == 3 for one in answers if isinstance(one, TimeRefused))
    assert await desk.overlaps() == 0


async def test_each_sees_what_the_one_before_has_taken(desk):
    """Two chairs are enough for two at a time; with the same prescriber they may only follow each other."""
    wanted = [(await desk.patient(), desk.monday_at(10, 15 * n), CLINICIANS[0]) for n in range(4)]

    answers = await book_together(desk, *wanted)

    assert 0 < refused(answers) < 4
    assert await desk.overlaps() == 0


async def test_one_patient_is_in_one_place_also_within_one_commit(desk):
    patient = await desk.patient()

    answers = await book_together(
        desk,
        *((patient, desk.monday_at(10), CLINICIANS[n]) for n in range(2)),
        (patient, desk.monday_at(14), CLINICIANS[0]),
    )

    assert refused(answers) == 1


async def test_the_days_between_two_of_one_patient_are_kept_also_within_one_commit(bare_desk):
    kinds = tuple(replace(one, days_apart=2) if one.purpose == "session" else one for one in CLINIC.kinds)
    await bare_desk.set_up(replace(CLINIC, kinds=kinds))
    patient = await bare_desk.patient()

    answers = await book_together(bare_desk, *((patient, bare_desk.monday_at(hour), CLINICIANS[0]) for hour in (9, 14)))

    assert refused(answers) == 1


async def test_whoever_was_faster_from_elsewhere_lets_each_be_done_again_alone(desk):
    wanted = [(await desk.patient(), desk.monday_at(hour), CLINICIANS[0]) for hour in (10, 12, 14)]

    answers, elsewhere = await asyncio.gather(
        book_together(desk, *wanted), book(desk, await desk.patient(), desk.monday_at(10)), return_exceptions=True
    )

    assert refused([*answers, elsewhere]) == 1
    assert (await desk.active(), await desk.overlaps()) == (15, 0)


async def test_who_is_no_patient_of_the_clinic_is_told_so_and_the_others_are_booked(desk):
    wanted = [(await desk.patient(), desk.monday_at(hour), CLINICIANS[0]) for hour in (10, 12)]

    answers = await book_together(desk, *wanted, (uuid7(), desk.monday_at(14), CLINICIANS[0]))

    assert [type(one) for one in answers] == [Session, Session, PatientUnknown]
    assert await desk.active() == 10


async def test_one_look_for_all_tells_each_what_a_look_of_their_own_tells(desk):
    patients = [await desk.patient() for _ in range(3)]
    for n, patient in enumerate(patients):
        await book(desk, patient, desk.monday_at(9 + 2 * n), CLINICIANS[n % 2])
    await desk.keeps(Asked.new(), desk.monday_at(15))
    await desk.database.pool.execute(
        "update resource_booking set during = tstzrange(lower(during), upper(during) - interval '123457 microseconds')"
    )
    monday = Interval(desk.monday_at(0), desk.monday_at(24))
    windows = [
        monday,
        Interval(desk.monday_at(10), desk.monday_at(11)),
        Interval(desk.monday_at(0, weeks=0), monday.end),
    ]
    looks = [bookings.Look(window, patient) for window in windows for patient in patients]

    for hold_is_over in (False, True):
        if hold_is_over:
            desk.clock.advance(timedelta(hours=1))
        async with desk.database.transaction() as tx:
            seen = await bookings.busy_for_all(tx, CLINIC.id, looks)
            for look in looks:
                own = await bookings.busy(tx, CLINIC.id, look.window, look.patient_id)
                others = set(patients) - {look.patient_id}
                found = {id_: list(diary) for id_, diary in seen[look.window].items() if id_ not in others}
                assert found == own


@pytest.mark.parametrize("rounds", [3])
async def test_shared_and_alone_race_for_days_without_an_overlap(desk, rounds):
    for _ in range(rounds):
        wanted = [
            (await desk.patient(), desk.monday_at(8 + n // 2, 30 * (n % 2)), CLINICIANS[n % 2]) for n in range(12)
        ]
        alone = [book(desk, await desk.patient(), at, clinician) for _, at, clinician in wanted[::3]]
        await asyncio.gather(book_together(desk, *wanted), *alone, return_exceptions=True)

    assert await desk.overlaps() == 0
