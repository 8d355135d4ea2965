"""`/staff/waiting-list`: who waits, in which order and why, what they are asked for; and how freed times are given away."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse

from services.scheduling.domain.slot_offer import Offering, OfferState, Way
from services.scheduling.domain.waiting_line import place
from services.scheduling.pages.names import open_names
from services.scheduling.pages.staff import Administrator, OurStaff, PatientStaff
from services.scheduling.pages.waiting_words import (
    ANSWERS,
    URGENCIES,
    WAYS,
    offer_in_words,
    way_in_words,
    wishes_in_words,
)
from services.scheduling.problems import OfferIsOver, OfferUnknown
from services.scheduling.store import listed_waiting, slot_offering, slot_offers
from services.scheduling.use_cases.answer_offer import accept_offer, decline_offer
from services.scheduling.use_cases.choose_way import choose_way
from services.scheduling.use_cases.pages_changed import WAITING_LIST
from shared.database import Database
from shared.events.staff import Role
from shared.keyring import Keyring
from shared.settings import Settings
from shared.web.dependencies import TheClock, TheDatabase, TheKeyring, TheLive, ThePages, TheSettings
from shared.web.forms import FormErrors, parse_form
from shared.web.live_response import live_response
from shared.web.problems import problems as may_refuse
from shared.web.staff_session import StaffSession

router = APIRouter(prefix="/staff/waiting-list", include_in_schema=False)
MOST, LATELY = 300, 20
LIST = "/staff/waiting-list"


class NewWay(BaseModel):
    """Hours are of daytime. `at_once` counts only where several are asked."""

    way: Annotated[Way, Field(json_schema_extra={"messages": {"missing": "Choose what happens with a free time."}})]
    hours: Annotated[float, Field(ge=0.25, le=48)]
    at_once: Annotated[int, Field(ge=2, le=20)]
    nearer_than: Annotated[int, Field(ge=0, le=168)]
    book_urgent: bool = False


@router.get("")
async def show(
    staff: OurStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
    clock: TheClock,
) -> Response:
    return pages.page("waiting_list.html", staff=staff, **await _shown(database, keyring, settings, clock.now(), staff))


@router.get("/list")
async def fragment(
    staff: OurStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
    clock: TheClock,
) -> Response:
    """What stands inside the page's live region."""
    return pages.page("waiting_list_rows.html", **await _shown(database, keyring, settings, clock.now(), staff))


@router.get("/live")
async def live(request: Request, staff: OurStaff, hub: TheLive) -> Response:
    return live_response(request, hub, [WAITING_LIST], staff)


@router.get("/way")
async def form(staff: Administrator, pages: ThePages, database: TheDatabase, settings: TheSettings) -> Response:
    async with database.transaction(read_only=True) as tx:
        now = await slot_offering.of_clinic(tx, settings.clinic.id)
    typed = {
        "way": now.way,
        "hours": f"{now.within.total_seconds() / 3600:g}",
        "at_once": now.at_once,
        "nearer_than": int(now.nearer_than.total_seconds() // 3600),
        "book_urgent": now.book_urgent,
    }
    return pages.page("waiting_way.html", staff=staff, ways=_ways(), typed=typed, errors={})


@router.post("/way")
async def choose(
    request: Request, staff: Administrator, pages: ThePages, database: TheDatabase, settings: TheSettings
) -> Response:
    form = parse_form(NewWay, await request.form())
    if isinstance(form, FormErrors):
        blank = dict.fromkeys(NewWay.model_fields, "")
        shown = {"ways": _ways(), "typed": {**blank, **form.typed}, "errors": form.errors}
        return pages.page("waiting_way.html", status=422, staff=staff, **shown)
    offering = Offering.in_hours(form.way, form.hours, form.at_once, form.nearer_than, book_urgent=form.book_urgent)
    async with database.transaction() as tx:
        await choose_way(tx, settings.clinic.id, offering, by=staff.staff_id)
    return _see(LIST)


@router.post("/offers/{offer_id}/yes", responses=may_refuse(OfferUnknown, OfferIsOver))
async def said_yes(offer_id: UUID, staff: PatientStaff, database: TheDatabase) -> Response:
    """By telephone."""
    async with database.transaction() as tx:
        appointment = await accept_offer(tx, offer_id, by=staff.staff_id)
    if appointment is None:
        raise OfferIsOver(OfferState.ENDED)
    return _see(LIST)


@router.post("/offers/{offer_id}/no", responses=may_refuse(OfferUnknown, OfferIsOver))
async def said_no(offer_id: UUID, staff: PatientStaff, database: TheDatabase) -> Response:
    """By telephone."""
    async with database.transaction() as tx:
        await decline_offer(tx, offer_id, by=staff.staff_id)
    return _see(LIST)


def _see(where: str) -> Response:
    return RedirectResponse(where, status_code=303, headers={"Cache-Control": "no-store"})


def _ways() -> list[tuple[str, str, str]]:
    return [(way.value, *said) for way, said in WAYS.items()]


async def _shown(
    database: Database, keyring: Keyring, settings: Settings, now: Any, staff: StaffSession
) -> dict[str, Any]:
    """The values of waiting_list_rows.html."""
    clinic_id, zone = settings.clinic.id, settings.clinic.zone
    async with database.transaction(read_only=True) as tx:
        offering = await slot_offering.of_clinic(tx, clinic_id)
        waiting = await listed_waiting.of_clinic(tx, clinic_id, MOST)
        lately = await slot_offers.lately(tx, clinic_id, LATELY)
        contacts = await listed_waiting.contacts(tx, [offer.patient_id for offer in lately])
    waiting.sort(key=lambda row: (place(row.consultation, now), row.consultation.requested_at))
    known = {row.consultation.patient_id: row.contact for row in waiting} | contacts
    names = await open_names(keyring, known.items())
    return {
        "way": way_in_words(offering),
        "waiting": [
            (
                row,
                names.name(row.consultation.patient_id, row.consultation.reference),
                URGENCIES[row.consultation.urgency],
                wishes_in_words(row.consultation),
            )
            for row in waiting
        ],
        "lately": [(offer, names.name(offer.patient_id, offer.reference)) for offer in lately],
        "answers": ANSWERS,
        "offer_words": {
            offer.id: offer_in_words(offer, zone)
            for offer in [*lately, *(o for row in waiting for o in row.offers[:1])]
        },
        "full": len(waiting) == MOST,
        "names_away": names.away,
        "acts": not staff.roles.isdisjoint({Role.FRONT_DESK, Role.NURSE, Role.CLINICIAN}),
        "administrates": Role.ADMINISTRATOR in staff.roles,
    }
