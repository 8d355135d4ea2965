"""Where things stand on the board of a day."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest

from services.scheduling.domain.board import Load, Place, Stretch, drawn_over, gaps, home, lanes, loads
from services.scheduling.domain.clinic import Resource, ResourceKind, Room
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.opening import OpeningHours, open_intervals
from services.scheduling.pages.lane_groups import grouped
from tests.unit.scheduling.examples import CHAIRS, CLINICIANS, SEATS, clinic

DENVER = "America/Denver"
MONDAY = date(2026, 6, 15)
TEN = datetime(2026, 6, 15, 16, tzinfo=UTC)
"""10:00 in Denver."""


def from_ten(begins: int, ends: int) -> Interval:
    """Minutes after ten."""
    return Interval(TEN + timedelta(minutes=begins), TEN + timedelta(minutes=ends))


def on(resource: Resource, during: Interval, appointment: int = 1) -> Place:
    return Place(UUID(int=appointment), resource.id, during)


class TestLanes:
    def test_chairs_stand_before_clinicians_before_nurses(self):
        kinds = [lane.kind for lane in lanes(clinic(), used=())]

        assert kinds == sorted(kinds, key=[ResourceKind.CHAIR, ResourceKind.CLINICIAN, ResourceKind.NURSE_SEAT].index)

    def test_chair_two_stands_before_chair_ten(self):
        chairs = tuple(Resource(UUID(int=n), ResourceKind.CHAIR, f"Chair {n}") for n in (10, 2, 1))

        assert [lane.first.name for lane in lanes(clinic(resources=chairs), ())] == ["Chair 1", "Chair 2", "Chair 10"]

    def test_chairs_of_a_room_stand_together_where_its_first_chair_stands_and_those_in_none_last(self):
        attic, cellar = Room(UUID(int=91), "Attic"), Room(UUID(int=92), "Cellar")
        stands = {1: cellar, 2: None, 3: attic, 4: cellar, 5: attic}
        chairs = tuple(
            Resource(UUID(int=n), ResourceKind.CHAIR, f"Chair {n}", room_id=room.id if room else None)
            for n, room in stands.items()
        )

        found = lanes(replace(clinic(resources=(*chairs, *CLINICIANS)), rooms=(attic, cellar)), ())

        assert [lane.first.id.int for lane in found[:5]] == [1, 4, 3, 5, 2]
        assert [(heading, len(some)) for heading, some in grouped(found)] == [
            ("Cellar", 2),
            ("Attic", 2),
            ("Chairs in no room", 1),
            ("Clinicians", len(CLINICIANS)),
        ]

    def test_a_clinic_without_rooms_has_chairs(self):
        assert [heading for heading, _ in grouped(lanes(clinic(resources=CHAIRS), ()))] == ["Chairs"]

    def test_all_seats_of_a_nurse_are_one_lane(self):
        seats = tuple(replace(seat, staff_id=UUID(int=7)) for seat in SEATS)

        assert [lane.resources for lane in lanes(clinic(resources=seats), ())] == [seats]

    def test_a_chair_out_of_use_is_shown_while_something_stands_on_it(self):
        broken = replace(CHAIRS[0], active=False)

        assert lanes(clinic(resources=(broken,)), used=()) == []
        assert [lane.first for lane in lanes(clinic(resources=(broken,)), used={broken.id})] == [broken]


class TestStretch:
    def test_it_begins_on_the_full_hour_before_and_ends_on_the_one_after(self):
        stretch = Stretch.around([from_ten(20, 500)], MONDAY, DENVER)

        assert stretch.during == from_ten(0, 540)

    def test_it_is_never_shorter_than_eight_hours(self):
        assert Stretch.around([from_ten(0, 30)], MONDAY, DENVER).hours == 8

    def test_a_day_without_anything_shows_usual_hours(self):
        assert Stretch.around([], MONDAY, DENVER).during == from_ten(-120, 420)

    @pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1)])
    def test_on_the_days_on_which_the_clock_jumps_every_hour_has_its_width(self, day):
        open_ = open_intervals([OpeningHours(7, time(0), time(23))], DENVER, day)

        stretch = Stretch.around(open_, day, DENVER)

        assert stretch.hours == len(stretch.full_hours) == (22 if day.month == 3 else 24)
        assert stretch.steps(open_[0]) == (0, stretch.hours * 12)

    def test_where_the_offset_is_half_an_hour_the_clock_s_own_hours_count(self):
        half_past = datetime(2026, 6, 15, 3, 45, tzinfo=UTC)  # 09:15 in Kolkata

        stretch = Stretch.around([Interval(half_past, half_past + timedelta(hours=9))], MONDAY, "Asia/Kolkata")

        assert stretch.start == datetime(2026, 6, 15, 3, 30, tzinfo=UTC)

    def test_it_ends_with_its_day_and_what_lasts_longer_at_its_edge(self):
        late = from_ten(12 * 60 + 30, 16 * 60)  # 22:30 to 02:00

        stretch = Stretch.around([from_ten(0, 840), late], MONDAY, DENVER)

        assert stretch.during == from_ten(0, 840)
        assert stretch.steps(late) == (150, 18)

    def test_what_is_shorter_than_a_step_can_be_seen(self):
        assert Stretch.around([from_ten(0, 480)], MONDAY, DENVER).steps(from_ten(61, 62)) == (12, 1)

    def test_what_lies_outside_is_at_the_edge(self):
        stretch = Stretch.around([from_ten(0, 480)], MONDAY, DENVER)

        assert stretch.steps(from_ten(-600, 30)) == (0, 6)
        assert stretch.steps(from_ten(600, 700)) == (95, 1)


def test_closed_is_what_no_opening_covers():
    whole = from_ten(0, 480)

    assert gaps([from_ten(60, 120), from_ten(180, 300)], whole) == [
        from_ten(0, 60),
        from_ten(120, 180),
        from_ten(300, 480),
    ]
    assert gaps([from_ten(-60, 500)], whole) == []
    assert gaps([], whole) == [whole]


def test_a_session_is_at_home_on_its_chair_and_a_consultation_with_its_clinician():
    kinds = {one.id: one.kind for one in (*CHAIRS, *CLINICIANS, *SEATS)}
    chair, clinician, seat = (on(one[0], from_ten(0, 15)) for one in (CHAIRS, CLINICIANS, SEATS))

    assert home([seat, clinician, chair], kinds) == chair
    assert home([seat, clinician], kinds) == clinician
    assert home([], kinds) is None


def load_of(*places: Place) -> list[Load]:
    return loads([place.during for place in places], Stretch.around([from_ten(0, 480)], MONDAY, DENVER))


def test_a_nurse_s_load_is_the_most_seats_at_once_in_each_half_hour():
    first, second = SEATS

    assert load_of(on(first, from_ten(0, 15)), on(first, from_ten(15, 90)), on(second, from_ten(35, 95), 2)) == [
        Load(from_ten(0, 30), 1),
        Load(from_ten(30, 90), 2),
        Load(from_ten(90, 120), 1),
    ]


def test_who_comes_after_somebody_on_one_seat_takes_no_second_one():
    assert load_of(on(SEATS[0], from_ten(0, 10)), on(SEATS[0], from_ten(10, 30), 2)) == [Load(from_ten(0, 30), 1)]


def test_where_no_seat_is_taken_nothing_is_said():
    assert load_of(on(SEATS[0], from_ten(0, 30)), on(SEATS[0], from_ten(60, 90), 2)) == [
        Load(from_ten(0, 30), 1),
        Load(from_ten(60, 90), 1),
    ]


def test_a_nurse_s_lane_has_the_name_that_all_her_seats_share():
    seats = tuple(
        replace(seat, staff_id=UUID(int=7), name=f"Tessa Beaumont, seat {n}") for n, seat in enumerate(SEATS, 1)
    )

    assert [lane.name for lane in lanes(clinic(resources=seats), ())] == ["Tessa Beaumont"]
    assert [lane.name for lane in lanes(clinic(resources=CHAIRS), ())] == [chair.name for chair in CHAIRS]


def test_who_came_in_the_place_of_somebody_missed_stands_over_them():
    missed, came, later = (
        on(CHAIRS[0], from_ten(*times), n) for n, times in enumerate([(0, 60), (30, 90), (90, 120)], 1)
    )

    assert drawn_over([later, missed, came]) == {UUID(int=1), UUID(int=2)}
