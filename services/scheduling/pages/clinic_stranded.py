"""`/staff/clinic/stranded`: bookings that the clinic's day has no place for any more, and one press that moves them or asks."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from services.scheduling.callers import whole_minute, within_reach
from services.scheduling.domain.appointment import AppointmentIsOver
from services.scheduling.domain.change import ChangedMeanwhile
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.domain.session import SessionNotBooked
from services.scheduling.domain.slot_offer import OfferState
from services.scheduling.pages.staff import OurStaff, PatientStaff, changes_bookings
from services.scheduling.pages.stranded_drawn import drawn
from services.scheduling.pages.waiting_words import hours_in_words
from services.scheduling.problems import ClinicNotSetUp, OfferIsOver, OfferUnknown
from services.scheduling.store import slot_offering
from services.scheduling.store.appointments import AppointmentUnknown
from services.scheduling.use_cases.answer_move import accept_move, decline_move
from services.scheduling.use_cases.ask_about_move import ask_about_move
from services.scheduling.use_cases.book_session import PrescriberUnknown
from services.scheduling.use_cases.change_clinic import stranded_now, the_clinic
from services.scheduling.use_cases.move_by_staff import KindGone, TimeIsPast
from services.scheduling.use_cases.move_stranded import Proposal, move_stranded
from services.scheduling.use_cases.offer_by_hand import AlreadyAsked, TooSoonToOffer
from services.scheduling.use_cases.take_in_hand import Press
from shared.database.failures import Contended
from shared.web.dependencies import TheClock, TheDatabase, TheKeyring, ThePages, TheSettings
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix="/staff/clinic/stranded", include_in_schema=False)

OVERTAKEN = (
    TimeRefused,
    ChangedMeanwhile,
    AppointmentIsOver,
    AppointmentUnknown,
    SessionNotBooked,
    PrescriberUnknown,
    KindGone,
    TimeIsPast,
    Contended,
)
"""Something happened since the page was shown; the booking stays as it is, and listed if it still needs it."""
Count = Annotated[int | None, Query(ge=0, le=100_000)]


@router.get("", responses=may_refuse(ClinicNotSetUp))
async def listed(
    staff: OurStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
    saved: bool = False,
    moved: Count = None,
    not_moved: Count = None,
    asked: Count = None,
    not_asked: Count = None,
    no: UUID | None = None,
) -> Response:
    """`no` is a question to which somebody has just said no by telephone."""
    async with database.transaction(read_only=True) as tx:
        clinic = await the_clinic(tx, settings.clinic.id)
        found = await stranded_now(tx, clinic)
        offering = await slot_offering.of_clinic(tx, clinic.id)
    shown = await drawn(database, keyring, clinic, found)
    return pages.page(
        "clinic_stranded.html",
        staff=staff,
        shown=shown,
        said_no=next((one for one in shown.listed if no and one.asked and one.asked.id == no), None),
        may_move=changes_bookings(staff),
        proposed=any(one.instead for one in found),
        just_saved=saved,
        moved=moved,
        not_moved=not_moved,
        asked=asked,
        not_asked=not_asked,
        within=hours_in_words(offering),
    )


@router.post("")
async def move(
    request: Request, staff: PatientStaff, database: TheDatabase, settings: TheSettings, clock: TheClock
) -> Response:
    """Each in a transaction of its own: one that cannot be had keeps no other back. Pressed twice, the second finds that
    all of it has changed, and moves nothing."""
    moved = not_moved = 0
    for proposal in _proposals(await request.form(), settings.clinic.id, staff.staff_id, clock.now()):
        try:
            async with database.transaction() as tx:
                await move_stranded(tx, proposal)
            moved += 1
        except OVERTAKEN:
            not_moved += 1
    return _see(f"?moved={moved}&not_moved={not_moved}")


@router.post("/ask")
async def ask(
    request: Request, staff: PatientStaff, database: TheDatabase, settings: TheSettings, clock: TheClock
) -> Response:
    """The same: each by itself, and nobody twice."""
    asked = not_asked = 0
    for proposal in _proposals(await request.form(), settings.clinic.id, staff.staff_id, clock.now()):
        try:
            async with database.transaction() as tx:
                await ask_about_move(tx, proposal)
            asked += 1
        except (*OVERTAKEN, AlreadyAsked, TooSoonToOffer):
            not_asked += 1
    return _see(f"?asked={asked}&not_asked={not_asked}")


@router.post("/asked/{asked_id}/yes", responses=may_refuse(OfferUnknown, OfferIsOver))
async def said_yes(asked_id: UUID, staff: PatientStaff, database: TheDatabase) -> Response:
    """By telephone."""
    async with database.transaction() as tx:
        after = await accept_move(tx, asked_id, by=staff.staff_id)
    return _see("?moved=1&not_moved=0" if after.state is OfferState.ACCEPTED else "?moved=0&not_moved=1")


@router.post("/asked/{asked_id}/no", responses=may_refuse(OfferUnknown, OfferIsOver))
async def said_no(asked_id: UUID, staff: PatientStaff, database: TheDatabase) -> Response:
    """By telephone."""
    async with database.transaction() as tx:
        await decline_move(tx, asked_id, by=staff.staff_id)
    return _see(f"?no={asked_id}")


def _see(query: str) -> Response:
    return RedirectResponse(f"/staff/clinic/stranded{query}", status_code=303, headers={"Cache-Control": "no-store"})


def _proposals(sent: FormData, clinic_id: UUID, by: UUID, now: datetime) -> Iterator[Proposal]:
    """What is ticked, each as its box says it: appointment, version, start, clinician. What nobody was shown is left out."""
    for ticked in sent.getlist("move"):
        try:
            appointment_id, version, start, clinician = str(ticked).split(",")
            starts_at = datetime.fromisoformat(start)
            proposal = Proposal(
                Press(clinic_id, UUID(appointment_id), int(version), by),
                starts_at,
                UUID(clinician) if clinician else None,
            )
        except ValueError:
            continue
        if starts_at.tzinfo is not None and within_reach(starts_at, now) and whole_minute(starts_at):
            yield proposal
