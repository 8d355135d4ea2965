"""What staff do with one appointment: it is done as they saw it, kept with who did it, and said to the others."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from services.scheduling.domain.appointment import AppointmentIsOver, NotTimeYet
from services.scheduling.domain.change import ChangedMeanwhile, NothingToChange
from services.scheduling.domain.clinic import Purpose, ResourceKind
from services.scheduling.domain.on_its_day import NotItsDay
from services.scheduling.domain.override import NotYoursToOverride, Override, OverrideReason
from services.scheduling.domain.refusal import TimeRefused, Why
from services.scheduling.domain.session import CancelReason
from services.scheduling.domain.wall_clock import day_of, whole_day
from services.scheduling.store import appointment_acts, appointments, day_list
from services.scheduling.store.appointments import AppointmentUnknown
from services.scheduling.use_cases.arrive_patient import (
    arrive_patient,
    begin_appointment,
    take_arrival_back,
    take_begin_back,
)
from services.scheduling.use_cases.book_session import PrescriberUnknown, SessionWanted, book_session
from services.scheduling.use_cases.cancel_by_staff import cancel_by_staff
from services.scheduling.use_cases.complete_appointment import (
    RecordWanted,
    complete_appointment,
    complete_consultation,
)
from services.scheduling.use_cases.find_times_for_staff import Sought, find_times_for_staff
from services.scheduling.use_cases.miss_appointment import miss_appointment
from services.scheduling.use_cases.move_by_staff import ChairUnknown, NewTime, TimeIsPast, move_by_staff
from services.scheduling.use_cases.see_conflicts import see_conflicts
from services.scheduling.use_cases.take_in_hand import Press
from shared.events.staff import Role
from shared.ids import uuid7
from tests.integration.scheduling.desk import CLINIC, CLINICIANS, STAFF_ID, Asked
from tests.integration.scheduling.test_booking_ahead import SESSION
from tests.integration.scheduling.test_booking_core import book


async def consultation(desk):
    """The id of the appointment of somebody's consultation, booked for 14:00 today."""
    asked = Asked.new()
    await desk.hears(asked.requested())
    (row,) = await desk.appointments(asked)
    return row["id"]


async def session(desk, at=None, clinician=CLINICIANS[0]):
    booked = await book(desk, await desk.patient(), at or desk.monday_at(10), clinician)
    return await desk.database.pool.fetchval("select id from appointment where session_id = $1", booked.id)


async def press(desk, do, appointment_id, *more, seen=None):
    if seen is None:
        seen = await desk.database.pool.fetchval("select version from appointment where id = $1", appointment_id) or 1
    async with desk.database.transaction() as tx:
        return await do(tx, Press(CLINIC.id, appointment_id, seen, STAFF_ID), *more)


async def acts(desk, appointment_id):
    async with desk.database.transaction(read_only=True) as tx:
        return [
            (act.did.value, act.decided_by, act.staff_id)
            for act in await appointment_acts.of_appointment(tx, appointment_id)
        ]


async def conflicts(desk, appointment_id):
    async with desk.database.transaction(read_only=True) as tx:
        at = await tx.fetchval("select starts_at from appointment where id = $1", appointment_id)
        return (await see_conflicts(tx, CLINIC.id, whole_day(day_of(at, CLINIC.zone), CLINIC.zone))).conflicts


async def goes_to(desk, appointment_id, **later):
    at = await desk.database.pool.fetchval("select starts_at from appointment where id = $1", appointment_id)
    desk.clock.advance(at - desk.clock.now() + timedelta(**later))


async def test_a_whole_visit_is_kept_with_who_pressed_what(desk):
    appointment = await consultation(desk)

    await press(desk, arrive_patient, appointment)
    await press(desk, take_arrival_back, appointment)
    await press(desk, arrive_patient, appointment)
    await press(desk, begin_appointment, appointment)
    ended = await press(desk, complete_consultation, appointment)

    assert (ended.state, ended.revision, ended.version) == ("completed", 1, 6)
    assert [did for did, _, _ in await acts(desk, appointment)] == [
        "arrived",
        "arrival-taken-back",
        "arrived",
        "began",
        "completed",
    ]
    assert {who for _, _, who in await acts(desk, appointment)} == {STAFF_ID}


