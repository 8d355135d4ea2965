"""The board of a day as its template draws it: blocks with their words, and where they stand as names of CSS classes.

A strict policy allows no inline style, so a place is written as hours and minutes: `fh-2 fm-15` begins 2:15 hours from the
left edge, `dh-1 dm-35` lasts 1:35 hours, `rt-1 ru-2` is row 12 (static/css/board.css).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from services.scheduling.domain.appointment import MOVABLE, AppointmentState
from services.scheduling.domain.board import Lane, Load, Place, Stretch, drawn_over, gaps, home, lanes, loads
from services.scheduling.domain.clinic import AppointmentKind, Clinic, ResourceKind
from services.scheduling.domain.day_conflicts import ConflictKind, taken_beyond_plan
from services.scheduling.domain.interval import Busy, Interval
from services.scheduling.domain.wall_clock import day_of
from services.scheduling.pages.appointment_drawn import conflict_lines
from services.scheduling.pages.appointment_words import because, coming_chip, coming_in_words, overridden_in_words
from services.scheduling.pages.clock_words import jump_in_words
from services.scheduling.pages.lane_groups import grouped
from services.scheduling.pages.names import Names
from services.scheduling.pages.words import held_chip, held_for, state_chip
from services.scheduling.store.day_list import ListedAppointment
from services.scheduling.use_cases.see_conflicts import DaySeen
from shared.web.templating import initials
from shared.web.times import staff_day, staff_time

HEAD = 2
"""The row of the first lane: above it stand the hours."""
_LOOKS = {
    AppointmentState.HELD: "held",
    AppointmentState.BOOKED: "",
    AppointmentState.ARRIVED: "arrived",
    AppointmentState.IN_PROGRESS: "run",
    AppointmentState.COMPLETED: "done",
    AppointmentState.CANCELLED: "off",
    AppointmentState.MISSED: "bad",
}


@dataclass(frozen=True, slots=True)
class Day:
    """What was read of a day. `names` are opened for who may see them."""

    clinic: Clinic
    day: date
    rows: Sequence[ListedAppointment]
    places: Sequence[Place]
    names: Names
    seen: DaySeen
    now: datetime

    @property
    def called(self) -> dict[UUID, str]:
        """Who comes, by appointment."""
        return {row.id: self.names.name(row.patient_id, row.reference) for row in self.rows}


@dataclass(frozen=True, slots=True)
class Step:
    """One part of an appointment on its line."""

    name: str
    starts_at: datetime
    css: str


@dataclass(frozen=True, slots=True)
class Block:
    """One appointment. `at_home`: drawn on a lane; without it, it did not or will not take place there."""

    row: ListedAppointment
    name: str
    css: str
    state: tuple[str, str, str]
    steps: Sequence[Step]
    at_home: bool
    lane: UUID | None
    """The first resource of the lane it is drawn on."""
    since: str
    """The day on which it starts, where that is the one before."""
    starts: str
    ends: str
    """By the clinic's clock; what comes twice is told apart."""
    so_far: str = ""
    """`10:38` of who has arrived, `26 of 95`, in minutes, of what goes on."""
    reason: str = ""
    room: str = ""
    """Where its chair stands."""
    coming: str = ""
    """What they have said of it, or are asked about it."""
    coming_chip: tuple[str, str, str] | None = None
    """The same, short, while it is awaited."""
    lasts: str = ""
    """Until when it really lasts, where it is not within its plan."""
    nevertheless: str = ""
    """What stood against its time."""
    conflicts: Sequence[str] = ()

    @property
    def href(self) -> str:
        """What is held has no page: nobody knows whose it will be."""
        return "" if self.row.held_until else f"/staff/appointments/{self.row.id}"

    @property
    def movable(self) -> bool:
        return self.row.state in MOVABLE and self.row.held_until is None and not self.since


@dataclass(frozen=True, slots=True)
class Beside:
    """What an appointment takes on another lane than its own."""

    css: str
    text: str


