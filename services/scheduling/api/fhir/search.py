"""`/fhir`: Schedule, Slot and Appointment of FHIR R4, to be read and searched by whoever is signed in as staff."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import JSONResponse

from services.scheduling.api.fhir import resources
from services.scheduling.api.fhir.asked import Asks, json_is_spoken, must_be_meant, refuse
from services.scheduling.api.fhir.capability import capability_statement
from services.scheduling.api.fhir.described import answers, asked
from services.scheduling.api.fhir.resources import MEDIA_TYPE, Json, Names, uuid_of
from services.scheduling.domain.clinic import Clinic, Resource
from services.scheduling.domain.fhir_slot import FhirSlot, SlotStatus, slot_named, slots_of
from services.scheduling.domain.fhir_status import FhirStatus, facts_of
from services.scheduling.domain.interval import Interval
from services.scheduling.pages.staff import OurStaff
from services.scheduling.problems import AppointmentNotFound
from services.scheduling.store import bookings, clinics, fhir_appointments
from services.scheduling.store.fhir_appointments import Asked, FoundAppointment
from shared.database import Transaction
from shared.web.conditional import has_newest, http_date
from shared.web.dependencies import TheClock, TheDatabase, TheSettings
from shared.web.problems import NotFound

router = APIRouter(prefix="/fhir", tags=["FHIR"])

_PAGED = {"_count": "At most so many on a page; 200 at most", "_after": "Where a page begins: from the link `next`"}
SCHEDULE = {
    "_id": "Of one",
    "actor": "Practitioner/… or Location/…",
    "active": "true or false",
    **_PAGED,
}
SLOT = {
    "schedule": "Schedule/…",
    "start": "When it starts, such as ge2027-03-01; twice for from and until; by itself four weeks from now",
    "status": "free, busy, busy-tentative, busy-unavailable; several with commas",
    **_PAGED,
}
APPOINTMENT = {
    "_id": "Of one",
    "_lastUpdated": "Changed since, such as ge2027-03-01T09:00:00Z",
    "date": "When it starts; twice for from and until",
    "status": "One of the ten of R4; several with commas",
    "patient": "Patient/…",
    "practitioner": "Practitioner/…",
    "location": "Location/…",
    "actor": "Any of these three",
    **_PAGED,
}
SLOTS_AHEAD = timedelta(days=28)
MOST_DAYS = timedelta(days=62)


class FhirResponse(JSONResponse):
    media_type = MEDIA_TYPE

    def __init__(self, content: object, status_code: int = 200, headers: dict[str, str] | None = None) -> None:
        super().__init__(content, status_code, {"Cache-Control": "no-store", **(headers or {})})


async def _the_names(settings: TheSettings) -> Names:
    return Names(settings.public_url)


TheNames = Annotated[Names, Depends(_the_names)]


@router.get("/metadata", summary="What this server can", response_class=FhirResponse, responses=answers())
async def metadata(request: Request, names: TheNames) -> Response:
    """Its CapabilityStatement. Anybody may read it."""
    json_is_spoken(request)
    return FhirResponse(capability_statement(names))


@router.get(
    "/Schedule",
    summary="Schedules",
    response_class=FhirResponse,
    responses=answers(),
    openapi_extra=asked(SCHEDULE),
)
@router.post("/Schedule/_search", include_in_schema=False)
async def schedules(
    request: Request, _staff: OurStaff, names: TheNames, database: TheDatabase, settings: TheSettings, clock: TheClock
) -> Response:
    """One for each chair, clinician and nurse's seat. Search by `_id`, `actor`, `active`."""
    asks = await Asks.of(request, SCHEDULE)
    id_, actor = asks.read("_id", UUID), asks.read("actor", lambda text: uuid_of(text, "Practitioner", "Location"))
    active = (
        asks.read("active", {"true": True, "false": False}.__getitem__)
        if asks.one("active") in ("true", "false")
        else None
    )
    if asks.one("active") and active is None:
        raise refuse("active", "Write true or false.")
    async with database.transaction(read_only=True) as tx:
        clinic = await _clinic(tx, settings.clinic.id)
    found = [
        one
        for one in clinic.resources
        if id_ in (None, one.id) and actor in (None, one.id, one.staff_id) and active in (None, one.active)
    ]
    return _paged(
        asks, [resources.schedule(one, clinic, clock.now()) for one in found], f"{names.base}/Schedule", names
    )


