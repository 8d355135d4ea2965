"""`/staff/sessions`: which sessions wait for a record, which are ahead, and each one by itself."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.refusal import AHEAD
from services.scheduling.domain.session import Session
from services.scheduling.pages.appointment_words import Nevertheless, coming_chip, nevertheless
from services.scheduling.pages.names import open_names
from services.scheduling.pages.staff import OurStaff, sees_scores
from services.scheduling.pages.words import (
    AMEND_REASONS,
    OUTCOMES,
    REASONS,
    SEVERITIES,
    state_chip,
    totals_in_words,
    waits_for_record,
)
from services.scheduling.problems import SessionNotFound
from services.scheduling.store import appointment_acts, day_list, earlier_records, scale_totals, sessions
from services.scheduling.store.day_list import ListedAppointment
from services.scheduling.store.earlier_records import EarlierRecord
from services.scheduling.store.staff_names import staff_names
from services.scheduling.use_cases.pages_changed import SESSIONS
from shared.clock import Clock
from shared.database import Database, Transaction
from shared.keyring import Keyring
from shared.settings import Settings
from shared.web.dependencies import TheClock, TheDatabase, TheKeyring, TheLive, ThePages, TheSettings
from shared.web.live_response import live_response
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix="/staff/sessions", include_in_schema=False)

BACK = timedelta(days=30)
UNDER_WAY = frozenset({AppointmentState.ARRIVED, AppointmentState.IN_PROGRESS})
MOST = 500
"""Rows of one page. A clinic of ten chairs has about this many sessions in two weeks."""


@router.get("")
async def session_list(
    staff: OurStaff, pages: ThePages, database: TheDatabase, keyring: TheKeyring, settings: TheSettings, clock: TheClock
) -> Response:
    values = await _listed(database, keyring, settings, clock)
    return pages.page("sessions.html", staff=staff, **values)


@router.get("/list")
async def fragment(
    staff: OurStaff, pages: ThePages, database: TheDatabase, keyring: TheKeyring, settings: TheSettings, clock: TheClock
) -> Response:
    """What stands inside the page's live region."""
    del staff  # asked for what it checks
    return pages.page("sessions_list.html", **await _listed(database, keyring, settings, clock))


@router.get("/live")
async def live(request: Request, staff: OurStaff, hub: TheLive) -> Response:
    return live_response(request, hub, [SESSIONS], staff)


@router.get("/{session_id}", responses=may_refuse(SessionNotFound))
async def one_session(
    session_id: UUID,
    staff: OurStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
    clock: TheClock,
) -> Response:
    found = await find_session(database, settings, session_id)
    row = found.row
    names = await open_names(keyring, [(row.patient_id, row.contact)])
    return pages.page(
        "session.html",
        staff=staff,
        session=found.session,
        earlier=found.earlier,
        scores=found.scores if sees_scores(staff) else (),
        row=row,
        name=names.name(row.patient_id, row.reference),
        names_away=names.away,
        state_chip=state_chip(row, clock.now()),
        by=found.names,
        given=found.given,
        outcomes=OUTCOMES,
        severities=SEVERITIES,
        reasons=REASONS,
        amend_reasons=AMEND_REASONS,
    )


@dataclass(frozen=True, slots=True)
class FoundSession:
    """A session, its appointment, what its record said before it was corrected, and what the staff in it are called."""

    session: Session
    row: ListedAppointment
    earlier: list[EarlierRecord]
    scores: list[tuple[str, str]]
    """What questionnaires came to before it and after it, each in one line; without what nobody filled in."""
    names: dict[UUID, str]
    given: Nevertheless | None


async def find_session(database: Database, settings: Settings, session_id: UUID) -> FoundSession:
    """Raises SessionNotFound."""
    async with database.transaction(read_only=True) as tx:
        session = await sessions.find(tx, settings.clinic.id, session_id)
        row = await day_list.of_session(tx, settings.clinic.id, session_id)
        if row is None:
            raise SessionNotFound(session_id)
        earlier = await earlier_records.of_session(tx, session_id)
        scores = await _scores(tx, settings, row)
        acts = await appointment_acts.of_appointment(tx, row.id) if row.overridden else []
        involved = [row.booked_by, session.recorded_by, *(one.recorded_by for one in earlier)]
        called = await staff_names(tx, [*involved, *(act.staff_id for act in acts)])
        return FoundSession(session, row, earlier, scores, called, nevertheless(row, acts, called))


async def _scores(tx: Transaction, settings: Settings, row: ListedAppointment) -> list[tuple[str, str]]:
    before = await scale_totals.newest(tx, settings.clinic.id, [row.patient_id], row.starts_at)
    after = await scale_totals.after_session(tx, settings.clinic.id, row.session_id) if row.session_id else []
    said = (
        ("Scales before", totals_in_words(before.get(row.patient_id, ()))),
        ("Scales after", totals_in_words(after)),
    )
    return [(when, words) for when, words in said if words]


async def _listed(database: Database, keyring: Keyring, settings: Settings, clock: Clock) -> dict[str, Any]:
    """The values of sessions_list.html."""
    now = clock.now()
    async with database.transaction(read_only=True) as tx:
        window = Interval(now - BACK, now + AHEAD)
        rows = await day_list.sessions_between(tx, settings.clinic.id, window, MOST)
    names = await open_names(keyring, ((row.patient_id, row.contact) for row in rows))
    shown = [
        (row, names.name(row.patient_id, row.reference), state_chip(row, now), coming_chip(row, settings.clinic.zone))
        for row in rows
    ]
    waiting = [one for one in shown if waits_for_record(one[0], now)]
    ahead = [one for one in shown if one[0].state is AppointmentState.BOOKED and one[0].ends_at > now]
    under_way = [one for one in shown if one[0].state in UNDER_WAY]
    over = [one for one in reversed(shown) if one[0].state not in {AppointmentState.BOOKED, *UNDER_WAY}]
    return {
        "waiting": waiting,
        "under_way": under_way,
        "ahead": ahead,
        "over": over,
        "full": len(rows) == MOST,
        "names_away": names.away,
    }
