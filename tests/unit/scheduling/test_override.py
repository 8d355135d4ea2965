"""What staff may book against, and who."""

from dataclasses import replace
from uuid import UUID

import pytest

from services.scheduling.domain.clinic import ResourceKind
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.override import (
    MAY_OVERRIDE,
    NotYoursToOverride,
    Override,
    OverrideReason,
    who_may_override,
)
from services.scheduling.domain.presence import Absence
from services.scheduling.domain.refusal import Missing, Why, reasons
from services.scheduling.domain.rules import StaffRules
from services.scheduling.domain.slots import Wanted
from shared.events.staff import Role
from tests.unit.scheduling.examples import CHAIRS, CLINICIANS, INFUSION, PATIENT, SEATS, clinic, wall
from tests.unit.scheduling.test_day_conflicts import at

AN_HOUR = Interval(at(0), at(60))
JUNE = wall("2026-06-01T00:00"), wall("2026-07-01T00:00")
SUNDAY = at(0).replace(day=14)


def by(*roles):
    return Override(UUID(int=1), frozenset(roles), OverrideReason.AGREED_WITH_TEAM)


def test_outside_of_opening_hours_the_front_desk_may_book_and_it_stands_with_the_time():
    wanted = Wanted(INFUSION, PATIENT)

    assert StaffRules().give(clinic(), wanted, SUNDAY, {}, at(0)) is None
    given = StaffRules(by(Role.FRONT_DESK)).give(clinic(), wanted, SUNDAY, {}, at(0))

    assert given is not None
    assert given.overridden == {"closed"}


@pytest.mark.parametrize("why", [Why.TAKEN, Why.PATIENT_ELSEWHERE, Why.NONE_THERE, Why.TOO_FEW, Why.LONG_AGO])
def test_what_is_taken_nobody_overrides(why):
    against = [Missing(Why.CLOSED, AN_HOUR), Missing(why, AN_HOUR)]

    assert who_may_override(against) == ()
    assert by(*Role).of(against) == frozenset()


def test_a_seat_that_is_taken_is_not_in_the_way_where_another_nurse_is_only_away():
    ours = replace(clinic(), absences=tuple(Absence(seat.person, *JUNE) for seat in SEATS))
    wanted = Wanted(INFUSION, PATIENT)
    busy = {SEATS[0].id: [Interval(at(0), at(0) + INFUSION.length)]}
    assert {one.why for one in reasons(ours, wanted, at(0), busy, at(0))} == {Why.TAKEN, Why.AWAY}

    given = StaffRules(by(Role.FRONT_DESK)).give(ours, wanted, at(0), busy, at(0))

    assert given is not None
    assert given.overridden == {"away"}
    assert SEATS[0] not in [claim.resource for claim in given.claims]
    all_taken = {seat.id: busy[SEATS[0].id] for seat in SEATS}
    assert StaffRules(by(Role.FRONT_DESK)).give(ours, wanted, at(0), all_taken, at(0)) is None


def test_nobody_makes_a_clinician_of_who_does_other_work():
    gone, other = (replace(one, out_of_role=True) for one in CLINICIANS)
    ours = clinic(resources=(*CHAIRS, gone, other, *SEATS))
    wanted = Wanted(INFUSION, PATIENT)
    (against,) = {one.why: one for one in reasons(ours, wanted, at(0), {}, at(0))}.values()

    assert against.why is Why.NOT_QUALIFIED
    assert who_may_override([against]) == ()
    assert StaffRules(by(*Role)).give(ours, wanted, at(0), {}, at(0)) is None


def test_of_who_is_not_qualified_only_those_in_their_role_are_meant():
    gone = replace(CLINICIANS[0], out_of_role=True)
    needs = tuple(
        replace(need, qualification="ketamine") if need.resource_kind is ResourceKind.CLINICIAN else need
        for need in INFUSION.needs
    )
    ours = clinic(resources=(*CHAIRS, gone, CLINICIANS[1], *SEATS))
    rules, patients = (
        StaffRules(by(Role.CLINICIAN)),
        [Wanted(replace(INFUSION, needs=needs), UUID(int=n)) for n in range(8)],
    )

    given = [rules.give(ours, wanted, at(0), {}, at(0)) for wanted in patients]

    assert {one.resource(ResourceKind.CLINICIAN) for one in given if one} == {CLINICIANS[1]}


def test_where_nothing_stands_against_a_time_nothing_is_overridden():
    given = StaffRules(by(Role.CLINICIAN)).give(clinic(), Wanted(INFUSION, PATIENT), at(0), {}, at(0))

    assert given is not None
    assert given.overridden == frozenset()


def test_an_administrator_decides_about_nobodys_day():
    with pytest.raises(NotYoursToOverride) as refused:
        by(Role.ADMINISTRATOR).of([Missing(Why.CLOSED, AN_HOUR)])

    assert refused.value.why == {"closed"}


@pytest.mark.parametrize("why", sorted(MAY_OVERRIDE))
def test_it_is_kept_by_a_role_that_allows_it(why):
    assert by(*Role).role({why}) in MAY_OVERRIDE[why]


def test_what_is_about_treatment_makes_it_a_clinicians_decision():
    assert by(Role.FRONT_DESK, Role.CLINICIAN).role({"closed", "not-qualified"}) is Role.CLINICIAN


def test_whoever_is_away_is_called_in_only_where_nobody_is_there():
    """No nurse is there, and one clinician of two: the other stays away."""
    away = [*SEATS, CLINICIANS[0]]
    absences = tuple(Absence(one.person, wall("2026-06-15 00:00"), wall("2026-06-16 00:00")) for one in away)
    ours = replace(clinic(), absences=absences)
    wanted = Wanted(INFUSION, PATIENT)
    assert {one.why for one in reasons(ours, wanted, at(0), {}, at(0))} == {Why.AWAY}

    given = StaffRules(by(Role.NURSE)).give(ours, wanted, at(0), {}, at(0))

    assert given is not None
    assert given.overridden == {"away"}
    assert given.resource(ResourceKind.CLINICIAN) == CLINICIANS[1]
    assert given.resource(ResourceKind.NURSE_SEAT) in SEATS