@router.get("/Schedule/{schedule_id}", summary="A schedule", response_class=FhirResponse, responses=answers(NotFound))
async def schedule(
    schedule_id: str, request: Request, _staff: OurStaff, database: TheDatabase, settings: TheSettings, clock: TheClock
) -> Response:
    json_is_spoken(request)
    async with database.transaction(read_only=True) as tx:
        clinic = await _clinic(tx, settings.clinic.id)
    return FhirResponse(resources.schedule(_resource(clinic, schedule_id), clinic, clock.now()))


@router.get("/Slot", summary="Slots", response_class=FhirResponse, responses=answers(), openapi_extra=asked(SLOT))
@router.post("/Slot/_search", include_in_schema=False)
async def slots(
    request: Request, _staff: OurStaff, names: TheNames, database: TheDatabase, settings: TheSettings
) -> Response:
    """What is free and what is booked of each schedule, in order of time. Search by `schedule`, `start`, `status`.

    A slot is a stretch of one chair's or one person's time. Which times an appointment could have, with all that it needs, is
    asked by `Appointment/$find`.
    """
    asks = await Asks.of(request, SLOT)
    wanted = asks.read("schedule", lambda text: uuid_of(text, "Schedule"))
    status = asks.read("status", lambda text: {SlotStatus(one) for one in text.split(",")})
    async with database.transaction(read_only=True) as tx:
        clinic = await _clinic(tx, settings.clinic.id)
        first, before = asks.between("start", clinic.zone)
        first = first or tx.now
        before = before or first + SLOTS_AHEAD
        if before - first > MOST_DAYS:
            raise refuse("start", "Ask for two months at most.")
        found = await _slots(tx, clinic, wanted, Interval(first, before)) if first < before else []
    found = [one for one in found if status is None or one.status in status]
    return _paged(asks, [resources.slot(one) for one in found], f"{names.base}/Slot", names)


@router.get("/Slot/{slot_id}", summary="A slot", response_class=FhirResponse, responses=answers(NotFound))
async def slot(
    slot_id: str, request: Request, _staff: OurStaff, database: TheDatabase, settings: TheSettings
) -> Response:
    """While it is what it was: free, or booked, from its start until its end."""
    json_is_spoken(request)
    try:
        resource_id, during = slot_named(slot_id)
    except ValueError:
        raise NotFound from None
    if during.length > MOST_DAYS:
        raise NotFound
    async with database.transaction(read_only=True) as tx:
        clinic = await _clinic(tx, settings.clinic.id)
        around = Interval(during.start - timedelta(days=1), during.end + timedelta(days=1))
        for one in await _slots(tx, clinic, resource_id, around):
            if one.during.contains(during) and (one.status is SlotStatus.FREE or one.during == during):
                return FhirResponse(resources.slot(FhirSlot(resource_id, during, one.status)))
    raise NotFound


@router.get(
    "/Appointment",
    summary="Appointments",
    response_class=FhirResponse,
    responses=answers(),
    openapi_extra=asked(APPOINTMENT),
)
@router.post("/Appointment/_search", include_in_schema=False)
async def appointments(
    request: Request, _staff: OurStaff, names: TheNames, database: TheDatabase, settings: TheSettings
) -> Response:
    """By their start; whoever waits for one comes last. Search by `date`, `status`, `patient`, `practitioner`, `location`,
    `actor`, `_id` and `_lastUpdated`."""
    known = {
        "date",
        "status",
        "patient",
        "practitioner",
        "location",
        "actor",
        "_id",
        "_lastUpdated",
        "_count",
        "_after",
    }
    asks = await Asks.of(request, known)
    patient, staff_id, place = _actors(asks)
    statuses = asks.read("status", lambda text: [FhirStatus(one) for one in text.split(",")])
    first, before = asks.between("date", settings.clinic.zone)
    changed_since, changed_before = asks.between("_lastUpdated", settings.clinic.zone)
    if changed_before is not None:
        raise refuse("_lastUpdated", "Only ge and gt are understood here.")
    most = asks.count()
    asked = Asked(
        facts=None if statuses is None else [facts for one in statuses for facts in facts_of(one)],
        patient_id=patient,
        staff_id=staff_id,
        place_id=place,
        id=asks.read("_id", UUID),
        first=first,
        before=before,
        changed_since=changed_since,
        after=asks.read("_after", _page_after),
        most=most + 1,
    )
    async with database.transaction(read_only=True) as tx:
        clinic = await _clinic(tx, settings.clinic.id)
        total, found = await fhir_appointments.search(tx, clinic.id, asked)
    base, page = f"{names.base}/Appointment", found[:most]
    links = [("self", asks.with_page(base, asks.one("_after")))]
    if len(found) > most:
        links.append(("next", asks.with_page(base, _after(page[-1]))))
    shown = [resources.appointment(one, clinic, names) for one in page]
    return FhirResponse(resources.bundle(shown, names, total=total, links=links))


