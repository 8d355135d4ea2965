"""`/staff/board/week`: seven days side by side, how full each chair and person is, and the way into each day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.board import Lane, lanes
from services.scheduling.domain.clinic import Clinic, Purpose, Resource
from services.scheduling.domain.interval import Interval, without
from services.scheduling.domain.wall_clock import day_of, whole_day
from services.scheduling.pages.clinic_words import open_words
from services.scheduling.pages.lane_groups import grouped
from services.scheduling.pages.staff import OurStaff
from services.scheduling.pages.typed_times import EARLIEST, LATEST, read_date
from services.scheduling.store import clinics, week_load
from services.scheduling.store.week_load import Taken
from services.scheduling.use_cases.pages_changed import board_scope
from shared.database import Database
from shared.settings import Settings
from shared.web.dependencies import TheClock, TheDatabase, TheLive, ThePages, TheSettings
from shared.web.live_response import live_response

router = APIRouter(prefix="/staff/board/week", include_in_schema=False)

DAYS = 7
NOTHING = Taken(0, timedelta(0))
Typed = Annotated[str | None, Query(alias="day")]


@dataclass(frozen=True, slots=True)
class DayHead:
    """One column. `given_up`: cancelled or missed."""

    day: date
    noon: datetime
    open: Sequence[Interval]
    opening: str
    sessions: int
    consultations: int
    given_up: int


@dataclass(frozen=True, slots=True)
class Cell:
    """`tenths` of the time that could be had, as a bar; more than ten where somebody works beyond the hours."""

    taken: Taken
    can_be: timedelta

    @property
    def tenths(self) -> int:
        if not self.taken.length:
            return 0
        return min(max(round(10 * self.taken.length / self.can_be), 1), 10) if self.can_be else 10


@dataclass(frozen=True, slots=True)
class Row:
    """One chair, or one person with all of their seats."""

    name: str
    cells: Sequence[Cell]


@router.get("")
async def week(
    staff: OurStaff,
    pages: ThePages,
    database: TheDatabase,
    settings: TheSettings,
    clock: TheClock,
    typed: Typed = None,
) -> Response:
    """The week, from Monday on, of any of its days."""
    today = day_of(clock.now(), settings.clinic.zone)
    wrong, day = "", today
    if typed:
        try:
            day = read_date(typed)
        except ValueError as error:
            wrong = str(error)
    monday = _monday(day)
    return pages.page(
        "board_week.html",
        status=422 if wrong else 200,
        staff=staff,
        wrong=wrong,
        before=max(monday - timedelta(days=DAYS), EARLIEST),
        after=min(monday + timedelta(days=DAYS), LATEST),
        this_week=_monday(today) == monday,
        **await _shown(database, settings, monday, today),
    )


@router.get("/table")
async def fragment(
    staff: OurStaff, pages: ThePages, database: TheDatabase, settings: TheSettings, clock: TheClock, typed: Typed = None
) -> Response:
    """What stands inside the page's live region."""
    del staff  # asked for what it checks
    today = day_of(clock.now(), settings.clinic.zone)
    return pages.page("board_week_table.html", **await _shown(database, settings, _monday(_read(typed, today)), today))


@router.get("/live")
async def live(
    request: Request, staff: OurStaff, hub: TheLive, settings: TheSettings, clock: TheClock, typed: Typed = None
) -> Response:
    monday = _monday(_read(typed, day_of(clock.now(), settings.clinic.zone)))
    return live_response(request, hub, [board_scope(monday + timedelta(days=n)) for n in range(DAYS)], staff)


def _read(typed: str | None, today: date) -> date:
    """Our own pages write this address: what cannot be read is somebody's play, and gets today."""
    try:
        return read_date(typed) if typed else today
    except ValueError:
        return today


def _monday(day: date) -> date:
    """The last whole week that the calendar has, at its ends."""
    return min(max(day - timedelta(days=day.weekday()), EARLIEST), LATEST - timedelta(days=DAYS))


async def _shown(database: Database, settings: Settings, monday: date, today: date) -> dict[str, Any]:
    """The values of board_week_table.html."""
    ours = settings.clinic
    days = [monday + timedelta(days=n) for n in range(DAYS)]
    async with database.transaction(read_only=True) as tx:
        clinic = await clinics.find(tx, ours.id) or Clinic(ours.id, ours.name, ours.zone, (), (), ())
        window = Interval(whole_day(days[0], clinic.zone).start, whole_day(days[-1], clinic.zone).end)
        taken = await week_load.of_resources(tx, clinic.id, {day: whole_day(day, clinic.zone) for day in days})
        kinds = await week_load.of_kinds(tx, clinic.id, window, clinic.zone)
    heads = [_head(clinic, day, kinds) for day in days]
    groups = grouped(lanes(clinic, {resource_id for resource_id, _ in taken}))
    return {
        "zone": clinic.zone,
        "monday": monday,
        "today": today,
        "heads": heads,
        "groups": [(name, [_row(clinic, lane, heads, taken) for lane in some]) for name, some in groups],
    }


def _head(clinic: Clinic, day: date, kinds: Mapping[tuple[date, Purpose, AppointmentState], int]) -> DayHead:
    off = {AppointmentState.CANCELLED, AppointmentState.MISSED}

    def number(purpose: Purpose) -> int:
        return sum(n for (on, what, state), n in kinds.items() if on == day and what is purpose and state not in off)

    open_ = clinic.open_on(day)
    return DayHead(
        day=day,
        noon=whole_day(day, clinic.zone).start + timedelta(hours=12),
        open=open_,
        opening=open_words(open_, day, clinic.zone),
        sessions=number(Purpose.SESSION),
        consultations=number(Purpose.CONSULTATION),
        given_up=sum(n for (on, _, state), n in kinds.items() if on == day and state in off),
    )


def _row(
    clinic: Clinic,
    lane: Lane,
    heads: Sequence[DayHead],
    taken: Mapping[tuple[UUID, date], Taken],
) -> Row:
    cells: list[Cell] = []
    for head in heads:
        each = [taken.get((one.id, head.day), NOTHING) for one in lane.resources]
        there = [stretch for one in lane.resources for stretch in _there(clinic, one, head.open)]
        open_ = sum((stretch.length for stretch in there), timedelta(0))
        cells.append(
            Cell(Taken(sum(one.appointments for one in each), sum((one.length for one in each), timedelta(0))), open_)
        )
    return Row(lane.name, cells)


def _there(clinic: Clinic, resource: Resource, hours: Sequence[Interval]) -> list[Interval]:
    """When it could serve within these hours."""
    return [left for one in hours for left in without([one], list(clinic.away(resource, one)))]
