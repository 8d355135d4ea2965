"""`/api/appointments/{id}/…`: what staff say of one appointment with one press, as on its page."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Response

from services.scheduling.api.doing_once import WRITES, Do, Doing
from services.scheduling.api.staff_appointment_models import ClinicAppointment, SeenIn
from services.scheduling.problems import NotItsDay, NotMissed, NotTimeYet, RecordWanted
from services.scheduling.use_cases.arrive_patient import (
    arrive_patient,
    begin_appointment,
    take_arrival_back,
    take_begin_back,
)
from services.scheduling.use_cases.complete_appointment import complete_consultation
from services.scheduling.use_cases.miss_appointment import miss_appointment
from services.scheduling.use_cases.wait_again import wait_again
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix="/api/appointments", tags=["appointments of the clinic"])


@dataclass(frozen=True, slots=True)
class Said:
    """Its place under the appointment, what it says, and why it may be refused beside what refuses every change."""

    path: str
    do: Do
    summary: str
    more: str
    refused: tuple[type[Exception], ...] = ()


SAYINGS = (
    Said(
        "arrival",
        arrive_patient,
        "The patient is here",
        "Early, late or in time on its day: none of it is refused. What takes place on another day is moved to it first.",
        (NotItsDay,),
    ),
    Said(
        "arrival-taken-back",
        take_arrival_back,
        "The patient is not here after all",
        "For a press on the wrong one, as long as nothing has begun.",
    ),
    Said(
        "begin",
        begin_appointment,
        "It begins",
        "At its time or not, on its day. Whoever is seen has arrived.",
        (NotItsDay,),
    ),
    Said(
        "begin-taken-back",
        take_begin_back,
        "It has not begun after all",
        "For a press on the wrong one, as long as it has not ended. Who had arrived before still has.",
    ),
    Said(
        "completion",
        complete_consultation,
        "A consultation has ended",
        "From its start on, or once the patient is here, also days later. A session ends with its record instead.",
        (NotTimeYet, RecordWanted),
    ),
    Said(
        "no-show",
        miss_appointment,
        "The patient did not come",
        "From its start on, also days later. What is left of its time is free at once.",
        (NotTimeYet,),
    ),
    Said(
        "waiting",
        wait_again,
        "Who did not come waits for another time",
        "Of a missed consultation, where no time can be named: the request stands on the waiting list again.",
        (NotMissed,),
    ),
)


def _press(do: Do) -> Callable[..., Awaitable[Response]]:
    async def press(appointment_id: UUID, sent: SeenIn, doing: Doing) -> Response:
        return await doing.press(appointment_id, sent, do)

    return press


for said in SAYINGS:
    router.add_api_route(
        f"/{{appointment_id}}/{said.path}",
        _press(said.do),
        methods=["POST"],
        name=said.path,
        summary=said.summary,
        description=said.more,
        responses=may_refuse(*WRITES, *said.refused),
        response_model=ClinicAppointment,
    )
