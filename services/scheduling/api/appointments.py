"""`/api/appointments`: a patient sees their appointment, says that they come, moves it, or cancels, as on `/a/<token>`.

Everything is sent by POST, also what only looks: the ticket must not stand in an address. Who has one has the page of the
request before them, and is asked for nothing else (docs/decisions/0128).
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from services.scheduling.api.asked_out import AskedOut
from services.scheduling.api.holds import refusal_of
from services.scheduling.callers import within_reach
from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.asked_move import Question
from services.scheduling.domain.attendance import Attendance
from services.scheduling.domain.change import PatientReason
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.domain.wall_clock import reads
from services.scheduling.problems import (
    CannotBeKept,
    ChangedMeanwhile,
    NothingToChange,
    NoTimesToChoose,
    TicketRefused,
    TimeNotFree,
    TooLateToMove,
    TooManyMoves,
)
from services.scheduling.store import asked_moves, attendances
from services.scheduling.use_cases.call_off_consultation import CallingOff, call_off_by_patient
from services.scheduling.use_cases.confirm_attendance import confirm_consultation
from services.scheduling.use_cases.move_consultation import Move, move_consultation
from services.scheduling.use_cases.see_change import see_change
from shared.web.change_ticket import ChangeTicketVerifier
from shared.web.dependencies import TheClock, TheDatabase, TheSettings
from shared.web.problems import FieldError, InvalidInput, description_of
from shared.web.problems import problems as may_refuse
from shared.web.signing_keys import TokenInvalid
from shared.web.written_times import WrittenTime

router = APIRouter(prefix="/api/appointments", tags=["appointments"])
NOT_KEPT = {"Cache-Control": "no-store"}


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    ticket: str = Field(max_length=4096, description="Of the request, from its `change-ticket`; good for two hours.")


class LookIn(_Sent):
    later: WrittenTime | None = Field(default=None, description="Times from then on, instead of the first ones.")


class MoveIn(_Sent):
    starts_at: WrittenTime
    revision: int = Field(ge=1, lt=1_000_000_000, description="As it was shown: another one is not overwritten.")


class ComingIn(_Sent):
    revision: int = Field(ge=1, lt=1_000_000_000, description="As it was shown.")


class CancelIn(_Sent):
    revision: int = Field(ge=1, lt=1_000_000_000, description="As it was shown.")
    reason: PatientReason | None = None


class AppointmentOut(BaseModel):
    """`local_start` is the wall clock at the clinic, in `zone`. `coming_since` says when the patient confirmed this time, and
    is null before that. With `asked` the clinic cannot keep this time: a letter asks, or has asked, about another."""

    starts_at: datetime
    ends_at: datetime
    local_start: datetime
    zone: str
    revision: int
    coming_since: datetime | None
    asked: AskedOut | None


class ChoicesOut(BaseModel):
    """`may_move` false says in `why_not` which problem stands against it, and no times are named. `gone` is the time that was
    chosen with the request, when others have it now; `nearest` are near to that one, `others` in order of time."""

    appointment: AppointmentOut
    may_move: bool
    why_not: str | None
    gone: datetime | None
    nearest: list[datetime]
    others: list[datetime]


async def _verifier(settings: TheSettings, clock: TheClock) -> ChangeTicketVerifier:
    return ChangeTicketVerifier.from_settings(settings, clock)


TheTickets = Annotated[ChangeTicketVerifier, Depends(_verifier)]


@router.post(
    "/mine", summary="An appointment and its other times", responses=may_refuse(TicketRefused, NothingToChange)
)
async def look(sent: LookIn, response: Response, database: TheDatabase, tickets: TheTickets) -> ChoicesOut:
    """Nothing changes by it."""
    response.headers.update(NOT_KEPT)
    request_id = _request(sent, tickets)
    async with database.transaction(read_only=True) as tx:
        if sent.later is not None and not within_reach(sent.later, tx.now):
            raise InvalidInput(errors=[FieldError("Name a time within a year or so.", pointer="#/later")])
        try:
            seen = await see_change(tx, request_id, later=sent.later)
        except LookupError:
            raise NothingToChange from None
    if seen.appointment is None:
        raise NothingToChange
    return ChoicesOut(
        appointment=_view(seen.appointment, seen.said, seen.asked),
        may_move=seen.choices is not None,
        why_not=description_of(seen.why_not).slug if seen.why_not else None,
        gone=seen.consultation.instead_of,
        nearest=list(seen.choices.nearest) if seen.choices else [],
        others=list(seen.choices.others) if seen.choices else [],
    )


@router.post(
    "/move",
    summary="Another time",
    responses=may_refuse(
        TicketRefused, NothingToChange, ChangedMeanwhile, TooLateToMove, TooManyMoves, NoTimesToChoose, TimeNotFree
    ),
)
async def move(
    sent: MoveIn, response: Response, database: TheDatabase, tickets: TheTickets, clock: TheClock
) -> AppointmentOut:
    """The same appointment at another time, and a letter about it. To the time that it has already, nothing changes.

    When it cannot be had the appointment stays; `reasons` in the problem says everything against the new time, `instead`
    the nearest that can be had.
    """
    response.headers.update(NOT_KEPT)
    if not within_reach(sent.starts_at, clock.now()):
        raise InvalidInput(errors=[FieldError("Name a time within a year or so.", pointer="#/starts_at")])
    request_id = _request(sent, tickets)
    try:
        async with database.transaction() as tx:
            moved = await move_consultation(tx, Move(request_id, sent.starts_at, sent.revision))
            asked = await asked_moves.standing(tx, moved.id)
            said = None if asked else await attendances.newest(tx, moved.id, moved.revision)
    except TimeRefused as refused:
        raise refusal_of(refused) from None
    return _view(moved, said, asked)


@router.post(
    "/coming",
    status_code=204,
    summary="I am coming",
    responses=may_refuse(TicketRefused, NothingToChange, ChangedMeanwhile, CannotBeKept),
)
async def confirm(sent: ComingIn, database: TheDatabase, tickets: TheTickets) -> None:
    """Until it begins; after a move it is asked anew. Not at a time that the clinic cannot keep. Twice is once."""
    request_id = _request(sent, tickets)
    async with database.transaction() as tx:
        await confirm_consultation(tx, request_id, sent.revision)


@router.post(
    "/cancel", status_code=204, summary="Cancel", responses=may_refuse(TicketRefused, NothingToChange, ChangedMeanwhile)
)
async def cancel(sent: CancelIn, database: TheDatabase, tickets: TheTickets) -> None:
    """Until it begins. Its time is somebody else's soon after, so ask once more before. Twice is once."""
    request_id = _request(sent, tickets)
    async with database.transaction() as tx:
        await call_off_by_patient(tx, CallingOff(request_id, sent.revision, sent.reason))


def _request(sent: _Sent, tickets: ChangeTicketVerifier) -> UUID:
    """Raises TicketRefused."""
    try:
        return tickets.verify(sent.ticket)
    except TokenInvalid:
        raise TicketRefused from None


def _view(at: Appointment, said: Attendance | None, asked: Question | None) -> AppointmentOut:
    zone = at.booking.zone
    return AppointmentOut(
        starts_at=at.starts_at,
        ends_at=at.ends_at,
        local_start=reads(at.starts_at, zone),
        zone=zone,
        revision=at.revision,
        coming_since=said.said_at if said else None,
        asked=AskedOut.of(asked, zone) if asked else None,
    )
