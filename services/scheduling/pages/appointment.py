"""`/staff/appointments/{id}`: one appointment, and everything that staff do with it.

Each form carries the version that the page showed; what has changed meanwhile is not overwritten, but shown.
"""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import AwareDatetime, Field
from starlette.responses import RedirectResponse

from services.scheduling.callers import within_reach
from services.scheduling.domain.appointment import AppointmentIsOver, NotTimeYet
from services.scheduling.domain.change import ChangedMeanwhile
from services.scheduling.domain.on_its_day import NotItsDay
from services.scheduling.domain.override import NotYoursToOverride
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.domain.session import CancelReason, SessionNotBooked
from services.scheduling.domain.wall_clock import day_of, reads, whole_day
from services.scheduling.pages.appointment_desk import Desk, Looking, Working
from services.scheduling.pages.appointment_drawn import Trouble, appointment_page, conflict_lines, the_clinic
from services.scheduling.pages.refused_time import NotGiven
from services.scheduling.pages.typed_start import NOT_YOURS, PAST, SKIPPED, TypedStart
from services.scheduling.pages.typed_times import read_date
from services.scheduling.problems import AppointmentUnknown, NoSessionsHere, NotMissed, RecordWanted
from services.scheduling.use_cases.arrive_patient import (
    arrive_patient,
    begin_appointment,
    take_arrival_back,
    take_begin_back,
)
from services.scheduling.use_cases.book_session import PrescriberUnknown
from services.scheduling.use_cases.cancel_by_staff import cancel_by_staff
from services.scheduling.use_cases.complete_appointment import complete_consultation
from services.scheduling.use_cases.miss_appointment import miss_appointment
from services.scheduling.use_cases.move_by_staff import ChairUnknown, KindGone, NewTime, TimeIsPast, move_by_staff
from services.scheduling.use_cases.see_conflicts import see_conflicts
from services.scheduling.use_cases.take_in_hand import Press
from services.scheduling.use_cases.wait_again import wait_again
from shared.database import Transaction
from shared.web.dependencies import TheClock
from shared.web.forms import FormErrors, parse_form, typed_values
from shared.web.local_path import local_path
from shared.web.problems import FieldError, InvalidInput
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix="/staff/appointments", include_in_schema=False)

CHANGED = "Somebody else has changed this meanwhile. Nothing was done. This is what it is now."
OVER = "This cannot be done any more. This is what it is now."
NOT_YET = "It is not time for this yet. Come back when its time has come."
CHOOSE_REASON = "Choose why it is cancelled."
Seen = Annotated[int, Form(ge=1, le=2**62)]
Next = Annotated[str, Form(max_length=2000)]
"""Where to go on: the page that the form stood on."""
Do = Callable[[Transaction, Press], Awaitable[object]]


class MoveForm(TypedStart):
    seen: int = Field(ge=1, le=2**62)
    clinician: UUID | None = Field(
        default=None, json_schema_extra={"messages": {"uuid_parsing": "Choose somebody who can be booked."}}
    )
    chair: UUID | None = Field(
        default=None, json_schema_extra={"messages": {"uuid_parsing": "Choose a chair that can be booked."}}
    )


@router.get("/conflicts", responses=may_refuse(NoSessionsHere))
async def conflicts(desk: Looking, typed: Annotated[str | None, Query(alias="day")] = None) -> Response:
    """A fragment for pages that show a whole day: what does not go as planned."""
    async with desk.database.transaction(read_only=True) as tx:
        clinic = await the_clinic(tx, desk.settings.clinic.id)
        day = _day(typed) or day_of(tx.now, clinic.zone)
        found = await see_conflicts(tx, clinic.id, whole_day(day, clinic.zone))
    return desk.pages.page("appointment_conflicts.html", conflicts=conflict_lines(found, clinic))


@router.get("/{appointment_id}", responses=may_refuse(AppointmentUnknown))
async def one_appointment(appointment_id: UUID, desk: Looking) -> Response:
    return await appointment_page(desk, appointment_id)


@router.post("/{appointment_id}/arrival", responses=may_refuse(AppointmentUnknown))
async def arrive(appointment_id: UUID, desk: Working, seen: Seen, go_on: Next = "") -> Response:
    return await _press(desk, appointment_id, seen, arrive_patient, go_on)


@router.post("/{appointment_id}/arrival/undo", responses=may_refuse(AppointmentUnknown))
async def undo_arrival(appointment_id: UUID, desk: Working, seen: Seen, go_on: Next = "") -> Response:
    return await _press(desk, appointment_id, seen, take_arrival_back, go_on)


@router.post("/{appointment_id}/begin", responses=may_refuse(AppointmentUnknown))
async def begin(appointment_id: UUID, desk: Working, seen: Seen, go_on: Next = "") -> Response:
    return await _press(desk, appointment_id, seen, begin_appointment, go_on)


@router.post("/{appointment_id}/begin/undo", responses=may_refuse(AppointmentUnknown))
async def undo_begin(appointment_id: UUID, desk: Working, seen: Seen, go_on: Next = "") -> Response:
    return await _press(desk, appointment_id, seen, take_begin_back, go_on)


