"""`/staff/board`: one day of the clinic as a list, kept up to date by itself."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.wall_clock import day_of, whole_day
from services.scheduling.pages.names import Names, open_names
from services.scheduling.pages.staff import OurStaff, sees_scores
from services.scheduling.pages.typed_times import EARLIEST, LATEST, read_date
from services.scheduling.pages.words import ASKING, held_chip, state_chip, totals_in_words
from services.scheduling.store import clinics, day_list, scale_totals
from services.scheduling.store.day_list import ListedAppointment
from services.scheduling.use_cases.pages_changed import board_scope
from shared.database import Database
from shared.keyring import Keyring
from shared.settings import Settings
from shared.web.dependencies import TheClock, TheDatabase, TheKeyring, TheLive, ThePages, TheSettings
from shared.web.live_response import live_response
from shared.web.problems import FieldError, InvalidInput

router = APIRouter(prefix="/staff/board", include_in_schema=False)

Typed = Annotated[str | None, Query(alias="day")]


@router.get("")
async def board(
    staff: OurStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
    clock: TheClock,
    typed: Typed = None,
) -> Response:
    today = day_of(clock.now(), settings.clinic.zone)
    wrong, day = "", today
    if typed:
        try:
            day = read_date(typed)
        except ValueError as error:
            wrong = str(error)
    values = await _shown(database, keyring, settings, day, clock.now(), scores=sees_scores(staff))
    return pages.page(
        "board.html",
        status=422 if wrong else 200,
        staff=staff,
        wrong=wrong,
        today=today,
        before=max(day, EARLIEST + timedelta(days=1)) - timedelta(days=1),
        after=min(day, LATEST - timedelta(days=1)) + timedelta(days=1),
        **values,
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
) -> Response:
    """What stands inside the page's live region."""
    day = _day_or_today(typed, settings, clock.now())
    values = await _shown(database, keyring, settings, day, clock.now(), scores=sees_scores(staff))
    return pages.page("board_list.html", **values)


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


async def _shown(
    database: Database, keyring: Keyring, settings: Settings, day: date, now: datetime, *, scores: bool
) -> dict[str, Any]:
    """The values of board_list.html. `scores`: for somebody who may see what questionnaires came to."""
    zone = settings.clinic.zone
    async with database.transaction(read_only=True) as tx:
        clinic = await clinics.find(tx, settings.clinic.id)
        zone = clinic.zone if clinic else zone
        rows = await day_list.of_day(tx, settings.clinic.id, whole_day(day, zone))
        patients = [row.patient_id for row in rows] if scores else []
        totals = await scale_totals.newest(tx, settings.clinic.id, patients, whole_day(day, zone).end)
    names = await open_names(keyring, ((row.patient_id, row.contact) for row in rows))
    going = [row for row in rows if row.state not in {AppointmentState.CANCELLED, AppointmentState.HELD}]
    return {
        "day": day,
        "zone": zone,
        "other_zone": settings.clinic.zone if settings.clinic.zone != zone else "",
        "middle": whole_day(day, zone).start + timedelta(hours=12),
        "open": clinic.open_on(day) if clinic else [],
        "rows": [(*_drawn(row, names, now, zone), totals_in_words(totals.get(row.patient_id, ()))) for row in rows],
        "names_away": names.away,
        "sessions": sum(row.session_id is not None for row in going),
        "consultations": sum(row.session_id is None for row in going),
    }


def _drawn(row: ListedAppointment, names: Names, now: datetime, zone: str) -> tuple[ListedAppointment, str, Any]:
    """With whose it is, and its chip."""
    if row.held_until is not None:
        return row, ASKING, held_chip(row.held_until, zone)
    return row, names.name(row.patient_id, row.reference), state_chip(row, now)