@pytest.mark.parametrize("do", [arrive_patient, begin_appointment, complete_consultation])
async def test_pressed_by_many_at_once_it_is_done_once(desk, do):
    appointment = await consultation(desk)
    await goes_to(desk, appointment)

    await asyncio.gather(*(press(desk, do, appointment, seen=1) for _ in range(6)))

    assert len(await acts(desk, appointment)) == 1


async def test_what_was_changed_meanwhile_is_not_overwritten(desk):
    appointment = await consultation(desk)
    await press(desk, arrive_patient, appointment)

    with pytest.raises(ChangedMeanwhile):
        await press(desk, cancel_by_staff, appointment, CancelReason.EQUIPMENT, seen=1)
    with pytest.raises(ChangedMeanwhile):
        await press(desk, move_by_staff, appointment, NewTime(desk.monday_at(10)), seen=1)

    assert await desk.database.pool.fetchval("select state from appointment where id = $1", appointment) == "arrived"


async def test_of_one_who_moves_and_one_who_cancels_at_once_one_has_done_it(desk):
    appointment = await session(desk)

    answers = await asyncio.gather(
        press(desk, move_by_staff, appointment, NewTime(desk.monday_at(14)), seen=1),
        press(desk, cancel_by_staff, appointment, CancelReason.EQUIPMENT, seen=1),
        return_exceptions=True,
    )

    assert sum(isinstance(answer, ChangedMeanwhile | AppointmentIsOver) for answer in answers) == 1
    assert await desk.overlaps() == 0


async def test_a_patient_who_is_here_does_not_move_their_appointment_from_home(desk):
    asked = Asked.new()
    await desk.hears(asked.requested())
    (row,) = await desk.appointments(asked)
    await press(desk, arrive_patient, row["id"])

    with pytest.raises(NothingToChange):
        await desk.moves(asked, desk.monday_at(10))


class TestMissed:
    async def test_what_lies_ahead_is_free_at_once_and_the_others_hear_it(self, desk):
        appointment, half_past = await session(desk), desk.monday_at(10, 30)
        await goes_to(desk, appointment, minutes=20)

        missed = await press(desk, miss_appointment, appointment)

        assert (missed.state, missed.revision) == ("missed", 2)
        (said,) = await desk.said("session-missed")
        assert (said[1]["appointment"]["revision"], said[1]["by"]) == (2, "staff")
        ahead = "select count(*) from resource_booking where active and upper(during) > $1"
        assert await desk.database.pool.fetchval(ahead, desk.clock.now()) == 0
        assert await desk.active() > 0  # what was taken until now is history
        await book(desk, await desk.patient(), half_past)

    async def test_a_consultation_too_and_twice_is_said_once(self, desk):
        appointment = await consultation(desk)
        await goes_to(desk, appointment)

        for _ in range(2):
            await press(desk, miss_appointment, appointment)

        assert (await desk.topics())[-2:] == ["consultation-scheduled", "consultation-missed"]
        assert await desk.database.pool.fetchval("select state from consultation") == "missed"

    async def test_not_before_its_time(self, desk):
        with pytest.raises(NotTimeYet):
            await press(desk, miss_appointment, await consultation(desk))

    async def test_not_whoever_is_here(self, desk):
        appointment = await consultation(desk)
        await press(desk, arrive_patient, appointment)
        await goes_to(desk, appointment, minutes=5)

        with pytest.raises(AppointmentIsOver):
            await press(desk, miss_appointment, appointment)

    async def test_the_patient_can_have_another_at_the_same_hour(self, desk):
        patient, quarter_past = await desk.patient(), desk.monday_at(10, 15)
        booked = await book(desk, patient, desk.monday_at(10))
        appointment = await desk.database.pool.fetchval("select id from appointment where session_id = $1", booked.id)
        await goes_to(desk, appointment, minutes=15)
        await press(desk, miss_appointment, appointment)

        await book(desk, patient, quarter_past, CLINICIANS[1])

        assert await desk.overlaps() == 0


