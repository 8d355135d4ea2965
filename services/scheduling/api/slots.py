"""`/api/slots`: the free times of a clinic, for web front ends and for the pages of a request; and why a time is not free.

Patients and their front ends ask without signing in: for consultations, as far as the clinic gives times without staff.
`by_staff` is for programs in the session of somebody who works here: they ask for everything, and are told what takes each
resource; whose appointment it is, nobody is told.
"""

from datetime import datetime, time, timedelta
from itertools import islice
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from services.scheduling.callers import whole_minute, within_reach
from services.scheduling.domain.clinic import Purpose, ResourceKind
from services.scheduling.domain.refusal import Missing, Taken, Why
from services.scheduling.domain.wall_clock import reads
from services.scheduling.pages.staff import our_staff
from services.scheduling.problems import NoTimesToChoose, NotYourClinic
from services.scheduling.use_cases.explain_time import explain_to_patient, explain_to_staff
from services.scheduling.use_cases.find_free_times import FreeTimes, find_free_times
from services.scheduling.use_cases.find_times_for_staff import Sought, find_times_for_staff
from shared.database import Transaction
from shared.events.staff import Role
from shared.events.values import DayPart, Weekday, Wishes
from shared.settings import Settings
from shared.web.dependencies import TheDatabase, TheSettings
from shared.web.problems import FieldError, InvalidInput
from shared.web.problems import problems as may_refuse
from shared.web.sign_in_again import SignInNeeded
from shared.web.staff_session import NotAllowed, StaffSession, require_staff
from shared.web.written_times import WrittenDay, WrittenTime

router = APIRouter(prefix="/api/slots", tags=["free times"])

STAFF_REFUSED = (SignInNeeded, NotAllowed, NotYourClinic)
MOST = 1000
AHEAD_FOR_STAFF = timedelta(days=28)
"""Looked at where nobody says until when."""
FURTHEST = 10_000
"""No program leafs through more: it narrows what it asks for."""


class Slot(BaseModel):
    starts_at: datetime
    ends_at: datetime
    local_start: datetime = Field(description="What the clinic's wall clock shows then.")


class Slots(BaseModel):
    """Best first: the wishes met, then the earliest. Two may overlap; only one of them can be had then. `next` is the
    address of the page after this one, while there is one."""

    zone: str
    slots: list[Slot]
    next: str | None = None


class TakenOut(BaseModel):
    """What keeps one resource from serving: somebody else's appointment, whose is not said. With `held_until` it is only
    held, and may be free again after that."""

    resource_id: UUID
    name: str
    starts_at: datetime
    ends_at: datetime
    held_until: datetime | None


class Reason(BaseModel):
    """One reason, and when it holds. `resource_kind` and `taken` are for staff only."""

    why: Why
    starts_at: datetime
    ends_at: datetime
    held_until: datetime | None = Field(description="When the first of the holds in the way ends: then it may be free.")
    resource_kind: ResourceKind | None = None
    taken: list[TakenOut] | None = None


class WhyOut(BaseModel):
    """`free` when nothing stands against it; else every reason, and the nearest times that can be had."""

    free: bool
    starts_at: datetime
    ends_at: datetime
    local_start: datetime
    zone: str
    reasons: list[Reason]
    instead: list[datetime]


async def _staff(
    request: Request,
    settings: TheSettings,
    by_staff: Annotated[
        bool, Query(description="By what staff may book, in full: needs the session of somebody who works here")
    ] = False,
) -> StaffSession | None:
    """Raises NotAllowed, NotYourClinic, and what leads to sign-in."""
    return await our_staff(await require_staff(*Role)(request), settings) if by_staff else None


AnyStaff = Annotated[StaffSession | None, Depends(_staff)]
Kind = Annotated[Purpose, Query(description="`session` needs `by_staff`")]
Clinician = Annotated[UUID | None, Query(description="Only with this one, by the id of the resource")]
Patient = Annotated[UUID | None, Query(description="Needs `by_staff`: what they have already is in the way, too")]


