"""`/api/appointments`: the clinic's appointments for its staff and their programs, by the same ways as on their pages.

Every change says which `version` was seen; one that was made meanwhile is not overwritten. With an `Idempotency-Key` the same
request sent again gets the same answer and is done once.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.scheduling.api.holds import refusal_of
from services.scheduling.callers import whole_minute, within_reach
from services.scheduling.domain.appointment import AppointmentState
from services.scheduling.domain.attendance import Attendance
from services.scheduling.domain.clinic import Purpose
from services.scheduling.domain.interval import Interval
from services.scheduling.domain.override import Override, OverrideReason
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.domain.session import CancelReason
from services.scheduling.domain.wall_clock import reads
from services.scheduling.pages.staff import OurStaff, PatientStaff
from services.scheduling.problems import (
    AppointmentIsOver,
    AppointmentUnknown,
    ChairUnknown,
    ChangedMeanwhile,
    KindGone,
    NoSessionsHere,
    NotTimeYet,
    NotYourClinic,
    NotYoursToOverride,
    PatientUnknown,
    PrescriberUnknown,
    RecordWanted,
    TimeIsPast,
    TimeNotFree,
)
from services.scheduling.store import appointments, day_list
from services.scheduling.store.day_list import ListedAppointment
from services.scheduling.use_cases.arrive_patient import (
    arrive_patient,
    begin_appointment,
    take_arrival_back,
    take_begin_back,
)
from services.scheduling.use_cases.book_session import SessionWanted, book_session
from services.scheduling.use_cases.cancel_by_staff import cancel_by_staff
from services.scheduling.use_cases.complete_appointment import complete_consultation
from services.scheduling.use_cases.miss_appointment import miss_appointment
from services.scheduling.use_cases.move_by_staff import NewTime, move_by_staff
from services.scheduling.use_cases.see_conflicts import see_conflicts
from services.scheduling.use_cases.take_in_hand import Press
from shared.database import Database, Transaction
from shared.web.dependencies import TheAnswers, TheDatabase, TheSettings
from shared.web.idempotency import (
    HEADER,
    Answer,
    AnswerGone,
    Answers,
    KeyMalformed,
    KeyUsedForAnother,
    StillInHand,
    header_key,
)
from shared.web.problems import FieldError, InvalidInput
from shared.web.problems import problems as may_refuse
from shared.web.staff_session import NotAllowed, StaffSession

router = APIRouter(prefix="/api/appointments", tags=["appointments of the clinic"])

LONGEST = timedelta(days=62)
MOST = 500
_ONCE = (NotAllowed, NotYourClinic, KeyMalformed, KeyUsedForAnother, AnswerGone, StillInHand)
_WRITES = (*_ONCE, AppointmentUnknown, ChangedMeanwhile, AppointmentIsOver)


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class SeenIn(_Sent):
    version: int = Field(ge=1, le=2**62, description="As it was shown: another one is not overwritten.")


class OverrideIn(_Sent):
    """Meant nevertheless, against what bends: hours, rosters, qualifications. Never against what is taken."""

    reason: OverrideReason


class BookIn(_Sent):
    """An infusion session. `clinician_id` names the clinician among the clinic's resources."""

    patient_id: UUID
    clinician_id: UUID
    starts_at: AwareDatetime
    override: OverrideIn | None = None


class MoveAppointmentIn(SeenIn):
    """Without `clinician_id` a session keeps its prescriber, and a consultation gets whoever is free."""

    starts_at: AwareDatetime
    clinician_id: UUID | None = None
    chair_id: UUID | None = None
    override: OverrideIn | None = None


class CancelAppointmentIn(SeenIn):
    reason: CancelReason


class ComingOut(BaseModel):
    """The patient says that they come at this time. Before a consultation they are asked nothing else."""

    said_at: datetime
    fasting_understood: bool | None
    has_escort: bool | None = Field(description="Somebody takes them home; false: nobody yet.")

    @classmethod
    def of(cls, said: Attendance) -> "ComingOut":
        answer = said.answer
        return cls(said_at=said.said_at, fasting_understood=answer.fasting_understood, has_escort=answer.has_escort)