class TestMoved:
    async def test_a_session_keeps_what_it_is_and_everybody_hears_the_next_revision(self, desk):
        appointment = await session(desk)

        moved = await press(desk, move_by_staff, appointment, NewTime(desk.monday_at(14)))

        assert (moved.id, moved.revision, moved.starts_at) == (appointment, 2, desk.monday_at(14))
        first, second = [body["appointment"] for _, body in await desk.said("session-scheduled")]
        assert (first["appointment_id"], second["revision"]) == (second["appointment_id"], 2)
        assert await desk.active() == 5

    async def test_it_may_get_another_prescriber(self, desk):
        appointment = await session(desk)

        await press(desk, move_by_staff, appointment, NewTime(desk.monday_at(10), CLINICIANS[1].id))

        assert await desk.database.pool.fetchval("select prescriber_id from session") == CLINICIANS[1].staff_id
        assert await desk.active() == 5

    async def test_a_consultation_moves_as_when_its_patient_moves_it(self, desk):
        appointment = await consultation(desk)

        await press(desk, move_by_staff, appointment, NewTime(desk.monday_at(10)))

        assert [body["by"] for _, body in await desk.said("consultation-scheduled")] == ["system", "staff"]
        assert ("moved", "staff", STAFF_ID) in await acts(desk, appointment)

    async def test_who_loses_keeps_what_they_had_with_the_reasons_and_others(self, desk):
        appointment = await session(desk)
        await session(desk, desk.monday_at(14))

        with pytest.raises(TimeRefused) as refused:
            await press(desk, move_by_staff, appointment, NewTime(desk.monday_at(14)))

        assert [missing.why for missing in refused.value.missing] == [Why.TAKEN]
        assert len(refused.value.instead) == 3
        assert (await desk.active(), await desk.overlaps()) == (10, 0)

    @pytest.mark.parametrize("of", [consultation, session])
    async def test_not_onto_a_chair_that_is_not_there(self, desk, of):
        appointment = await of(desk)

        with pytest.raises(ChairUnknown):
            await press(desk, move_by_staff, appointment, NewTime(desk.monday_at(14), chair_id=uuid7()))

    async def test_not_to_a_time_that_is_over(self, desk):
        with pytest.raises(TimeIsPast):
            await press(desk, move_by_staff, await session(desk), NewTime(desk.clock.now()))

    async def test_not_once_it_has_begun(self, desk):
        appointment = await consultation(desk)
        await press(desk, begin_appointment, appointment)

        with pytest.raises(AppointmentIsOver):
            await press(desk, move_by_staff, appointment, NewTime(desk.monday_at(10)))


class TestOverridden:
    def override(self, *roles):
        return Override(STAFF_ID, frozenset(roles or (Role.FRONT_DESK,)), OverrideReason.DAY_RUNS_LATE)

    async def test_staff_move_it_past_closing_time_and_that_stands_with_it(self, desk):
        appointment = await session(desk)
        at = desk.monday_at(20)

        with pytest.raises(TimeRefused):
            await press(desk, move_by_staff, appointment, NewTime(at))
        moved = await press(desk, move_by_staff, appointment, NewTime(at, override=self.override()))

        assert (moved.starts_at, moved.overridden) == (at, {"closed"})
        row = await desk.database.pool.fetchrow("select * from appointment_act where act = 'overridden'")
        assert (row["staff_id"], row["role"], row["reason"]) == (STAFF_ID, "front-desk", "day-runs-late")

    async def test_moved_back_into_the_day_nothing_is_overridden_any_more(self, desk):
        appointment = await session(desk)
        await press(desk, move_by_staff, appointment, NewTime(desk.monday_at(20), override=self.override()))

        moved = await press(desk, move_by_staff, appointment, NewTime(desk.monday_at(10)))

        assert moved.overridden == frozenset()

    async def test_nobody_overrides_what_is_taken(self, desk):
        await session(desk, desk.monday_at(14))
        wish = SessionWanted(
            CLINIC.id, await desk.patient(), CLINICIANS[0].id, desk.monday_at(14), STAFF_ID, self.override(*Role)
        )

        with pytest.raises(TimeRefused):
            async with desk.database.transaction() as tx:
                await book_session(tx, wish, desk.clock.now())

        assert await desk.overlaps() == 0

    async def test_who_may_not_decide_is_told_so_and_nothing_is_given_up(self, desk):
        appointment = await session(desk)
        override = self.override(Role.ADMINISTRATOR)

        with pytest.raises(NotYoursToOverride):
            await press(desk, move_by_staff, appointment, NewTime(desk.monday_at(20), override=override))

        assert await desk.active() == 5

    async def test_a_session_is_booked_past_closing_time(self, desk):
        wish = SessionWanted(
            CLINIC.id, await desk.patient(), CLINICIANS[0].id, desk.monday_at(20), STAFF_ID, self.override()
        )
        async with desk.database.transaction() as tx:
            await book_session(tx, wish, desk.clock.now())

        assert await desk.database.pool.fetchval("select overridden from appointment") == ["closed"]


