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
from services.scheduling.domain.day_conflicts import ConflictKind
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.wall_clock import day_of
from services.scheduling.pages.appointment_words import because, coming_chip, coming_in_words, conflict_line
from services.scheduling.pages.names import Names
from services.scheduling.pages.words import held_chip, held_for, state_chip
from services.scheduling.store.day_list import ListedAppointment
from services.scheduling.use_cases.see_conflicts import DaySeen
from shared.web.templating import initials

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
_LANES = {ResourceKind.CHAIR: "Chairs", ResourceKind.CLINICIAN: "Clinicians", ResourceKind.NURSE_SEAT: "Nurses"}


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
    reason: str = ""
    coming: str = ""
    """What they have said of it, or are asked about it."""
    coming_chip: tuple[str, str, str] | None = None
    """The same, short, while it is awaited."""
    conflicts: Sequence[str] = ()

    @property
    def href(self) -> str:
        """What is held has no page: nobody knows whose it will be."""
        return "" if self.row.held_until else f"/staff/appointments/{self.row.id}"

    @property
    def movable(self) -> bool:
        return self.row.state in MOVABLE and self.row.held_until is None


@dataclass(frozen=True, slots=True)
class Beside:
    """What an appointment takes on another lane than its own."""

    css: str
    text: str


@dataclass(frozen=True, slots=True)
class DrawnLane:
    css: str
    name: str
    group: str
    """What this lane and those after it are; "" but for the first of its kind."""
    resource_id: UUID | None
    """Of a lane onto which an appointment can be moved."""
    loads: Sequence[tuple[str, Load]]
    seats: int
    away: Sequence[str]


@dataclass(frozen=True, slots=True)
class Board:
    """The values of board_list.html that are drawn."""

    start: datetime
    hours: int
    rows: int
    ticks: Sequence[tuple[str, datetime]]
    lanes: Sequence[DrawnLane]
    closed: Sequence[str]
    blocks: Sequence[Block]
    beside: Sequence[Beside]
    overruns: Sequence[str]
    """What lasts beyond its plan, into the time of somebody else."""
    now_line: str
    """"" on every other day, and outside the hours that are shown."""


def drawn(read: Day) -> Board:
    clinic, kinds = read.clinic, {one.id: one.kind for one in read.clinic.resources}
    open_ = clinic.open_on(read.day)
    rows = [row for row in read.rows if row.held_until is None or row.held_until > read.now]
    shown = [Interval(row.starts_at, row.ends_at) for row in rows if row.state is not AppointmentState.CANCELLED]
    stretch = Stretch.around([*open_, *shown], read.day, clinic.zone)
    places = _by_appointment(read.places, {row.id for row in rows})
    all_lanes = lanes(clinic, {one.resource_id for some in places.values() for one in some})
    row_of = {one.id: row for row, lane in enumerate(all_lanes, start=HEAD) for one in lane.resources}
    homes = {id_: home(some, kinds) for id_, some in places.items()}
    _leave_out_missed(rows, homes)
    blocks: list[Block] = []
    beside: list[Beside] = []
    below = HEAD + len(all_lanes)
    for row in rows:
        at = homes.get(row.id)
        if at is None:
            blocks.append(_block(row, read, at, f"off {_row(below)}"))
            below += 1
            continue
        where = f"{_across(stretch, at.during)} {_row(row_of[at.resource_id])}"
        blocks.append(_block(row, read, at, f"{_looks(row, read)} {where}{_side(stretch, at.during)}"))
        beside += [
            Beside(f"{_across(stretch, one.during)} {_row(row_of[one.resource_id])}", initials(blocks[-1].name))
            for one in places[row.id]
            if kinds[one.resource_id] is ResourceKind.CLINICIAN and one.resource_id != at.resource_id
        ]
    by_resource = _by_resource(places)
    return Board(
        start=stretch.start,
        hours=stretch.hours,
        rows=len(all_lanes),
        ticks=[(_from(stretch, hour), hour) for hour in stretch.full_hours],
        lanes=[
            _lane(clinic, lane, all_lanes[number - 1] if number else None, number + HEAD, stretch, by_resource)
            for number, lane in enumerate(all_lanes)
        ],
        closed=[_across(stretch, gap) for gap in gaps(open_, stretch.during)],
        blocks=blocks,
        beside=beside,
        overruns=_overruns(read, stretch, row_of),
        now_line=_now_line(stretch, read),
    )


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


def _leave_out_missed(rows: Sequence[ListedAppointment], homes: dict[UUID, Place | None]) -> None:
    """Where somebody else came in the place of who was missed, the lane shows who came."""
    missed = {row.id for row in rows if row.state is AppointmentState.MISSED}
    by_resource: defaultdict[UUID, list[Place]] = defaultdict(list)
    for place in filter(None, homes.values()):
        by_resource[place.resource_id].append(place)
    for some in by_resource.values():
        for id_ in drawn_over(some) & missed:
            homes[id_] = None


def _block(row: ListedAppointment, read: Day, at: Place | None, css: str) -> Block:
    zone, held = read.clinic.zone, row.held_until
    reason = because(row.cancel_reason) if row.cancel_reason else ""
    kind = read.clinic.kind(row.purpose)
    state = held_chip(row, held, zone) if held else state_chip(row, read.now)
    hit = _is_hit(row, read)
    return Block(
        row=row,
        name=held_for(row, read.names) if held else read.names.name(row.patient_id, row.reference),
        css=" ".join([*css.split(), *(["clash"] if hit else [])]),
        state=("Cannot begin", "danger", "triangle-alert") if hit else state,
        steps=_steps(kind, row) if kind and at else (),
        at_home=at is not None,
        lane=at.resource_id if at else None,
        reason=reason,
        coming=coming_in_words(row, zone),
        coming_chip=coming_chip(row, zone),
        conflicts=[conflict_line(one, read.seen.placed, read.clinic).text for one in read.seen.about(row.id)],
    )


def _is_hit(row: ListedAppointment, read: Day) -> bool:
    return any(one.kind is ConflictKind.OVERRUN and one.hits == row.id for one in read.seen.conflicts)


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
    before: Lane | None,
    row: int,
    stretch: Stretch,
    places: Mapping[UUID, Sequence[Place]],
) -> DrawnLane:
    nurse = lane.kind is ResourceKind.NURSE_SEAT
    on_it = [place for one in lane.resources for place in places.get(one.id, ())] if nurse else []
    return DrawnLane(
        css=f"{_row(row)}{' seats' if nurse else ''}",
        name=lane.name,
        group="" if before and before.kind is lane.kind else _LANES[lane.kind],
        resource_id=None if nurse else lane.first.id,
        loads=[(f"{_across(stretch, load.during)} {_row(row)}", load) for load in loads(on_it, stretch)],
        seats=len(lane.resources),
        away=[
            f"{_across(stretch, gone)} {_row(row)}"
            for gone in clinic.away(lane.first, stretch.during)
            if gone.overlaps(stretch.during)
        ],
    )


def _overruns(read: Day, stretch: Stretch, row_of: Mapping[UUID, int]) -> list[str]:
    """Each from where it should have ended on the resource that somebody else waits for."""
    found: list[str] = []
    for one in read.seen.conflicts:
        if one.resource_id is None or one.resource_id not in row_of:
            continue
        taken = read.seen.placed[one.of].taken[one.resource_id]
        if taken.end < one.until:
            found.append(f"{_across(stretch, Interval(taken.end, one.until))} {_row(row_of[one.resource_id])}")
    return found


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
