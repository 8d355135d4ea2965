"""One appointment as staff see it: what is planned, what happened, what stands in its way, and what they can do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from starlette.responses import Response

from services.scheduling.domain.appointment import AHEAD, MOVABLE, OPEN, AppointmentState
from services.scheduling.domain.clinic import Clinic, ResourceKind, as_counted
from services.scheduling.domain.consultation import Consultation
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.on_its_day import NotItsDay, is_its_day, must_be_its_day
from services.scheduling.domain.wall_clock import day_of, reads, whole_day
from services.scheduling.pages.appointment_desk import Desk
from services.scheduling.pages.appointment_words import (
    ConflictLine,
    coming_in_words,
    conflict_line,
    history,
    nevertheless,
)
from services.scheduling.pages.names import open_names
from services.scheduling.pages.question_words import question_in_words
from services.scheduling.pages.refused_time import GIVEN, NotGiven, refused_values
from services.scheduling.pages.words import REASONS, state_chip
from services.scheduling.problems import NoSessionsHere
from services.scheduling.store import appointment_acts, clinics, consultations, day_list
from services.scheduling.store.day_list import ListedAppointment
from services.scheduling.store.staff_names import staff_names
from services.scheduling.use_cases.see_conflicts import DaySeen, see_conflicts
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a page is drawn again: `said` stands above everything, `errors` beside the fields of the move."""

    status: int
    said: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, Any] = field(default_factory=dict)
    not_given: NotGiven = GIVEN


FINE = Trouble(200)
SOON = timedelta(minutes=5)
"""As near as something can be moved that takes place now."""


async def appointment_page(desk: Desk, appointment_id: UUID, trouble: Trouble = FINE) -> Response:
    """Raises AppointmentUnknown."""
    clinic_id = desk.settings.clinic.id
    async with desk.database.transaction(read_only=True) as tx:
        row = await day_list.of_appointment(tx, clinic_id, appointment_id)
        clinic = await the_clinic(tx, clinic_id)
        acts = await appointment_acts.of_appointment(tx, appointment_id)
        day = await see_conflicts(tx, clinic_id, whole_day(day_of(row.starts_at, clinic.zone), clinic.zone))
        called = await staff_names(tx, [row.booked_by, *(act.staff_id for act in acts)])
        consultation = await consultations.of_request(tx, row.request_id) if row.request_id else None
        now = tx.now
    names = await open_names(desk.keyring, [(row.patient_id, row.contact)])
    return desk.pages.page(
        "appointment.html",
        status=trouble.status,
        staff=desk.staff,
        row=row,
        day=day_of(row.starts_at, clinic.zone),
        name=names.name(row.patient_id, row.reference),
        names_away=names.away,
        state_chip=state_chip(row, now),
        history=history(row, acts, called, clinic.zone),
        given=nevertheless(row, acts, called),
        coming=coming_in_words(row, clinic.zone),
        question=question_in_words(row.question, clinic.zone) if row.question else "",
        conflicts=conflict_lines(day, clinic, appointment_id, {row.id: names.name(row.patient_id, row.reference)}),
        can=_can(row, consultation, now, clinic.zone),
        other_day=_other_day(row, now, clinic.zone),
        soon=now.replace(second=0, microsecond=0) + SOON,
        reasons=REASONS,
        said=trouble.said,
        errors=dict(trouble.errors),
        typed={**_as_it_is(row, clinic), **trouble.typed},
        chairs=[
            (one.id, one.name)
            for one in sorted(clinic.of_kind(ResourceKind.CHAIR), key=lambda chair: as_counted(chair.name))
        ],
        clinicians=[(one.id, one.name) for one in clinic.of_kind(ResourceKind.CLINICIAN)],
        **refused_values(trouble.not_given, clinic, desk.staff),
    )


async def the_clinic(tx: Transaction, clinic_id: UUID) -> Clinic:
    """Raises NoSessionsHere before it is set up."""
    clinic = await clinics.find(tx, clinic_id)
    if clinic is None:
        raise NoSessionsHere("This clinic is not set up yet.")
    return clinic


def conflict_lines(
    day: DaySeen, clinic: Clinic, about: UUID | None = None, called: Mapping[UUID, str] | None = None
) -> list[ConflictLine]:
    """`called`: names by appointment, as far as the page has them."""
    found = day.about(about) if about else day.conflicts
    return [conflict_line(one, day.placed, clinic, called or {}) for one in found]


def _can(row: ListedAppointment, consultation: Consultation | None, now: datetime, zone: str) -> set[str]:
    """What may be pressed. The use cases decide; this is what is offered."""
    may_anew = consultation is not None and consultation.can_be_booked_anew
    booked, arrived = row.state is AppointmentState.BOOKED, row.state is AppointmentState.ARRIVED
    begun = row.state is AppointmentState.IN_PROGRESS
    today = is_its_day(Interval(row.starts_at, row.ends_at), zone, now)
    offered = {
        "arrive": booked and today,
        "undo": arrived,
        "begin": (booked or arrived) and today,
        "unbegin": begun,
        "complete": row.session_id is None and (arrived or begun or (booked and row.starts_at <= now)),
        "record": row.session_id is not None and row.state in OPEN,
        "miss": booked and row.starts_at <= now,
        "move": row.state in MOVABLE,
        "cancel": row.state in AHEAD,
        "anew": row.state is AppointmentState.MISSED and (row.session_id is not None or may_anew),
    }
    return {name for name, is_so in offered.items() if is_so}


def _other_day(row: ListedAppointment, now: datetime, zone: str) -> NotItsDay | None:
    """Why nobody can arrive, where somebody might look for it."""
    try:
        if row.state in MOVABLE:
            must_be_its_day(Interval(row.starts_at, row.ends_at), zone, now)
    except NotItsDay as refused:
        return refused
    return None


def _as_it_is(row: ListedAppointment, clinic: Clinic) -> dict[str, str]:
    """The fields of the move before anybody typed."""
    local = reads(row.starts_at, clinic.zone)
    theirs = (one for one in clinic.of_kind(ResourceKind.CLINICIAN) if row.clinician_id in (one.id, one.staff_id))
    clinician = next(theirs, None)
    return {
        "date": f"{local:%Y-%m-%d}",
        "time": f"{local:%H:%M}",
        "clinician": str(clinician.id) if clinician and row.session_id else "",
    }