class ClinicAppointment(BaseModel):
    """`local_start` is the wall clock at the clinic. `coming` is null until the patient has said so, and again after a move.
    `arrived_at`, `began_at` and `ended_at` are what really happened; `overridden` is what stood against its time, and was
    given nevertheless."""

    id: UUID
    purpose: Purpose
    state: AppointmentState
    version: int
    revision: int
    patient_id: UUID
    reference: str | None
    session_id: UUID | None
    request_id: UUID | None
    starts_at: datetime
    ends_at: datetime
    local_start: datetime
    zone: str
    chair: str | None
    clinician: str | None
    nurse: str | None
    coming: ComingOut | None
    arrived_at: datetime | None
    began_at: datetime | None
    ended_at: datetime | None
    overridden: list[str]
    cancel_reason: str | None


class ClinicAppointments(BaseModel):
    """In order of time. With `more` there are others: ask again from the last start that is listed."""

    zone: str
    appointments: list[ClinicAppointment]
    more: bool


class ConflictOut(BaseModel):
    """`of` does not keep to the plan; `hits` cannot begin for it, and is null where somebody is only early. `proposed` is the
    start that would do."""

    kind: str
    of: UUID
    hits: UUID | None
    until: datetime
    proposed: datetime


class Conflicts(BaseModel):
    conflicts: list[ConflictOut]


@dataclass(frozen=True, slots=True)
class _Doing:
    """Something that a member of staff does, once for each key they send."""

    request: Request
    staff: StaffSession
    database: Database
    answers: Answers
    clinic_id: UUID
    zone: str

    async def press(
        self, appointment_id: UUID, sent: SeenIn, do: Callable[[Transaction, Press], Awaitable[object]]
    ) -> Response:
        press = Press(self.clinic_id, appointment_id, sent.version, self.staff.staff_id)

        async def pressed(tx: Transaction) -> UUID:
            await do(tx, press)
            return appointment_id

        return await self.once(pressed)

    async def once(self, do: Callable[[Transaction], Awaitable[UUID]], status: int = 200) -> Response:
        """Answers with the appointment as it is then. What makes a new one may share its commit with others who do.

        A press that found everything done already leaves nothing, and its answer is not kept either.
        """
        transact = self.database.together if status == 201 else self.database.alone

        async def answered(tx: Transaction) -> Answer:
            row = await day_list.of_appointment(tx, self.clinic_id, await do(tx))
            location = f"/api/appointments/{row.id}" if status == 201 else None
            answer = Answer.json(status, _view(row, self.zone), location=location)
            return replace(answer, kept=tx.says or bool(tx.changes))

        key = await header_key(self.request, f"staff:{self.staff.staff_id}")
        try:
            if key is None:
                answer = await transact(answered)
            else:
                answer = await self.answers.once(transact, key, answered)
        except TimeRefused as refused:
            raise refusal_of(refused) from None
        return answer.response()

    def override(self, sent: OverrideIn | None) -> Override | None:
        return Override(self.staff.staff_id, self.staff.roles, sent.reason) if sent else None


async def _doing(
    request: Request,
    staff: PatientStaff,
    database: TheDatabase,
    settings: TheSettings,
    answers: TheAnswers,
    key: Annotated[
        str | None,
        Header(alias=HEADER, description="A fresh random value, such as a UUID. The same request again is done once."),
    ] = None,
) -> _Doing:
    del key  # read from the request, with everything that it covers
    return _Doing(request, staff, database, answers, settings.clinic.id, settings.clinic.zone)


Doing = Annotated[_Doing, Depends(_doing)]


From = Annotated[AwareDatetime, Query(alias="from", description="The first start")]
Until = Annotated[AwareDatetime, Query(description="Starts before then; at most 62 days later")]


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
    listed = [_view(row, zone) for row in rows[:most]]
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
            ConflictOut(kind=one.kind, of=one.of, hits=one.hits, until=one.until, proposed=one.proposed)
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
    return _view(row, settings.clinic.zone)


@router.post(
    "",
    status_code=201,
    summary="Book a session",
    responses=may_refuse(*_ONCE, NotYoursToOverride, PatientUnknown, PrescriberUnknown, NoSessionsHere, TimeNotFree),
    response_model=ClinicAppointment,
)
async def book(sent: BookIn, doing: Doing) -> Response:
    """Chair, nurse's seat and clinician together, or none. When the time cannot be had, `reasons` in the problem says
    everything against it and `instead` the nearest that can."""

    async def do(tx: Transaction) -> UUID:
        _must_be_a_start(sent.starts_at, tx.now)
        override = doing.override(sent.override)
        wish = SessionWanted(
            doing.clinic_id, sent.patient_id, sent.clinician_id, sent.starts_at, doing.staff.staff_id, override
        )
        session = await book_session(tx, wish, tx.now)
        return (await appointments.of_session(tx, session.id)).id

    return await doing.once(do, 201)


