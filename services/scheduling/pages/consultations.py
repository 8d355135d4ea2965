"""`/staff/consultations`: whom clinicians see today and later, and what waits for their decision."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.consultation import ConsultationState
from services.scheduling.domain.decision import may_decide
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.wall_clock import day_of
from services.scheduling.pages.decision_words import consultation_chip
from services.scheduling.pages.names import open_names
from services.scheduling.pages.staff import OurStaff
from services.scheduling.problems import ConsultationNotFound
from services.scheduling.store import consultation_list
from services.scheduling.store import consultations as consultations_stored
from services.scheduling.store.consultation_list import ListedConsultation
from services.scheduling.use_cases.pages_changed import CONSULTATIONS
from shared.clock import Clock
from shared.database import Database
from shared.events.consultation import ConsultationDecision
from shared.keyring import Keyring
from shared.settings import Settings
from shared.web.dependencies import TheClock, TheDatabase, TheKeyring, TheLive, ThePages, TheSettings
from shared.web.live_response import live_response
from shared.web.problems import problems as may_refuse
from shared.web.staff_session import StaffSession

router = APIRouter(prefix="/staff/consultations", include_in_schema=False)

BACK, AHEAD = timedelta(days=30), timedelta(days=90)
MOST = 500


class Whose(StrEnum):
    MINE = "mine"
    ALL = "all"


@router.get("")
async def consultations(
    staff: OurStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
    clock: TheClock,
    whose: Whose | None = None,
) -> Response:
    values = await _listed(staff, database, keyring, settings, clock, whose)
    return pages.page("consultations.html", staff=staff, **values)


@router.get("/list")
async def fragment(
    staff: OurStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
    clock: TheClock,
    whose: Whose | None = None,
) -> Response:
    """What stands inside the page's live region."""
    return pages.page("consultations_list.html", **await _listed(staff, database, keyring, settings, clock, whose))


@router.get("/live")
async def live(request: Request, staff: OurStaff, hub: TheLive) -> Response:
    return live_response(request, hub, [CONSULTATIONS], staff)


@router.get("/of/{request_id}", responses=may_refuse(ConsultationNotFound))
async def of_request(request_id: UUID, staff: OurStaff, database: TheDatabase, settings: TheSettings) -> Response:
    """For whoever knows only the request."""
    del staff  # asked for what it checks
    async with database.transaction(read_only=True) as tx:
        found = await consultations_stored.of_request(tx, request_id)
    if found is None or found.clinic_id != settings.clinic.id:
        raise ConsultationNotFound(request_id)
    return RedirectResponse(f"/staff/consultations/{found.id}", status_code=303)


@dataclass(slots=True)
class _Groups:
    """In the order in which they ask for attention."""

    late: list[Any] = field(default_factory=list)
    to_decide: list[Any] = field(default_factory=list)
    today: list[Any] = field(default_factory=list)
    ahead: list[Any] = field(default_factory=list)
    awaited: list[Any] = field(default_factory=list)
    over: list[Any] = field(default_factory=list)

    def of(self, row: ListedConsultation, now: datetime, zone: str) -> list[Any]:
        if waits_for_decision(row, now):
            return self.to_decide
        if row.is_late(now):
            return self.late
        if row.state is ConsultationState.BOOKED and row.starts_at is not None:
            return self.today if day_of(row.starts_at, zone) == day_of(now, zone) else self.ahead
        return self.awaited if row.decision is ConsultationDecision.MORE_INFORMATION else self.over


def waits_for_decision(row: ListedConsultation, now: datetime) -> bool:
    """It should have begun by now or is over already, and nobody has said what came of it."""
    over = row.appointment_state is AppointmentState.COMPLETED
    return row.state is ConsultationState.BOOKED and row.starts_at is not None and (over or row.starts_at <= now)


async def _listed(
    staff: StaffSession,
    database: Database,
    keyring: Keyring,
    settings: Settings,
    clock: Clock,
    whose: Whose | None,
) -> dict[str, Any]:
    """The values of consultations_list.html. Clinicians see their own first, everybody else all."""
    now = clock.now()
    whose = whose or (Whose.MINE if may_decide(staff.roles) else Whose.ALL)
    async with database.transaction(read_only=True) as tx:
        rows = await consultation_list.between(
            tx,
            settings.clinic.id,
            Interval(now - BACK, now + AHEAD),
            clinician_id=staff.staff_id if whose is Whose.MINE else None,
            most=MOST,
        )
    names = await open_names(keyring, ((row.patient_id, row.contact) for row in rows))
    groups = _Groups()
    for row in rows:
        chip = consultation_chip(row, waits=waits_for_decision(row, now))
        groups.of(row, now, settings.clinic.zone).append((row, names.name(row.patient_id, row.reference), chip))
    groups.late.sort(key=lambda one: (one[0].due_by, one[0].id))
    groups.over.reverse()
    return {"groups": groups, "whose": whose, "full": len(rows) == MOST, "names_away": names.away}