@router.get("", summary="Free times", response_model=Slots, responses=may_refuse(*STAFF_REFUSED))
async def slots(
    request: Request,
    database: TheDatabase,
    settings: TheSettings,
    staff: AnyStaff,
    kind: Kind = Purpose.CONSULTATION,
    earliest: Annotated[WrittenTime | None, Query(alias="from", description="No earlier start")] = None,
    latest: Annotated[WrittenTime | None, Query(alias="until", description="No later start")] = None,
    weekdays: Annotated[tuple[Weekday, ...], Query(max_length=7)] = (),
    day_parts: Annotated[tuple[DayPart, ...], Query(max_length=3)] = (),
    not_before: Annotated[
        WrittenDay | None, Query(description="The first day that suits, by the clinic's clock")
    ] = None,
    clinician: Clinician = None,
    patient: Patient = None,
    most: Annotated[int, Query(ge=1, le=MOST, description="On one page")] = 100,
    skip: Annotated[int, Query(ge=0, le=FURTHEST, description="How many stood on the pages before")] = 0,
) -> Response:
    """Times that were free a moment ago. Wishes put them in order and exclude none.

    Without `by_staff` nothing is listed while patients stand on the waiting list, for what is free is theirs first.
    """
    _for_staff_only(staff, kind, patient)
    wishes = Wishes(
        weekdays=weekdays,
        day_parts=day_parts,
        not_before=datetime.combine(not_before, time()) if not_before else None,
    )
    async with database.transaction(read_only=True) as tx:
        _must_be_meant(tx, {"from": earliest, "until": latest})
        try:
            if staff is None:
                free = await find_free_times(
                    tx, settings.clinic.id, wishes, earliest=earliest, latest=latest, clinician=clinician
                )
            else:
                free = await _for_staff(tx, settings, kind, earliest, latest, wishes, clinician, patient)
        except NoTimesToChoose:
            return _answer(Slots(zone=settings.clinic.zone, slots=[]))
        zone = free.clinic.zone
        found = [candidate.during for candidate in islice(free.found, skip, skip + most + 1)]
    listed = [Slot(starts_at=one.start, ends_at=one.end, local_start=reads(one.start, zone)) for one in found[:most]]
    more = len(found) > most and skip + most <= FURTHEST
    return _answer(Slots(zone=zone, slots=listed, next=_next(request, skip + most) if more else None))


def _answer(found: Slots) -> Response:
    """Written once: the framework would look at each of a thousand times twice more."""
    return Response(found.model_dump_json(), headers={"Cache-Control": "no-store"}, media_type="application/json")


@router.get("/why", summary="Why a time is not free", responses=may_refuse(NoTimesToChoose, *STAFF_REFUSED))
async def why(
    response: Response,
    database: TheDatabase,
    settings: TheSettings,
    staff: AnyStaff,
    start: WrittenTime,
    kind: Kind = Purpose.CONSULTATION,
    clinician: Clinician = None,
    patient: Patient = None,
) -> WhyOut:
    """Every reason, not only the first, and the nearest times that can be had."""
    response.headers["Cache-Control"] = "no-store"
    _for_staff_only(staff, kind, patient)
    async with database.transaction(read_only=True) as tx:
        _must_be_meant(tx, {"start": start})
        if not whole_minute(start):
            raise InvalidInput(errors=[FieldError("Name a whole minute.", parameter="start")])
        if staff is None:
            explained = await explain_to_patient(tx, settings.clinic.id, start, clinician=clinician)
        else:
            explained = await explain_to_staff(
                tx, settings.clinic.id, kind, start, patient_id=patient, clinician=clinician
            )
    zone = explained.clinic.zone
    return WhyOut(
        free=not explained.missing,
        starts_at=start,
        ends_at=start + explained.kind.length,
        local_start=reads(start, zone),
        zone=zone,
        reasons=[_reason(missing, in_full=staff is not None) for missing in explained.missing],
        instead=explained.instead,
    )


def _for_staff_only(staff: StaffSession | None, kind: Purpose, patient: UUID | None) -> None:
    """Raises InvalidInput."""
    if staff is None and kind is not Purpose.CONSULTATION:
        raise InvalidInput(errors=[FieldError("Only by_staff looks for times of this kind.", parameter="kind")])
    if staff is None and patient is not None:
        raise InvalidInput(errors=[FieldError("Only by_staff looks for times for a patient.", parameter="patient")])


def _must_be_meant(tx: Transaction, times: dict[str, datetime | None]) -> None:
    """Raises InvalidInput."""
    for name, at in times.items():
        if at is not None and not within_reach(at, tx.now):
            raise InvalidInput(errors=[FieldError("Name a time within a year or so.", parameter=name)])


async def _for_staff(
    tx: Transaction,
    settings: Settings,
    kind: Purpose,
    earliest: datetime | None,
    latest: datetime | None,
    wishes: Wishes,
    clinician: UUID | None,
    patient: UUID | None,
) -> FreeTimes:
    first = earliest or tx.now
    last = latest or first + AHEAD_FOR_STAFF
    return await find_times_for_staff(tx, Sought(settings.clinic.id, kind, first, last, patient, clinician, wishes))


def _next(request: Request, skip: int) -> str:
    rest = [(name, value) for name, value in request.query_params.multi_items() if name != "skip"]
    return f"{request.url.path}?{urlencode([*rest, ('skip', skip)])}"


def _reason(missing: Missing, *, in_full: bool) -> Reason:
    """Who is taken by whom is nobody's business outside."""
    ends = {one.held_until for one in missing.taken}
    reason = Reason(
        why=missing.why,
        starts_at=missing.during.start,
        ends_at=missing.during.end,
        held_until=min((one for one in ends if one), default=None),
    )
    if not in_full:
        return reason
    return reason.model_copy(
        update={"resource_kind": missing.resource_kind, "taken": [_taken(one) for one in missing.taken]}
    )


def _taken(one: Taken) -> TakenOut:
    return TakenOut(
        resource_id=one.resource.id,
        name=one.resource.name,
        starts_at=one.during.start,
        ends_at=one.during.end,
        held_until=one.held_until,
    )