@router.post("/{appointment_id}/completion", responses=may_refuse(AppointmentUnknown, RecordWanted))
async def complete(appointment_id: UUID, desk: Working, seen: Seen, go_on: Next = "") -> Response:
    return await _press(desk, appointment_id, seen, complete_consultation, go_on)


@router.post("/{appointment_id}/miss", responses=may_refuse(AppointmentUnknown))
async def miss(appointment_id: UUID, desk: Working, seen: Seen, go_on: Next = "") -> Response:
    return await _press(desk, appointment_id, seen, miss_appointment, go_on)


@router.post("/{appointment_id}/waiting", responses=may_refuse(AppointmentUnknown, NotMissed))
async def waiting(appointment_id: UUID, desk: Working, seen: Seen, go_on: Next = "") -> Response:
    return await _press(desk, appointment_id, seen, wait_again, go_on)


@router.post("/{appointment_id}/cancellation", responses=may_refuse(AppointmentUnknown))
async def cancel(
    appointment_id: UUID,
    desk: Working,
    seen: Seen,
    reason: Annotated[str, Form(max_length=100)] = "",
    go_on: Next = "",
) -> Response:
    if reason not in set(CancelReason):
        return await appointment_page(desk, appointment_id, Trouble(422, errors={"reason": CHOOSE_REASON}))

    async def do(tx: Transaction, press: Press) -> object:
        return await cancel_by_staff(tx, press, CancelReason(reason))

    return await _press(desk, appointment_id, seen, do, go_on)


@router.get("/{appointment_id}/move", responses=may_refuse(AppointmentUnknown))
async def move_form(
    appointment_id: UUID,
    desk: Looking,
    clock: TheClock,
    at: AwareDatetime | None = None,
    on: Annotated[UUID | None, Query(alias="with")] = None,
) -> Response:
    """The same page with the form open. `at` and `with` (a clinician or a chair) say where somebody would have it."""
    typed = {"moving": "yes"}
    if at is not None and within_reach(at, clock.now()):
        local = reads(at, desk.settings.clinic.zone)
        typed |= {"date": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}
    if on is not None:
        typed |= {"clinician": str(on), "chair": str(on)}  # each field knows its own
    return await appointment_page(desk, appointment_id, Trouble(200, typed=typed))


@router.post("/{appointment_id}/move", responses=may_refuse(AppointmentUnknown, KindGone))
async def move(appointment_id: UUID, request: Request, desk: Working) -> Response:
    sent = await request.form()
    typed = typed_values(MoveForm, sent)
    wanted = parse_form(MoveForm, sent)
    if isinstance(wanted, FormErrors):
        return await appointment_page(desk, appointment_id, Trouble(422, errors=wanted.errors, typed=typed))
    starts = wanted.starts(desk.settings.clinic.zone)
    if len(starts) != 1:
        trouble = Trouble(422, errors={"time": SKIPPED}, typed=typed)
        if starts:
            trouble = Trouble(409, typed=typed, not_given=NotGiven(twice=starts))
        return await appointment_page(desk, appointment_id, trouble)
    (start,) = starts
    new = NewTime(start, wanted.clinician, wanted.chair, wanted.overriding(start, desk.staff))

    async def do(tx: Transaction, press: Press) -> object:
        return await move_by_staff(tx, press, new)

    try:
        return await _press(desk, appointment_id, wanted.seen, do, str(sent.get("go_on", "")))
    except TimeRefused as refusal:
        trouble = Trouble(409, typed=typed, not_given=NotGiven(start, refusal))
    except NotYoursToOverride:
        trouble = Trouble(403, said=NOT_YOURS, typed=typed)
    except TimeIsPast:
        trouble = Trouble(422, errors={"time": PAST}, typed=typed)
    except PrescriberUnknown:
        trouble = Trouble(422, errors={"clinician": "Choose somebody who can be booked."}, typed=typed)
    except ChairUnknown:
        trouble = Trouble(422, errors={"chair": "Choose a chair that can be booked."}, typed=typed)
    return await appointment_page(desk, appointment_id, trouble)


async def _press(desk: Desk, appointment_id: UUID, seen: int, do: Do, go_on: str) -> Response:
    press = Press(desk.settings.clinic.id, appointment_id, seen, desk.staff.staff_id)
    try:
        async with desk.database.transaction() as tx:
            await do(tx, press)
    except ChangedMeanwhile:
        return await appointment_page(desk, appointment_id, Trouble(409, said=CHANGED))
    except (AppointmentIsOver, SessionNotBooked):
        return await appointment_page(desk, appointment_id, Trouble(409, said=OVER))
    except NotTimeYet:
        return await appointment_page(desk, appointment_id, Trouble(409, said=NOT_YET))
    except NotItsDay as refused:
        return await appointment_page(desk, appointment_id, Trouble(409, said=f"{refused} Nothing was done."))
    return RedirectResponse(local_path(go_on, f"/staff/appointments/{appointment_id}"), status_code=303)


def _day(typed: str | None) -> date | None:
    try:
        return read_date(typed) if typed else None
    except ValueError as error:
        raise InvalidInput(errors=[FieldError(str(error), parameter="day")]) from None