@dataclass(frozen=True, slots=True)
class DrawnLane:
    css: str
    name: str
    kind: ResourceKind
    first: UUID
    """Its first resource, as of `Block.lane`."""
    resource_id: UUID | None
    """Of a lane onto which an appointment can be moved."""
    loads: Sequence[tuple[str, Load]]
    seats: int
    away: Sequence[str]


@dataclass(frozen=True, slots=True)
class DrawnGroup:
    """The chairs of a room, or people of one kind, under their heading."""

    css: str
    name: str
    lanes: Sequence[DrawnLane]


@dataclass(frozen=True, slots=True)
class Board:
    """The values of board_list.html that are drawn."""

    start: datetime
    hours: int
    rows: int
    ticks: Sequence[tuple[str, str]]
    groups: Sequence[DrawnGroup]
    closed: Sequence[str]
    blocks: Sequence[Block]
    beside: Sequence[Beside]
    overruns: Sequence[str]
    """What lasts beyond its plan, into the time of somebody else."""
    now_line: str
    """"" on every other day, and outside the hours that are shown."""
    jump: str
    """That the clock is set on this day."""

    @property
    def by_lane(self) -> Sequence[tuple[str, Sequence[tuple[str, Sequence[Block]]]]]:
        """The day as a list room by room and chair by chair, without those on which nothing is; what has no place last."""
        on: defaultdict[UUID | None, list[Block]] = defaultdict(list)
        for block in self.blocks:
            on[block.lane].append(block)
        found = [
            (group.name, [(lane.name, on[lane.first]) for lane in group.lanes if lane.first in on])
            for group in self.groups
        ]
        found.append(("On no lane", [("Cancelled, or somebody else came", on[None])] if None in on else []))
        return [(name, some) for name, some in found if some]


def drawn(read: Day) -> Board:
    clinic, kinds = read.clinic, {one.id: one.kind for one in read.clinic.resources}
    open_ = clinic.open_on(read.day)
    rows = [row for row in read.rows if row.held_until is None or row.held_until > read.now]
    shown = [Interval(row.starts_at, row.ends_at) for row in rows if row.state is not AppointmentState.CANCELLED]
    stretch = Stretch.around([*open_, *shown], read.day, clinic.zone)
    places = _by_appointment(read.places, {row.id for row in rows})
    all_lanes = lanes(clinic, {one.resource_id for some in places.values() for one in some})
    groups = list(grouped(all_lanes))
    row_of, first_of = _rows_of(groups)
    homes = {id_: home(some, kinds) for id_, some in places.items()}
    _leave_out_those_gone(rows, homes)
    blocks: list[Block] = []
    beside: list[Beside] = []
    below = HEAD + len(groups) + len(all_lanes)
    for row in rows:
        at = homes.get(row.id)
        if at is None:
            blocks.append(_block(row, read, None, f"off {_row(below)}"))
            below += 1
            continue
        where = f"{_across(stretch, at.during)} {_row(row_of[at.resource_id])}"
        css = f"{_looks(row, read)} {where}{_side(stretch, at.during)}"
        blocks.append(_block(row, read, first_of[at.resource_id], css))
        beside += [
            Beside(f"{_across(stretch, one.during)} {_row(row_of[one.resource_id])}", initials(blocks[-1].name))
            for one in places[row.id]
            if kinds[one.resource_id] is ResourceKind.CLINICIAN and one.resource_id != at.resource_id
        ]
    by_resource = _by_resource(places)
    longer = taken_beyond_plan(read.seen.placed.values(), read.now)
    return Board(
        start=stretch.start,
        hours=stretch.hours,
        rows=len(all_lanes),
        ticks=[(_from(stretch, hour), staff_time(hour, clinic.zone)) for hour in stretch.full_hours],
        groups=[
            DrawnGroup(
                _row(row_of[some[0].first.id] - 1),
                name,
                [_lane(clinic, lane, row_of[lane.first.id], stretch, by_resource, longer) for lane in some],
            )
            for name, some in groups
        ],
        closed=[_across(stretch, gap) for gap in gaps(clinic.open_over(stretch.during), stretch.during)],
        blocks=blocks,
        beside=beside,
        overruns=_overruns(read, stretch, row_of, longer),
        now_line=_now_line(stretch, read),
        jump=jump_in_words(read.day, clinic.zone),
    )


