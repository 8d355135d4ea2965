"""Which bookings a changed clinic has no place for, and where each could go."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scheduling.domain.clinic import Purpose, ResourceKind
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.opening import Closure, OpeningHours
from services.scheduling.domain.presence import Absence, Shift
from services.scheduling.domain.refusal import Why, reasons
from services.scheduling.domain.slots import Wanted, candidate_at
from services.scheduling.domain.stranded import Planned, stranded
from services.scheduling.domain.wall_clock import day_of
from tests.unit.scheduling.examples import CHAIRS, CLINICIANS, INFUSION, SEATS, VISIT, clinic, wall

MONDAY_8 = datetime(2026, 6, 15, 14, 0, tzinfo=UTC)
NOW = MONDAY_8 - timedelta(days=1)
KINDS = {Purpose.CONSULTATION: VISIT, Purpose.SESSION: INFUSION}


def booked(*wanted):
    """These booked one after another, as the engine gives them: (purpose, patient's number, hours after Monday 08:00)."""
    busy, ahead = {}, []
    for number, (purpose, patient, hours) in enumerate(wanted):
        start = MONDAY_8 + timedelta(hours=hours)
        patient_id = UUID(int=1000 + patient)
        busy_then = {**busy, patient_id: sorted(one.during for one in ahead if one.patient_id == patient_id)}
        found = candidate_at(clinic(), Wanted(KINDS[purpose], patient_id), start, busy_then)
        if found is None or reasons(clinic(), Wanted(KINDS[purpose], patient_id), start, busy_then, NOW):
            continue
        for claim in found.claims:
            busy[claim.resource.id] = sorted([*busy.get(claim.resource.id, ()), claim.during])
        claims = tuple((claim.resource.id, claim.during) for claim in found.claims)
        ahead.append(Planned(UUID(int=number), 1, patient_id, purpose, found.during, claims))
    return ahead, busy


def test_nothing_is_stranded_where_nothing_was_changed():
    ahead, busy = booked((Purpose.SESSION, 1, 2), (Purpose.CONSULTATION, 2, 3))

    assert stranded(clinic(), ahead, busy, NOW) == []


def test_a_holiday_strands_its_day_and_proposes_the_nearest_one():
    ahead, busy = booked((Purpose.CONSULTATION, 1, 2))
    closed = replace(clinic(), closures=(Closure(wall("2026-06-15"), wall("2026-06-16"), "Founders’ Day"),))

    (found,) = stranded(closed, ahead, busy, NOW)

    assert [missing.why for missing in found.against] == [Why.CLOSURE]
    assert found.instead.during.start == MONDAY_8 + timedelta(days=1)


def test_a_chair_given_up_leads_to_another_at_the_same_time():
    ahead, busy = booked((Purpose.SESSION, 1, 2))
    taken = next(id_ for id_, _ in ahead[0].claims if id_ in {chair.id for chair in CHAIRS})
    resources = tuple(replace(one, active=one.id != taken) for one in (*CHAIRS, *CLINICIANS, *SEATS))

    (found,) = stranded(clinic(resources=resources), ahead, busy, NOW)

    assert [missing.why for missing in found.against] == [Why.NONE_THERE]
    assert found.stays
    assert found.instead.resource(ResourceKind.CHAIR).id != taken


def test_the_same_clinician_goes_before_the_same_time():
    ahead, busy = booked((Purpose.CONSULTATION, 1, 2))
    clinician = ahead[0].clinician(clinic())
    absence = Absence(clinician.person, wall("2026-06-15 09:00"), wall("2026-06-15 12:00"))

    (found,) = stranded(replace(clinic(), absences=(absence,)), ahead, busy, NOW)

    assert found.instead.resource(ResourceKind.CLINICIAN) == clinician
    assert not found.stays


def test_somebody_who_never_comes_again_is_replaced():
    ahead, busy = booked((Purpose.CONSULTATION, 1, 2))
    clinician = ahead[0].clinician(clinic())
    gone = Shift(clinician.person, 1, time(8), time(9), valid_until=wall("2026-06-14").date())

    (found,) = stranded(replace(clinic(), shifts=(gone,)), ahead, busy, NOW)

    assert found.stays
    assert found.instead.resource(ResourceKind.CLINICIAN) != clinician


def test_where_nothing_can_be_had_nothing_is_proposed():
    ahead, busy = booked((Purpose.CONSULTATION, 1, 2))

    (found,) = stranded(clinic(hours=()), ahead, busy, NOW)

    assert found.instead is None


def test_what_staff_have_booked_knowingly_is_not_listed():
    ahead, busy = booked((Purpose.CONSULTATION, 1, 2))
    meant = [replace(one, overridden=frozenset({"closed"})) for one in ahead]

    assert stranded(clinic(hours=()), meant, busy, NOW) == []


def test_what_was_overridden_is_not_in_the_way_of_another_chair_at_the_same_time():
    ahead, _ = booked((Purpose.SESSION, 1, 2))
    saturday = ahead[0].during.start + timedelta(days=5)
    moved = Interval(saturday, saturday + INFUSION.length)
    found = candidate_at(clinic(), Wanted(INFUSION, ahead[0].patient_id), saturday, {})
    claims = tuple((claim.resource.id, claim.during) for claim in found.claims)
    meant = replace(ahead[0], during=moved, claims=claims, overridden=frozenset({"closed"}))
    resources = tuple(replace(one, active=one.id != claims[0][0]) for one in (*CHAIRS, *CLINICIANS, *SEATS))

    (found,) = stranded(clinic(resources=resources), [meant], {id_: [during] for id_, during in claims}, NOW)

    assert [missing.why for missing in found.against] == [Why.NONE_THERE]
    assert found.stays


def test_nobody_is_proposed_an_earlier_time_while_a_later_one_can_be_had():
    ahead, busy = booked((Purpose.CONSULTATION, 1, 48 + 1))
    closed = replace(clinic(), closures=(Closure(wall("2026-06-17 09:00"), wall("2026-06-20"), "Works"),))

    (found,) = stranded(closed, ahead, busy, NOW)

    assert found.instead.during.start == MONDAY_8 + timedelta(days=7)


def test_an_earlier_time_is_proposed_where_there_is_no_later_one():
    ahead, busy = booked((Purpose.CONSULTATION, 1, 48 + 1))
    closed = replace(clinic(), closures=(Closure(wall("2026-06-17 09:00"), wall("2026-09-01"), "Works"),))

    (found,) = stranded(closed, ahead, busy, NOW)

    assert found.instead.during.start == MONDAY_8 + timedelta(days=2, minutes=15)


@pytest.mark.parametrize("notice", ["minimum_notice", "change_notice"])
def test_another_time_is_never_sooner_than_the_notice(notice):
    ahead, busy = booked((Purpose.CONSULTATION, 1, 1))
    closed = replace(clinic(), closures=(Closure(wall("2026-06-15 09:00"), wall("2026-06-15 10:00"), "Alarm"),))
    closed = replace(closed, **{notice: timedelta(hours=4)})

    (found,) = stranded(closed, ahead, busy, MONDAY_8)

    assert found.instead.during.start == MONDAY_8 + timedelta(hours=4)


def test_the_same_time_needs_no_notice():
    ahead, busy = booked((Purpose.SESSION, 1, 2))
    taken = next(id_ for id_, _ in ahead[0].claims if id_ in {chair.id for chair in CHAIRS})
    resources = tuple(replace(one, active=one.id != taken) for one in (*CHAIRS, *CLINICIANS, *SEATS))

    (found,) = stranded(clinic(resources=resources), ahead, busy, ahead[0].during.start - timedelta(minutes=5))

    assert found.stays


def test_what_is_proposed_to_one_patient_never_overlaps():
    ahead, busy = booked((Purpose.SESSION, 1, 1), (Purpose.CONSULTATION, 1, 3), (Purpose.CONSULTATION, 1, 5))
    closed = replace(clinic(), closures=(Closure(wall("2026-06-15"), wall("2026-06-16"), "Founders’ Day"),))

    first, second, third = sorted(one.instead.during for one in stranded(closed, ahead, busy, NOW))

    assert first.end <= second.start
    assert second.end <= third.start


def test_the_days_between_are_counted_from_what_is_proposed_and_not_from_what_is_given_up():
    ahead, busy = booked((Purpose.SESSION, 1, 1), (Purpose.SESSION, 1, 48 + 1))
    apart = replace(clinic(), kinds=(VISIT, replace(INFUSION, days_apart=2)))
    closed = replace(apart, closures=(Closure(wall("2026-06-15"), wall("2026-06-18"), "Works"),))

    first, second = (day_of(one.instead.during.start, closed.zone) for one in stranded(closed, ahead, busy, NOW))

    assert (first.isoformat(), second.isoformat()) == ("2026-06-19", "2026-06-22")


PLANS = st.lists(
    st.tuples(st.sampled_from(Purpose), st.integers(1, 5), st.integers(0, 32).map(lambda n: n / 4)), max_size=8
)


def test_who_is_asked_is_proposed_nothing_else_and_their_others_nothing_at_the_kept_time():
    ahead, busy = booked((Purpose.CONSULTATION, 1, 2), (Purpose.SESSION, 1, 4))
    closed = replace(clinic(), closures=(Closure(wall("2026-06-15"), wall("2026-06-16"), "Founders’ Day"),))
    (_, session) = stranded(closed, ahead, busy, NOW)
    kept = session.instead.during

    first, second = stranded(closed, ahead, busy, NOW, {ahead[0].appointment_id: kept})

    assert first.instead is None
    assert not second.instead.during.overlaps(kept)


@settings(deadline=None, max_examples=60)
@given(PLANS, st.integers(0, 12), st.integers(1, 24), st.booleans(), st.booleans())
def test_no_two_are_shown_one_place_and_each_place_can_be_had(plans, begins, length, chair_away, short_hours):
    ahead, busy = booked(*plans)
    start = wall("2026-06-15 08:00") + timedelta(hours=begins / 2)
    who = CHAIRS[0].id if chair_away else CLINICIANS[0].person
    changed = replace(clinic(), absences=(Absence(who, start, start + timedelta(hours=length / 2)),))
    if short_hours:
        changed = replace(changed, hours=tuple(OpeningHours(day, time(8), time(12)) for day in range(1, 6)))

    found = stranded(changed, ahead, busy, NOW)

    listed = {one.planned.appointment_id for one in found}
    taken = {
        id_: [
            during
            for planned in ahead
            if planned.appointment_id not in listed
            for it, during in planned.claims
            if it == id_
        ]
        for id_ in busy
    }
    for one in found:
        wanted = Wanted(KINDS[one.planned.purpose], one.planned.patient_id)
        assert reasons(changed, wanted, one.instead.during.start, {}, NOW) == []
        for claim in one.instead.claims:
            assert not any(claim.during.overlaps(other) for other in taken.setdefault(claim.resource.id, []))
            taken[claim.resource.id].append(claim.during)
    instead = {one.planned.appointment_id: one.instead.during for one in found}
    for patient_id in {one.patient_id for one in ahead}:
        mine = sorted(instead.get(one.appointment_id, one.during) for one in ahead if one.patient_id == patient_id)
        assert all(one.end <= following.start for one, following in pairwise(mine))