@router.get(
    "/Appointment/{appointment_id}",
    summary="An appointment",
    response_class=FhirResponse,
    responses=answers(AppointmentNotFound),
)
async def appointment(
    appointment_id: str,
    request: Request,
    _staff: OurStaff,
    names: TheNames,
    database: TheDatabase,
    settings: TheSettings,
) -> Response:
    json_is_spoken(request)
    try:
        id_ = UUID(appointment_id)
    except ValueError:
        raise AppointmentNotFound from None
    async with database.transaction(read_only=True) as tx:
        clinic = await _clinic(tx, settings.clinic.id)
        found = await fhir_appointments.find(tx, clinic.id, id_)
    if found is None:
        raise AppointmentNotFound
    etag = f'W/"{found.version}"'
    headers = {"ETag": etag} | ({"Last-Modified": http_date(found.changed_at)} if found.changed_at else {})
    if found.changed_at and has_newest(request, etag, found.changed_at):
        return Response(status_code=304, headers=headers)
    return FhirResponse(resources.appointment(found, clinic, names), headers=headers)


def _paged(asks: Asks, found: list[Json], base: str, names: Names) -> Response:
    """One page of what was found; `_after` is the id of the last one of the page before. Raises SearchRefused."""
    after = asks.one("_after")
    begin = next((at for at, one in enumerate(found, 1) if one["id"] == after), None) if after else 0
    if begin is None:
        raise refuse("_after", "What stood there is gone: begin anew.")
    page = found[begin : begin + asks.count()]
    links = [("self", asks.with_page(base, after))]
    if begin + len(page) < len(found):
        links.append(("next", asks.with_page(base, page[-1]["id"])))
    return FhirResponse(resources.bundle(page, names, total=len(found), links=links))


async def _clinic(tx: Transaction, clinic_id: UUID) -> Clinic:
    """Raises NotFound before the clinic is set up."""
    if (clinic := await clinics.find(tx, clinic_id)) is None:
        raise NotFound
    return clinic


def _resource(clinic: Clinic, id_: str) -> Resource:
    """Raises NotFound."""
    try:
        return clinic.resource(UUID(id_))
    except (ValueError, LookupError):
        raise NotFound from None


async def _slots(tx: Transaction, clinic: Clinic, resource_id: UUID | None, window: Interval) -> list[FhirSlot]:
    """Of one resource, or of all that are active; by their start."""
    busy = await bookings.busy(tx, clinic.id, window, None)
    held = await bookings.held_until(tx, clinic.id, window)
    found: list[FhirSlot] = []
    for one in clinic.resources:
        if one.id == resource_id or (resource_id is None and one.active):
            booked = [
                (during, SlotStatus.BUSY_TENTATIVE if (one.id, during) in held else SlotStatus.BUSY)
                for during in busy.get(one.id, ())
            ]
            found += slots_of(clinic, one, window, booked)
    return sorted(found, key=lambda one: (one.during, one.resource_id))


def _actors(asks: Asks) -> tuple[UUID | None, UUID | None, UUID | None]:
    """Patient, staff and place. `actor` says in its reference which of them it is. Raises SearchRefused."""
    patient = asks.read("patient", lambda text: uuid_of(text, "Patient"))
    staff_id = asks.read("practitioner", lambda text: uuid_of(text, "Practitioner"))
    place = asks.read("location", lambda text: uuid_of(text, "Location"))
    if (actor := asks.one("actor")) is None:
        return patient, staff_id, place
    kind = actor.rpartition("/")[0].rpartition("/")[2]
    id_ = asks.read("actor", lambda text: uuid_of(text, "Patient", "Practitioner", "Location"))
    match kind:
        case "Patient" if patient in (None, id_):
            return id_, staff_id, place
        case "Practitioner" if staff_id in (None, id_):
            return patient, id_, place
        case "Location" if place in (None, id_):
            return patient, staff_id, id_
    raise refuse("actor", "Name one, as Patient/…, Practitioner/… or Location/….")


def _after(last: FoundAppointment) -> str:
    """Where the next page begins."""
    start = last.starts_at.isoformat() if last.starts_at else ""
    return urlsafe_b64encode(f"{start} {last.id}".encode()).decode().rstrip("=")


def _page_after(text: str) -> tuple[datetime | None, UUID]:
    """Raises ValueError."""
    start, _, id_ = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition(" ")
    at = datetime.fromisoformat(start) if start else None
    if at is not None:
        if at.tzinfo is None:
            raise ValueError("no page begins there")
        must_be_meant(at)
    return at, UUID(id_)