def _rows_of(groups: Sequence[tuple[str, Sequence[Lane]]]) -> tuple[dict[UUID, int], dict[UUID, Lane]]:
    """In which row each resource stands, its group's heading above it, and on which lane."""
    rows: dict[UUID, int] = {}
    on: dict[UUID, Lane] = {}
    row = HEAD
    for _, some in groups:
        for lane in some:
            row += 1
            rows |= {one.id: row for one in lane.resources}
            on |= {one.id: lane for one in lane.resources}
        row += 1
    return rows, on


def _by_appointment(places: Sequence[Place], shown: set[UUID]) -> dict[UUID, list[Place]]:
    found: defaultdict[UUID, list[Place]] = defaultdict(list)
    for place in places:
        if place.appointment_id in shown:
            found[place.appointment_id].append(place)
    return found


def _by_resource(places: Mapping[UUID, Sequence[Place]]) -> dict[UUID, list[Place]]:
    found: defaultdict[UUID, list[Place]] = defaultdict(list)
    for some in places.values():
        for place in some:
            found[place.resource_id].append(place)
    return found


def _leave_out_those_gone(rows: Sequence[ListedAppointment], homes: dict[UUID, Place | None]) -> None:
    """Where somebody else has the place of who was missed, or was seen before their time, the lane shows who has it."""
    gone = {row.id for row in rows if row.state is AppointmentState.MISSED}
    gone |= {id_ for id_, place in homes.items() if place is not None and place.given_back}
    by_resource: defaultdict[UUID, list[Place]] = defaultdict(list)
    for place in filter(None, homes.values()):
        by_resource[place.resource_id].append(place)
    for some in by_resource.values():
        for id_ in drawn_over(some) & gone:
            homes[id_] = None


def _block(row: ListedAppointment, read: Day, lane: Lane | None, css: str) -> Block:
    zone, held = read.clinic.zone, row.held_until
    reason = because(row.cancel_reason) if row.cancel_reason else ""
    kind = read.clinic.kind(row.purpose)
    state = held_chip(row, held, zone) if held else state_chip(row, read.now)
    involved = read.seen.about(row.id)
    hit = any(one.kind is ConflictKind.OVERRUN and one.hits == row.id for one in involved)
    return Block(
        row=row,
        name=held_for(row, read.names) if held else read.names.name(row.patient_id, row.reference),
        css=" ".join([*css.split(), *(["clash"] if hit else [])]),
        state=("Cannot begin", "danger", "triangle-alert") if hit else state,
        steps=_steps(kind, row) if kind and lane else (),
        at_home=lane is not None,
        lane=lane.first.id if lane else None,
        since=staff_day(row.starts_at, zone) if day_of(row.starts_at, zone) < read.day else "",
        starts=staff_time(row.starts_at, zone),
        ends=staff_time(row.ends_at, zone),
        so_far="" if hit else _so_far(row, read),
        reason=reason,
        room=lane.room.name if lane and lane.room else "",
        coming=coming_in_words(row, zone),
        coming_chip=coming_chip(row, zone),
        lasts=_lasts(row, read),
        nevertheless=overridden_in_words(row),
        conflicts=[line.text for line in conflict_lines(read.seen, read.clinic, row.id, read.called)]
        if involved
        else (),
    )


def _so_far(row: ListedAppointment, read: Day) -> str:
    """Only what was written down."""
    if row.state is AppointmentState.ARRIVED and row.arrived_at:
        return staff_time(row.arrived_at, read.clinic.zone)
    if row.state is AppointmentState.IN_PROGRESS and row.began_at:
        return f"{_minutes(read.now - row.began_at)} of {_minutes(row.ends_at - row.starts_at)}"
    return ""