class TestBegun:
    async def test_a_mistaken_press_is_taken_back_and_on_record(self, desk):
        appointment = await consultation(desk)
        await press(desk, begin_appointment, appointment)

        back = await press(desk, take_begin_back, appointment)

        assert (back.state, back.arrived_at, back.began_at, back.revision) == ("booked", None, None, 1)
        assert [did for did, _, _ in await acts(desk, appointment)] == ["began", "begin-taken-back"]

    async def test_who_had_arrived_before_is_still_here(self, desk):
        appointment = await consultation(desk)
        await press(desk, arrive_patient, appointment)
        desk.clock.advance(timedelta(minutes=5))
        await press(desk, begin_appointment, appointment)

        back = await press(desk, take_begin_back, appointment)

        assert (back.state, back.began_at) == ("arrived", None)

    @pytest.mark.parametrize("days", [-1, 1])
    async def test_nothing_begins_and_nobody_arrives_on_another_day(self, desk, days):
        appointment = await session(desk)
        await goes_to(desk, appointment, days=days)

        for do in (arrive_patient, begin_appointment):
            with pytest.raises(NotItsDay):
                await press(desk, do, appointment)

    async def test_what_nobody_wrote_down_on_its_day_is_missed_or_completed_on_another(self, desk):
        missed, seen = await consultation(desk), await consultation(desk)
        await goes_to(desk, seen, days=3)

        assert (await press(desk, miss_appointment, missed)).state == "missed"
        assert (await press(desk, complete_consultation, seen)).state == "completed"

    async def test_nobody_is_told_not_to_come_once_it_has_begun(self, desk):
        appointment = await session(desk)
        await goes_to(desk, appointment)
        await press(desk, begin_appointment, appointment)

        with pytest.raises(AppointmentIsOver):
            await press(desk, cancel_by_staff, appointment, CancelReason.EQUIPMENT)

        assert "session-cancelled" not in await desk.topics()

    async def test_a_request_that_is_withdrawn_meanwhile_changes_nothing(self, desk):
        asked = Asked.new()
        await desk.hears(asked.requested())
        (row,) = await desk.appointments(asked)
        await press(desk, begin_appointment, row["id"])

        await desk.hears(asked.withdrawn())

        assert "consultation-cancelled" not in await desk.topics()

    async def test_what_was_withdrawn_meanwhile_is_called_off_once_it_had_not_begun(self, desk):
        asked = Asked.new()
        await desk.hears(asked.requested())
        (row,) = await desk.appointments(asked)
        await press(desk, begin_appointment, row["id"])
        await desk.hears(asked.withdrawn())

        back = await press(desk, take_begin_back, row["id"])

        assert back.state == "cancelled"
        assert (await desk.topics()).count("consultation-cancelled") == 1


class TestCompleted:
    async def test_not_before_its_time(self, desk):
        with pytest.raises(NotTimeYet):
            await press(desk, complete_consultation, await consultation(desk))

    async def test_sooner_when_the_patient_is_here(self, desk):
        appointment = await consultation(desk)
        await press(desk, arrive_patient, appointment)

        assert (await press(desk, complete_consultation, appointment)).state == "completed"


async def test_a_session_ends_with_its_record_only(desk):
    with pytest.raises(RecordWanted):
        await press(desk, complete_consultation, await session(desk))


async def test_an_appointment_of_nowhere_is_said_to_be_unknown(desk):
    with pytest.raises(AppointmentUnknown):
        await press(desk, arrive_patient, uuid7())


async def test_what_has_taken_place_stays_when_the_request_is_withdrawn(desk):
    asked = Asked.new()
    await desk.hears(asked.requested())
    (row,) = await desk.appointments(asked)
    await goes_to(desk, row["id"])
    await press(desk, complete_consultation, row["id"])

    await desk.hears(asked.withdrawn())

    assert (await desk.consultation(asked))["state"] == "booked"
    assert "consultation-cancelled" not in await desk.topics()


