"""`/staff/board`: one day of the clinic, chair by chair and person by person, kept up to date by itself."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.scheduling.domain.clinic import Clinic
from services.scheduling.domain.wall_clock import day_of, whole_day
from services.scheduling.pages.appointment_drawn import conflict_lines
from services.scheduling.pages.board_drawn import Day, drawn
from services.scheduling.pages.clinic_words import open_words
from services.scheduling.pages.names import open_names
from services.scheduling.pages.staff import OurStaff, changes_bookings, sees_scores
from services.scheduling.pages.typed_times import EARLIEST, LATEST, read_date
from services.scheduling.pages.words import day_in_words, totals_in_words
from services.scheduling.store import clinics, day_list, scale_totals
from services.scheduling.use_cases.pages_changed import board_scope
from services.scheduling.use_cases.see_conflicts import see_conflicts
from shared.database import Database
from shared.keyring import Keyring
from shared.settings import Settings
from shared.web.dependencies import TheClock, TheDatabase, TheKeyring, TheLive, ThePages, TheSettings
from shared.web.live_response import live_response
from shared.web.problems import FieldError, InvalidInput
from shared.web.staff_session import StaffSession

router = APIRouter(prefix="/staff/board", include_in_schema=False)

Typed = Annotated[str | None, Query(alias="day")]
As = Annotated[Literal["board", "list", "rooms"], Query(alias="as")]
"""A list is a board that is a list on a wide screen and on paper too: in order of time, or room by room."""


@router.get("")
async def board(
    staff: OurStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
    clock: TheClock,
    typed: Typed = None,
    seen_as: As = "board",
    found: UUID | None = None,
) -> Response:
    """`found` is the appointment that was searched for."""
    today = day_of(clock.now(), settings.clinic.zone)
    wrong, day = "", today
    if typed:
        try:
            day = read_date(typed)
        except ValueError as error:
            wrong = str(error)
    shown = await shown_day(database, keyring, settings, staff, day, clock.now())
    return pages.page(
        "board.html",
        status=422 if wrong else 200,
        staff=staff,
        wrong=wrong,
        today=today,
        before=max(day, EARLIEST + timedelta(days=1)) - timedelta(days=1),
        after=min(day, LATEST - timedelta(days=1)) + timedelta(days=1),
        seen_as=seen_as,
        found=found,
        **shown,
    )


@router.get("/list")
async def fragment(
    staff: OurStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
    clock: TheClock,
    typed: Typed = None,
    seen_as: As = "board",
    found: UUID | None = None,
) -> Response:
    """What stands inside the page's live region."""
    day = _day_or_today(typed, settings, clock.now())
    shown = await shown_day(database, keyring, settings, staff, day, clock.now())
    return pages.page("board_list.html", seen_as=seen_as, found=found, **shown)


@router.get("/live")
async def live(
    request: Request, staff: OurStaff, hub: TheLive, settings: TheSettings, clock: TheClock, typed: Typed = None
) -> Response:
    return live_response(request, hub, [board_scope(_day_or_today(typed, settings, clock.now()))], staff)


def _day_or_today(typed: str | None, settings: Settings, now: datetime) -> date:
    if not typed:
        return day_of(now, settings.clinic.zone)
    try:
        return read_date(typed)
    except ValueError as error:
        raise InvalidInput(errors=[FieldError(str(error), parameter="day")]) from None


async def shown_day(
    database: Database, keyring: Keyring, settings: Settings, staff: StaffSession, day: date, now: datetime
) -> dict[str, Any]:
    """The values of board_list.html. What questionnaires came to only for somebody who treats."""
    ours = settings.clinic
    async with database.transaction(read_only=True) as tx:
        clinic = await clinics.find(tx, ours.id) or Clinic(ours.id, ours.name, ours.zone, (), (), ())
        whole = whole_day(day, clinic.zone)
        rows = await day_list.of_day(tx, clinic.id, whole)
        places = await day_list.places_of_day(tx, clinic.id, whole)
        patients = [row.patient_id for row in rows] if sees_scores(staff) else []
        seen = await see_conflicts(tx, clinic.id, whole)
        totals = await scale_totals.newest(tx, clinic.id, patients, whole.end)
    names = await open_names(keyring, ((row.patient_id, row.contact) for row in rows))
    read = Day(clinic, day, rows, places, names, seen, now)
    return {
        "day": day,
        "zone": clinic.zone,
        "other_zone": ours.zone if ours.zone != clinic.zone else "",
        "middle": whole.start + timedelta(hours=12),
        "open": open_words(clinic.open_on(day), day, clinic.zone),
        "board": drawn(read),
        "counts": day_in_words((row for row in rows if row.starts_at >= whole.start), now),
        "scores": {patient_id: totals_in_words(some) for patient_id, some in totals.items()},
        "conflicts": conflict_lines(seen, clinic, called=read.called),
        "names_away": names.away,
        "may_move": changes_bookings(staff),
    }