def _lasts(row: ListedAppointment, read: Day) -> str:
    """As far as can be told."""
    placed = read.seen.placed.get(row.id)
    if placed is None or row.state is not AppointmentState.IN_PROGRESS:
        return ""
    beyond = placed.beyond_plan(placed.planned, read.now)
    return f"Lasts until about {staff_time(beyond.end, read.clinic.zone)}." if beyond else ""


def _minutes(length: timedelta) -> int:
    return max(length // timedelta(minutes=1), 0)


def _looks(row: ListedAppointment, read: Day) -> str:
    to_record = state_chip(row, read.now)[0] == "To record"
    return "record" if to_record else _LOOKS[row.state]


def _steps(kind: AppointmentKind, row: ListedAppointment) -> list[Step]:
    """Of an appointment as long as its kind; of an older plan nothing is known any more."""
    if len(kind.parts) < 2 or row.ends_at - row.starts_at != kind.length:
        return []
    steps: list[Step] = []
    at = row.starts_at
    for part in kind.parts:
        hours, minutes = divmod(-(-part.minutes // 5) * 5, 60)
        steps.append(Step(part.name, at, f"dh-{hours} dm-{minutes}"))
        at += timedelta(minutes=part.minutes)
    return steps


def _lane(
    clinic: Clinic,
    lane: Lane,
    row: int,
    stretch: Stretch,
    places: Mapping[UUID, Sequence[Place]],
    longer: Busy,
) -> DrawnLane:
    nurse = lane.kind is ResourceKind.NURSE_SEAT
    seats = lane.resources if nurse else ()
    seated = [place.during for one in seats for place in places.get(one.id, ()) if not place.given_back]
    seated += [during for one in seats for during in longer.get(one.id, ())]
    return DrawnLane(
        css=f"{_row(row)}{' seats' if nurse else ''}",
        name=lane.name,
        kind=lane.kind,
        first=lane.first.id,
        resource_id=None if nurse else lane.first.id,
        loads=[(f"{_across(stretch, load.during)} {_row(row)}", load) for load in loads(seated, stretch)],
        seats=len(lane.resources),
        away=[
            f"{_across(stretch, gone)} {_row(row)}"
            for gone in clinic.away(lane.first, stretch.during)
            if gone.overlaps(stretch.during)
        ],
    )


def _overruns(read: Day, stretch: Stretch, row_of: Mapping[UUID, int], longer: Busy) -> list[str]:
    """Each from where it should have ended: on the chair and with the clinician that it keeps, whether somebody waits or
    not, and on whatever else somebody waits for."""
    found = {
        (id_, one)
        for id_, some in longer.items()
        if id_ in row_of and read.clinic.resource(id_).kind is not ResourceKind.NURSE_SEAT
        for one in some
        if one.end > read.now and one.overlaps(stretch.during)
    }
    for one in read.seen.conflicts:
        if one.resource_id is not None and one.resource_id in row_of:
            taken = read.seen.placed[one.of].taken[one.resource_id]
            if taken.end < one.until:
                found.add((one.resource_id, Interval(taken.end, one.until)))
    return [f"{_across(stretch, during)} {_row(row_of[id_])}" for id_, during in sorted(found)]


def _now_line(stretch: Stretch, read: Day) -> str:
    if day_of(read.now, read.clinic.zone) != read.day or not stretch.start <= read.now < stretch.during.end:
        return ""
    return _from(stretch, read.now)


def _row(number: int) -> str:
    tens, units = divmod(number, 10)
    return f"rt-{tens} ru-{units}"


def _from(stretch: Stretch, at: datetime) -> str:
    hours, steps = divmod(stretch.step(at), 12)
    return f"fh-{hours} fm-{steps * 5}"


def _across(stretch: Stretch, during: Interval) -> str:
    begins, length = stretch.steps(during)
    (from_hours, from_steps), (hours, steps) = divmod(begins, 12), divmod(length, 12)
    return f"fh-{from_hours} fm-{from_steps * 5} dh-{hours} dm-{steps * 5}"


def _side(stretch: Stretch, during: Interval) -> str:
    """What stands far right says more to its left."""
    return " late" if stretch.steps(during)[0] > stretch.hours * 12 * 3 // 5 else ""