@router.post(
    "/{appointment_id}/move",
    summary="Give it another time",
    responses=may_refuse(
        *_WRITES, NotYoursToOverride, PrescriberUnknown, ChairUnknown, KindGone, TimeIsPast, TimeNotFree
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
    responses=may_refuse(*_WRITES),
    response_model=ClinicAppointment,
)
async def cancel(appointment_id: UUID, sent: CancelAppointmentIn, doing: Doing) -> Response:
    """As long as nothing has begun. Its time is somebody else's soon after, and the patient is told."""

    async def do(tx: Transaction, press: Press) -> object:
        return await cancel_by_staff(tx, press, sent.reason)

    return await doing.press(appointment_id, sent, do)


@router.post(
    "/{appointment_id}/arrival",
    summary="The patient is here",
    responses=may_refuse(*_WRITES),
    response_model=ClinicAppointment,
)
async def arrive(appointment_id: UUID, sent: SeenIn, doing: Doing) -> Response:
    """Early, late or in time: none of it is refused."""
    return await doing.press(appointment_id, sent, arrive_patient)


@router.post(
    "/{appointment_id}/arrival-taken-back",
    summary="The patient is not here after all",
    responses=may_refuse(*_WRITES),
    response_model=ClinicAppointment,
)
async def take_back(appointment_id: UUID, sent: SeenIn, doing: Doing) -> Response:
    """For a press on the wrong one, as long as nothing has begun."""
    return await doing.press(appointment_id, sent, take_arrival_back)


@router.post(
    "/{appointment_id}/begin",
    summary="It begins",
    responses=may_refuse(*_WRITES, NotTimeYet),
    response_model=ClinicAppointment,
)
async def begin(appointment_id: UUID, sent: SeenIn, doing: Doing) -> Response:
    """At its time or not, from its day on. Whoever is seen has arrived."""
    return await doing.press(appointment_id, sent, begin_appointment)


@router.post(
    "/{appointment_id}/begin-taken-back",
    summary="It has not begun after all",
    responses=may_refuse(*_WRITES),
    response_model=ClinicAppointment,
)
async def unbegin(appointment_id: UUID, sent: SeenIn, doing: Doing) -> Response:
    """For a press on the wrong one, as long as it has not ended. Who had arrived before still has."""
    return await doing.press(appointment_id, sent, take_begin_back)


@router.post(
    "/{appointment_id}/completion",
    summary="A consultation has ended",
    responses=may_refuse(*_WRITES, NotTimeYet, RecordWanted),
    response_model=ClinicAppointment,
)
async def complete(appointment_id: UUID, sent: SeenIn, doing: Doing) -> Response:
    """From its start on, or once the patient is here. A session ends with its record instead."""
    return await doing.press(appointment_id, sent, complete_consultation)


@router.post(
    "/{appointment_id}/no-show",
    summary="The patient did not come",
    responses=may_refuse(*_WRITES, NotTimeYet),
    response_model=ClinicAppointment,
)
async def no_show(appointment_id: UUID, sent: SeenIn, doing: Doing) -> Response:
    """From its start on. What is left of its time is free at once."""
    return await doing.press(appointment_id, sent, miss_appointment)


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


def _view(row: ListedAppointment, zone: str) -> ClinicAppointment:
    return ClinicAppointment(
        id=row.id,
        purpose=row.purpose,
        state=row.state,
        version=row.version,
        revision=row.revision,
        patient_id=row.patient_id,
        reference=row.reference,
        session_id=row.session_id,
        request_id=row.request_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        local_start=reads(row.starts_at, zone),
        zone=zone,
        chair=row.chair,
        clinician=row.clinician,
        nurse=row.nurse,
        coming=ComingOut.of(row.coming) if row.coming else None,
        arrived_at=row.arrived_at,
        began_at=row.began_at,
        ended_at=row.ended_at,
        overridden=list(row.overridden),
        cancel_reason=row.cancel_reason,
    )
