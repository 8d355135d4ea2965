"""`/staff/board/find`: to the day on which somebody comes, by their reference or their name.

A reference is ours; names are intake's. By POST: a name stands in no address.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Response
from starlette.responses import RedirectResponse

from services.scheduling.domain.wall_clock import day_of
from services.scheduling.outside.intake import IntakeSilent, People
from services.scheduling.pages.choose_patient import by_reference
from services.scheduling.pages.named_people import MOST, SILENT, ThePeople, named
from services.scheduling.pages.names import open_names
from services.scheduling.pages.staff import OurStaff
from services.scheduling.pages.words import state_chip
from services.scheduling.store import day_list
from services.scheduling.store.day_list import ListedAppointment
from shared.database import Database
from shared.settings import Settings
from shared.web.dependencies import TheClock, TheDatabase, TheKeyring, ThePages, TheSettings

router = APIRouter(prefix="/staff/board", include_in_schema=False)

EMPTY = "Write a reference or a whole name."
NOBODY = "Nobody who comes here is found by this. A name has to be whole; a reference looks like {prefix}-4K7Q2M."


@dataclass(frozen=True, slots=True)
class _Found:
    rows: list[ListedAppointment]
    wrong: str = ""


@router.post("/find")
async def find(
    staff: OurStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
    clock: TheClock,
    people: ThePeople,
    typed: Annotated[str, Form(alias="find", max_length=100)] = "",
) -> Response:
    """Of one person the next appointment, or the last; of several a list to choose from."""
    found = await _look(database, settings, people, typed.strip())
    if len(found.rows) == 1:
        row = found.rows[0]
        day = day_of(row.starts_at, settings.clinic.zone)
        return RedirectResponse(f"/staff/board?day={day}&found={row.id}#a-{row.id}", status_code=303)
    names = await open_names(keyring, ((row.patient_id, row.contact) for row in found.rows))
    now = clock.now()
    return pages.page(
        "board_found.html",
        status=422 if found.wrong else 200,
        staff=staff,
        typed=typed,
        wrong=found.wrong,
        rows=[(row, names.name(row.patient_id, row.reference), state_chip(row, now)) for row in found.rows],
        names_away=names.away,
        day_of=lambda row: day_of(row.starts_at, settings.clinic.zone),
    )


async def _look(database: Database, settings: Settings, people: People, typed: str) -> _Found:
    if not typed:
        return _Found([], EMPTY)
    nobody = NOBODY.format(prefix=settings.clinic.reference_prefix)
    async with database.transaction(read_only=True) as tx:
        known = await by_reference(tx, settings.clinic, typed)
        if known is not None and (rows := await day_list.nearest_of(tx, settings.clinic.id, [known], MOST)):
            return _Found(rows)
    try:
        meant = await named(people, typed)
    except IntakeSilent:
        return _Found([], SILENT.format(what="appointment"))
    async with database.transaction(read_only=True) as tx:
        rows = await day_list.nearest_of(tx, settings.clinic.id, meant, MOST)
    return _Found(rows, "" if rows else nobody)
