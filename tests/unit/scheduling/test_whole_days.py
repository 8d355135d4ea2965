"""Rosters, absences, closures, qualifications and days between, beside a twin that looks at every fifth minute: also on the
nights when a clock jumps, in every zone that has them."""

from datetime import datetime, time, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.scheduling.domain.clinic import (
    AppointmentKind,
    Clinic,
    Need,
    Part,
    Purpose,
    Qualification,
    Resource,
    ResourceKind,
    Room,
)
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.opening import Closure, OpeningHours
from services.scheduling.domain.presence import Absence, Shift
from services.scheduling.domain.refusal import reasons, reasons_without_staff
from services.scheduling.domain.slots import Wanted, best_first, candidate_at, candidates
from services.scheduling.domain.wall_clock import reads
from tests.unit.clock_jumps import different_jumps
from tests.unit.scheduling.examples import CLINIC_ID, PATIENT
from tests.unit.scheduling.steps import Steps

DAY, FIVE = timedelta(days=1), timedelta(minutes=5)
ROOM = Room(UUID(int=41), "Room 1")
VOSS, NOOR = UUID(int=51), UUID(int=52)
RESOURCES = (
    Resource(UUID(int=11), ResourceKind.CHAIR, "Chair 1", room_id=ROOM.id),
    Resource(UUID(int=12), ResourceKind.CHAIR, "Chair 2"),
    Resource(UUID(int=21), ResourceKind.CLINICIAN, "Dr. Voss", VOSS),
    Resource(UUID(int=22), ResourceKind.CLINICIAN, "Dr. Ravel", UUID(int=53)),
    Resource(UUID(int=31), ResourceKind.NURSE_SEAT, "Noor, seat 1", NOOR),
    Resource(UUID(int=32), ResourceKind.NURSE_SEAT, "Noor, seat 2", NOOR),
)
WHO = (VOSS, NOOR, ROOM.id, RESOURCES[1].id, RESOURCES[4].id)


@st.composite
def pairs_of_times(draw):
    first = draw(st.just(0) | st.integers(0, 60))
    last = draw(st.integers(first + 1, 71))
    return tuple(time(n // 12, n % 12 * 5) for n in (first, last))


@st.composite
def evenings(draw):
    """Until midnight, which goes on in the small hours where those begin with it."""
    return time(draw(st.integers(18, 23)), draw(st.integers(0, 11)) * 5), time(0)


@st.composite
def pairs_around(draw, day):
    """Two readings of a clock from the evening before until the morning after."""
    first = draw(st.integers(-60, 120))
    last = first + draw(st.integers(1, 120))
    return tuple(datetime.combine(day, time()) + n * FIVE for n in (first, last))


@st.composite
def kinds(draw):
    parts = tuple(Part("part", draw(st.integers(1, 5)) * 5) for _ in range(draw(st.integers(1, 3))))
    needs = []
    for _ in range(draw(st.integers(1, 3))):
        first = draw(st.integers(1, len(parts)))
        last = draw(st.integers(first, len(parts)))
        needs.append(Need(draw(st.sampled_from(ResourceKind)), first, last, draw(st.sampled_from([None, None, "IV"]))))
    return AppointmentKind(Purpose.SESSION, parts, tuple(needs), draw(st.integers(0, 2)))


@st.composite
def nights(draw):
    """A clinic that is open in the small hours of a day on which its clock jumps, with everything that can be said of it."""
    jump = draw(st.sampled_from(different_jumps()))
    day = reads(jump.at, jump.zone).date()
    dates = st.none() | st.sampled_from([day - DAY, day, day + DAY])
    shifts = [
        Shift(draw(st.sampled_from(WHO[:2])), day.isoweekday(), *draw(pairs_of_times()), draw(dates), draw(dates))
        for _ in range(draw(st.integers(0, 4)))
    ]
    evening = (day - DAY).isoweekday()
    shifts += [
        Shift(one.of, evening, *draw(evenings())) for one in shifts if one.begins == time() or draw(st.booleans())
    ]
    hours = [OpeningHours(day.isoweekday(), *draw(pairs_of_times())) for _ in range(draw(st.integers(1, 2)))]
    hours += [OpeningHours(evening, *draw(evenings())) for _ in range(draw(st.integers(0, 1)))]
    clinic = Clinic(
        CLINIC_ID,
        "Tern Street Clinic",
        jump.zone,
        tuple(hours),
        draw(st.permutations(RESOURCES).map(lambda all_: tuple(all_[: draw(st.integers(3, 6))]))),
        (),
        timedelta(0),
        timedelta(days=300),
        rooms=(ROOM,),
        shifts=tuple(shifts),
        absences=tuple(
            Absence(draw(st.sampled_from(WHO)), *draw(pairs_around(day))) for _ in range(draw(st.integers(0, 2)))
        ),
        closures=tuple(Closure(*draw(pairs_around(day)), "Holiday") for _ in range(draw(st.integers(0, 1)))),
        qualifications=tuple(Qualification(one, "IV") for one in draw(st.sets(st.sampled_from(WHO)))),
    )
    busy = {}
    for id_ in (*(one.id for one in clinic.resources), PATIENT):
        at, busy[id_] = jump.at - timedelta(hours=6), []
        for gap, length in draw(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=2)):
            at += gap * FIVE
            busy[id_].append(Interval(at, at + length * FIVE))
            at += length * FIVE
    chair = draw(st.sampled_from([None, None, RESOURCES[0].id]))
    others = tuple(jump.at + n * FIVE for n in draw(st.lists(st.integers(-500, 500), max_size=1)))
    wanted = Wanted(
        draw(kinds()),
        PATIENT,
        clinician=draw(st.sampled_from([None, None, RESOURCES[2].id])),
        others=others,
        chair=chair,
    )
    return jump, clinic, wanted, busy


@settings(max_examples=150, deadline=None)
@given(nights())
def test_the_same_times_are_free_as_for_somebody_who_looks_at_every_fifth_minute(night):
    jump, clinic, wanted, busy = night
    window = Interval(jump.at - timedelta(hours=8), jump.at + timedelta(hours=12))
    steps = Steps(clinic, Interval(window.start - 2 * DAY, window.end + 2 * DAY), busy)

    found = [one.during.start for one in candidates(clinic, wanted, best_first(clinic, wanted, window), busy)]

    assert found == steps.free_starts(wanted, window), str(jump)


@settings(max_examples=150, deadline=None)
@given(nights(), st.lists(st.integers(-60, 120), min_size=1, max_size=4))
def test_the_same_reasons_stand_against_a_time_and_none_exactly_when_it_can_be_given(night, fives):
    jump, clinic, wanted, busy = night
    steps = Steps(clinic, Interval(jump.at - 3 * DAY, jump.at + 3 * DAY), busy)

    for start in (jump.at + n * FIVE for n in fives):
        found = {(one.why, one.resource_kind) for one in reasons(clinic, wanted, start, busy, jump.at)}
        assert found == steps.reasons(wanted, start), f"{jump} {start}"
        if not found:
            assert candidate_at(clinic, wanted, start, busy) is not None
            offered = reads(start, clinic.zone).minute % 15 == 0
            early = jump.at - timedelta(hours=8)
            assert offered == (reasons_without_staff(clinic, wanted, start, busy, early) == [])
