"""A clinic whose data changes under its bookings: nothing breaks, nothing is booked that has no place, and of two who
change it at once one does."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from services.scheduling.domain.clinic import Purpose, Qualification, ResourceKind
from services.scheduling.domain.misdescribed import ClinicMisdescribed
from services.scheduling.domain.opening import Closure
from services.scheduling.domain.presence import Absence, Shift
from services.scheduling.domain.refusal import TimeRefused, Why
from services.scheduling.domain.wall_clock import reads
from services.scheduling.store import clinic_changes, clinics
from services.scheduling.use_cases.change_clinic import ClinicChangedMeanwhile, change_clinic, stranded_now
from services.scheduling.use_cases.move_by_staff import NewTime, move_by_staff
from services.scheduling.use_cases.take_in_hand import Press
from tests.integration.scheduling.desk import CLINIC, CLINICIANS, STAFF_ID, Asked
from tests.integration.scheduling.test_booking_core import book

TWO_DAYS_APART = replace(
    CLINIC,
    kinds=tuple(replace(kind, days_apart=2) if kind.purpose is Purpose.SESSION else kind for kind in CLINIC.kinds),
)


async def changes(desk, edit, *, seen=1):
    async with desk.database.transaction() as tx:
        return await change_clinic(tx, CLINIC.id, edit, what="Hours", seen=seen, by=STAFF_ID)


async def stranded(desk):
    async with desk.database.transaction(read_only=True) as tx:
        clinic = await clinics.find(tx, CLINIC.id)
        return await stranded_now(tx, clinic)


def without(resource_id):
    resources = tuple(replace(one, active=one.id != resource_id and one.active) for one in CLINIC.resources)
    return lambda clinic: replace(clinic, resources=resources)


async def test_what_is_stored_is_what_is_read(desk):
    whole = replace(
        CLINIC,
        closures=(Closure(reads(desk.monday_at(0), CLINIC.zone), reads(desk.monday_at(24), CLINIC.zone), "Holiday"),),
        absences=(
            Absence(CLINIC.rooms[0].id, reads(desk.monday_at(8), CLINIC.zone), reads(desk.monday_at(9), CLINIC.zone)),
        ),
        shifts=(Shift(CLINICIANS[0].person, 1, CLINIC.hours[0].opens, CLINIC.hours[0].closes),),
        qualifications=(Qualification(CLINICIANS[0].person, "IV access"),),
        kinds=TWO_DAYS_APART.kinds,
    )

    await changes(desk, lambda _: whole)

    async with desk.database.transaction(read_only=True) as tx:
        found = await clinics.find(tx, CLINIC.id)
        (newest, _) = await clinic_changes.newest(tx, CLINIC.id, skip=0, most=9)
    assert found == whole
    assert (newest.before, newest.after) == (CLINIC, whole)


async def test_of_many_who_change_the_clinic_at_once_one_does(desk):
    edits = [lambda clinic, n=n: replace(clinic, horizon=timedelta(days=n)) for n in range(1, 17)]

    done = await asyncio.gather(*(changes(desk, edit) for edit in edits), return_exceptions=True)

    assert sum(isinstance(one, ClinicChangedMeanwhile) for one in done) == 15
    async with desk.database.transaction(read_only=True) as tx:
        assert len(await clinic_changes.newest(tx, CLINIC.id, skip=0, most=99)) == 2


async def test_a_change_that_cannot_be_meant_changes_nothing(desk):
    with pytest.raises(ClinicMisdescribed):
        await changes(desk, lambda clinic: replace(clinic, zone="America/Denever"))

    async with desk.database.transaction(read_only=True) as tx:
        assert await clinics.find(tx, CLINIC.id) == CLINIC


async def test_nobody_is_booked_while_away_and_the_refusal_says_until_when(desk):
    monday = reads(desk.monday_at(0), CLINIC.zone)
    await changes(
        desk, lambda it: replace(it, absences=(Absence(CLINICIANS[0].person, monday, monday + timedelta(days=1)),))
    )

    with pytest.raises(TimeRefused) as refused:
        await book(desk, await desk.patient(), desk.monday_at(10))

    (missing,) = refused.value.missing
    assert (missing.why, missing.taken[0].during.end) == (Why.AWAY, desk.monday_at(24))
    assert all(at >= desk.monday_at(24) or at < desk.monday_at(0) for at in refused.value.instead)


async def test_a_time_that_is_held_while_its_resource_is_given_up_becomes_a_booking_that_is_listed(desk):
    asked = Asked.new()
    hold = await desk.keeps(asked, desk.monday_at(10))
    clinician = await desk.database.pool.fetchval("select resource_id from resource_booking where active")
    await changes(desk, without(clinician))

    await desk.hears(asked.requested(hold_id=hold.id))

    (booked,) = await desk.appointments(asked)
    assert (booked["state"], booked["starts_at"]) == ("booked", desk.monday_at(10))
    (found,) = await stranded(desk)
    assert (found.against[0].why, found.stays) == (Why.NONE_THERE, True)
    assert found.instead.resource(ResourceKind.CLINICIAN).id != clinician


async def test_a_hold_whose_resource_is_given_up_can_be_given_back(desk):
    asked = Asked.new()
    await desk.keeps(asked, desk.monday_at(10))
    clinician = await desk.database.pool.fetchval("select resource_id from resource_booking where active")
    await changes(desk, without(clinician))

    await desk.gives_back(asked)

    assert await desk.active() == 0


async def test_bookings_that_race_with_a_change_are_booked_as_before_or_listed_or_refused(desk):
    patients = [await desk.patient() for _ in range(6)]
    monday = reads(desk.monday_at(0), CLINIC.zone)
    closed = Closure(monday, monday + timedelta(days=1), "Holiday")
    times = [desk.monday_at(8 + n) for n in range(6)]

    done = await asyncio.gather(
        *(book(desk, patient, at) for patient, at in zip(patients, times, strict=True)),
        changes(desk, lambda clinic: replace(clinic, closures=(closed,))),
        return_exceptions=True,
    )

    assert all(not isinstance(one, Exception) or isinstance(one, TimeRefused) for one in done)
    booked = await desk.database.pool.fetchval("select count(*) from appointment where session_id is not null")
    assert len(await stranded(desk)) == booked


async def test_sessions_of_one_patient_keep_their_days_apart_however_they_race(bare_desk):
    await bare_desk.set_up(TWO_DAYS_APART)
    patient = await bare_desk.patient()
    times = [bare_desk.monday_at(10 + 24 * day) for day in range(2)] * 4

    done = await asyncio.gather(
        *(book(bare_desk, patient, at, CLINICIANS[n % 2]) for n, at in enumerate(times)), return_exceptions=True
    )

    refused = [one for one in done if isinstance(one, TimeRefused)]
    assert len(refused) == len(times) - 1
    assert all(Why.TOO_CLOSE in {missing.why for missing in one.missing} for one in refused if one.missing)


async def test_a_move_keeps_the_days_apart_from_the_others_and_not_from_itself(bare_desk):
    await bare_desk.set_up(TWO_DAYS_APART)
    patient = await bare_desk.patient()
    await book(bare_desk, patient, bare_desk.monday_at(10))
    moved = await book(bare_desk, patient, bare_desk.monday_at(10 + 72))
    appointment = await bare_desk.database.pool.fetchval("select id from appointment where session_id = $1", moved.id)

    async def move(hours, seen=1):
        async with bare_desk.database.transaction() as tx:
            press = Press(CLINIC.id, appointment, seen, STAFF_ID)
            return await move_by_staff(tx, press, NewTime(bare_desk.monday_at(hours)))

    with pytest.raises(TimeRefused) as refused:
        await move(10 + 24)
    assert [missing.why for missing in refused.value.missing] == [Why.TOO_CLOSE]
    assert (await move(10 + 48)).starts_at == bare_desk.monday_at(10 + 48)
