"""`/api/appointments`: the clinic's appointments for its staff and their programs, by the same ways as on their pages.

Every change says which `version` was seen; one that was made meanwhile is not overwritten. With an `Idempotency-Key` the same
request sent again gets the same answer and is done once.
"""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.scheduling.api.doing_once import ONCE, WRITES, Doing, OneDoing
from services.scheduling.api.staff_appointment_models import (
    BookIn,
    CancelAppointmentIn,
    ClinicAppointment,
    ClinicAppointments,
    ConflictOut,
    Conflicts,
    MoveAppointmentIn,
    view_of,
)
from services.scheduling.callers import whole_minute, within_reach
from services.scheduling.domain.clinic import Purpose
from services.scheduling.domain.interval import Interval
from services.scheduling.pages.staff import OurStaff
from services.scheduling.problems import (
    AppointmentUnknown,
    ChairUnknown,
    KindGone,
    NobodyWaits,
    NoSessionsHere,
    NoTimesToChoose,
    NotYourClinic,
    NotYoursToOverride,
    PatientUnknown,
    PrescriberUnknown,
    TimeIsPast,
    TimeNotFree,
)
from services.scheduling.store import appointments, day_list
from services.scheduling.use_cases.book_consultation import ConsultationWanted, book_consultation
from services.scheduling.use_cases.book_session import SessionWanted, book_session
from services.scheduling.use_cases.cancel_by_staff import cancel_by_staff
from services.scheduling.use_cases.move_by_staff import NewTime, move_by_staff
from services.scheduling.use_cases.see_conflicts import see_conflicts
from services.scheduling.use_cases.take_in_hand import Press
from shared.database import Transaction
from shared.web.dependencies import TheDatabase, TheSettings
from shared.web.problems import FieldError, InvalidInput
from shared.web.problems import problems as may_refuse
from shared.web.staff_session import NotAllowed
from shared.web.written_times import WrittenTime

router = APIRouter(prefix="/api/appointments", tags=["appointments of the clinic"])

LONGEST = timedelta(days=62)
MOST = 500

From = Annotated[WrittenTime, Query(alias="from", description="The first start")]
Until = Annotated[WrittenTime, Query(description="Starts before then; at most 62 days later")]


@router.get("", summary="Appointments between", responses=may_refuse(NotAllowed, NotYourClinic))
async def between(
    staff: OurStaff,
    response: Response,
    database: TheDatabase,
    settings: TheSettings,
    first: From,
    until: Until,
    most: Annotated[int, Query(ge=1, le=MOST)] = 100,
) -> ClinicAppointments:
    """Without names: those are on the pages only, for whoever may see them."""
    del staff  # asked for what it checks
    response.headers["Cache-Control"] = "no-store"
    async with database.transaction(read_only=True) as tx:
        window = _window(first, until, tx.now)
        rows = await day_list.between(tx, settings.clinic.id, window, most + 1)
    zone = settings.clinic.zone
    listed = [view_of(row, zone) for row in rows[:most]]
    return ClinicAppointments(zone=zone, appointments=listed, more=len(rows) > most)


@router.get("/conflicts", summary="What does not go as planned", responses=may_refuse(NotAllowed, NotYourClinic))
async def conflicts(
    staff: OurStaff, response: Response, database: TheDatabase, settings: TheSettings, first: From, until: Until
) -> Conflicts:
    """As of now, with a proposed start for each. Nothing is moved by it."""
    del staff
    response.headers["Cache-Control"] = "no-store"
    async with database.transaction(read_only=True) as tx:
        seen = await see_conflicts(tx, settings.clinic.id, _window(first, until, tx.now))
    return Conflicts(
        conflicts=[
            ConflictOut(
                kind=one.kind,
                of=one.of,
                hits=one.hits,
                until=one.until,
                proposed=one.proposed,
                proposed_chair_id=one.proposed_chair,
            )
            for one in seen.conflicts
        ]
    )


@router.get(
    "/{appointment_id}", summary="One appointment", responses=may_refuse(NotAllowed, NotYourClinic, AppointmentUnknown)
)
async def one(
    appointment_id: UUID, staff: OurStaff, response: Response, database: TheDatabase, settings: TheSettings
) -> ClinicAppointment:
    del staff
    response.headers["Cache-Control"] = "no-store"
    async with database.transaction(read_only=True) as tx:
        row = await day_list.of_appointment(tx, settings.clinic.id, appointment_id)
    return view_of(row, settings.clinic.zone)