async def test_an_overrun_is_shown_with_a_proposed_move_and_refused_to_nobody(desk):
    first = await session(desk, desk.monday_at(9))
    second = await session(desk, desk.monday_at(9, 15))
    await goes_to(desk, first, minutes=25)
    await press(desk, begin_appointment, first)

    found = await conflicts(desk, first)

    assert [(one.of, one.hits) for one in found] == [(first, second)]
    moved = await press(desk, move_by_staff, second, NewTime(found[0].proposed))
    assert moved.starts_at == found[0].proposed
    assert await conflicts(desk, first) == ()


async def test_who_can_begin_in_time_in_another_chair_is_proposed_that_one(desk):
    eleven = desk.monday_at(11)
    first, second = await session(desk, desk.monday_at(9)), await session(desk, eleven)
    chairs = [one.id for one in CLINIC.of_kind(ResourceKind.CHAIR)]
    theirs = await taken_by(desk, first, "chair")
    await goes_to(desk, first, minutes=45)
    await press(desk, move_by_staff, second, NewTime(eleven, chair_id=theirs))
    await press(desk, begin_appointment, first)

    (found,) = await conflicts(desk, second)
    moved = await press(desk, move_by_staff, second, NewTime(found.proposed, chair_id=found.proposed_chair))

    assert (found.proposed, found.proposed_chair) == (eleven, next(one for one in chairs if one != theirs))
    assert moved.starts_at == eleven
    assert await conflicts(desk, second) == ()


async def test_a_chair_that_is_in_use_beyond_its_plan_is_given_to_nobody(desk):
    first, second = await session(desk, desk.monday_at(9)), await session(desk, desk.monday_at(14))
    chair = await taken_by(desk, first, "chair")
    await goes_to(desk, first, minutes=45)
    await press(desk, begin_appointment, first)
    ends = await desk.database.pool.fetchval("select ends_at from appointment where id = $1", first)

    with pytest.raises(TimeRefused) as refused:
        await press(desk, move_by_staff, second, NewTime(ends, chair_id=chair))

    (missing,) = [one for one in refused.value.missing if one.resource_kind is ResourceKind.CHAIR]
    assert (missing.why, missing.taken[0].during.end) == (Why.TAKEN, ends + timedelta(minutes=45))
    for start in refused.value.instead:
        moved = await press(desk, move_by_staff, second, NewTime(start, chair_id=chair))
        assert await conflicts(desk, first) == (), moved


async def test_whoever_is_being_seen_has_nothing_else_meanwhile(desk):
    first = await session(desk, desk.monday_at(9))
    patient = await desk.database.pool.fetchval("select patient_id from appointment where id = $1", first)
    await goes_to(desk, first, minutes=90)
    await press(desk, begin_appointment, first)
    ends = await desk.database.pool.fetchval("select ends_at from appointment where id = $1", first)

    async with desk.database.transaction(read_only=True) as tx:
        sought = Sought(CLINIC.id, Purpose.CONSULTATION, tx.now, tx.now + timedelta(days=1), patient)
        free = [one.during.start for one in (await find_times_for_staff(tx, sought)).found]

    assert min(free) >= ends + timedelta(minutes=90)


async def test_what_is_over_sooner_leaves_the_rest_of_its_time_once_all_is_tidied_up(desk):
    first, second = await session(desk, desk.monday_at(9)), await session(desk, desk.monday_at(14))
    chair = await taken_by(desk, first, "chair")
    await goes_to(desk, first)
    await press(desk, begin_appointment, first)
    desk.clock.advance(timedelta(minutes=10))
    await ends_now(desk, first)
    tidied = desk.clock.now() + timedelta(minutes=SESSION.parts[-1].minutes)

    with pytest.raises(TimeRefused):
        await press(desk, move_by_staff, second, NewTime(tidied - timedelta(minutes=1), chair_id=chair))
    moved = await press(desk, move_by_staff, second, NewTime(tidied, chair_id=chair))

    assert moved.starts_at == tidied


async def test_whoever_is_done_sooner_is_free_for_something_else_sooner(desk):
    first = await session(desk, desk.monday_at(9))
    patient = await desk.database.pool.fetchval("select patient_id from appointment where id = $1", first)
    await goes_to(desk, first)
    await press(desk, begin_appointment, first)
    desk.clock.advance(timedelta(minutes=20))
    await ends_now(desk, first)

    async with desk.database.transaction(read_only=True) as tx:
        sought = Sought(CLINIC.id, Purpose.CONSULTATION, tx.now, tx.now + timedelta(days=1), patient)
        free = [one.during.start for one in (await find_times_for_staff(tx, sought)).found]

    assert min(free) - desk.clock.now() < timedelta(minutes=15)