@router.post(
    "",
    status_code=201,
    summary="Book a session or a consultation",
    responses=may_refuse(
        *ONCE,
        NotYoursToOverride,
        PatientUnknown,
        PrescriberUnknown,
        NobodyWaits,
        NoSessionsHere,
        NoTimesToChoose,
        TimeIsPast,
        TimeNotFree,
    ),
    response_model=ClinicAppointment,
)
async def book(sent: BookIn, doing: Doing) -> Response:
    """A session for any patient of the clinic: chair, nurse's seat and clinician together, or none. A consultation for who
    waits for one, or did not come to theirs: that appointment stays missed, and the request has a new one.

    When the time cannot be had, `reasons` in the problem says everything against it and `instead` the nearest that can.
    """
    is_session = sent.purpose is Purpose.SESSION

    async def do(tx: Transaction) -> UUID:
        _must_be_a_start(sent.starts_at, tx.now)
        return await (_book_session if is_session else _book_consultation)(tx, sent, doing)

    return await doing.once(do, 201, together=is_session)


async def _book_session(tx: Transaction, sent: BookIn, doing: OneDoing) -> UUID:
    """Raises InvalidInput."""
    if sent.clinician_id is None:
        raise InvalidInput(errors=[FieldError("A session needs a clinician.", pointer="#/clinician_id")])
    if sent.request_id is not None:
        raise InvalidInput(errors=[FieldError("A session is for no request.", pointer="#/request_id")])
    by, override = doing.staff.staff_id, doing.override(sent.override)
    wish = SessionWanted(doing.clinic_id, sent.patient_id, sent.clinician_id, sent.starts_at, by, override)
    session = await book_session(tx, wish, tx.now)
    return (await appointments.of_session(tx, session.id)).id


async def _book_consultation(tx: Transaction, sent: BookIn, doing: OneDoing) -> UUID:
    wish = ConsultationWanted(
        doing.clinic_id,
        sent.patient_id,
        sent.starts_at,
        doing.staff.staff_id,
        sent.clinician_id,
        sent.request_id,
        doing.override(sent.override),
    )
    return (await book_consultation(tx, wish)).id


@router.post(
    "/{appointment_id}/move",
    summary="Give it another time",
    responses=may_refuse(
        *WRITES, NotYoursToOverride, PrescriberUnknown, ChairUnknown, KindGone, TimeIsPast, TimeNotFree
    ),
    response_model=ClinicAppointment,
)
async def move(appointment_id: UUID, sent: MoveAppointmentIn, doing: Doing) -> Response:
    """The same appointment, with the next `revision`; the patient is told. When the time cannot be had it stays."""

    async def do(tx: Transaction, press: Press) -> object:
        _must_be_a_start(sent.starts_at, tx.now)
        new = NewTime(sent.starts_at, sent.clinician_id, sent.chair_id, doing.override(sent.override))
        return await move_by_staff(tx, press, new)

    return await doing.press(appointment_id, sent, do)


@router.post(
    "/{appointment_id}/cancellation",
    summary="Cancel it",
    responses=may_refuse(*WRITES),
    response_model=ClinicAppointment,
)
async def cancel(appointment_id: UUID, sent: CancelAppointmentIn, doing: Doing) -> Response:
    """As long as nothing has begun. Its time is somebody else's soon after, and the patient is told."""

    async def do(tx: Transaction, press: Press) -> object:
        return await cancel_by_staff(tx, press, sent.reason)

    return await doing.press(appointment_id, sent, do)


def _window(first: datetime, until: datetime, now: datetime) -> Interval:
    """Raises InvalidInput."""
    for name, at in (("from", first), ("until", until)):
        if not within_reach(at, now):
            raise InvalidInput(errors=[FieldError("Name a time within a year or so.", parameter=name)])
    if not timedelta(0) < until - first <= LONGEST:
        raise InvalidInput(errors=[FieldError("Name a time after `from`, at most 62 days later.", parameter="until")])
    return Interval(first, until)


def _must_be_a_start(at: datetime, now: datetime) -> None:
    """Raises InvalidInput."""
    if not within_reach(at, now):
        raise InvalidInput(errors=[FieldError("Name a time within a year or so.", pointer="#/starts_at")])
    if not whole_minute(at):
        raise InvalidInput(errors=[FieldError("Name a whole minute.", pointer="#/starts_at")])