async def test_a_day_shows_its_own_conflicts_and_not_those_of_the_day_before(desk):
    first, second = await session(desk, desk.monday_at(14)), await session(desk, desk.monday_at(14, 15))
    await goes_to(desk, first, minutes=25)
    await press(desk, begin_appointment, first)

    monday = whole_day(day_of(desk.clock.now(), CLINIC.zone), CLINIC.zone)
    async with desk.database.transaction(read_only=True) as tx:
        seen = await see_conflicts(tx, CLINIC.id, monday)
        after = await see_conflicts(tx, CLINIC.id, whole_day(day_of(monday.end, CLINIC.zone), CLINIC.zone))

    assert [one.hits for one in seen.conflicts] == [second]
    assert after.conflicts == ()


async def test_who_saw_whom_before_the_planned_time_stays_known(desk):
    appointment = await consultation(desk)
    await goes_to(desk, appointment, hours=-3)
    before = await listed(desk, appointment)
    await press(desk, arrive_patient, appointment)
    await press(desk, complete_consultation, appointment)

    after = await listed(desk, appointment)

    assert (after.state, after.clinician) == ("completed", before.clinician)
    async with desk.database.transaction(read_only=True) as tx:
        day = whole_day(day_of(after.starts_at, CLINIC.zone), CLINIC.zone)
        places = await day_list.places_of_day(tx, CLINIC.id, day)
    assert [(one.appointment_id, one.given_back) for one in places] == [(appointment, True)]


async def test_of_a_chair_that_was_moved_away_from_nothing_is_said(desk):
    first = await session(desk, desk.monday_at(14))
    theirs = await taken_by(desk, first, "chair")
    (other,) = [one for one in CLINIC.of_kind(ResourceKind.CHAIR) if one.id != theirs]
    await press(desk, move_by_staff, first, NewTime(desk.monday_at(14), chair_id=other.id))
    await goes_to(desk, first, hours=-3)
    await press(desk, begin_appointment, first)
    desk.clock.advance(timedelta(minutes=30))
    await ends_now(desk, first)

    assert (await listed(desk, first)).chair == other.name


async def listed(desk, appointment_id):
    async with desk.database.transaction(read_only=True) as tx:
        return await day_list.of_appointment(tx, CLINIC.id, appointment_id)


async def taken_by(desk, appointment_id, kind):
    return await desk.database.pool.fetchval(
        """
        select resource.id from resource_booking join resource on resource.id = resource_id
         where appointment_id = $1 and resource.kind = $2 and resource_booking.active
        """,
        appointment_id,
        kind,
    )


async def ends_now(desk, appointment_id):
    async with desk.database.transaction() as tx:
        await complete_appointment(tx, await appointments.lock(tx, appointment_id), tx.now, by=STAFF_ID)


async def test_whoever_is_early_is_written_down_and_a_sooner_start_is_proposed(desk):
    appointment, sooner = await session(desk), desk.monday_at(9, 15)
    await goes_to(desk, appointment, minutes=-50)

    arrived = await press(desk, arrive_patient, appointment)

    assert arrived.state == "arrived"
    (found,) = await conflicts(desk, appointment)
    assert (found.of, found.hits, found.proposed) == (appointment, None, sooner)


async def test_a_time_that_was_kept_stays_a_promise_when_its_clinician_is_taken_off_meanwhile(desk):
    """It is booked, and shown to staff among what no longer fits; a new one with them is refused with the reason."""
    asked = Asked.new()
    hold = await desk.keeps(asked, desk.monday_at(10))
    (kept,) = await desk.appointments(asked)
    gone = next(one for one in CLINICIANS if kept["clinician_id"] in (one.staff_id, one.id))
    await desk.set_up(replace(CLINIC, resources=tuple(one for one in CLINIC.resources if one != gone)))

    await desk.hears(asked.requested(hold_id=hold.id))

    (booked,) = await desk.appointments(asked)
    assert (booked["state"], booked["starts_at"]) == ("booked", desk.monday_at(10))
    with pytest.raises(PrescriberUnknown):
        await book(desk, await desk.patient(), desk.monday_at(14), gone)
