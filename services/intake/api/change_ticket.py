"""`/api/consultation-requests/<token>/change-ticket`: with what scheduling lets a patient move or cancel their appointment."""

from datetime import datetime

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from services.intake.api.consultation_requests import Token
from services.intake.pages.my_request import change_ticket
from services.intake.problems import LinkExpired, LinkUnknown, NoAppointmentAhead
from services.intake.use_cases.see_my_request import see_my_request
from shared.web.dependencies import TheClock, TheDatabase, TheSettings
from shared.web.hold_ticket import LIFETIME
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix="/api/consultation-requests", tags=["consultation requests"])


class ChangeLinksOut(BaseModel):
    """Where the appointment is: scheduling's, in an OpenAPI document of its own."""

    appointment: str = Field(description="POST shows it, and the times it could be moved to.")
    move: str
    cancel: str


class ChangeTicketOut(BaseModel):
    """Whoever has `ticket` may move and cancel this appointment. A secret: send it in a body, never in an address."""

    ticket: str
    ends_at: datetime
    links: ChangeLinksOut


APPOINTMENTS = ChangeLinksOut(
    appointment="/api/appointments/mine", move="/api/appointments/move", cancel="/api/appointments/cancel"
)


@router.get(
    "/{token}/change-ticket",
    summary="A ticket to change the appointment",
    responses=may_refuse(LinkUnknown, LinkExpired, NoAppointmentAhead),
)
async def ticket(
    token: Token, response: Response, database: TheDatabase, settings: TheSettings, clock: TheClock
) -> ChangeTicketOut:
    """While there is an appointment that lies ahead. A fresh one can be asked for at any time."""
    response.headers["Cache-Control"] = "no-store"
    async with database.transaction(read_only=True) as tx:
        mine = await see_my_request(tx, token)
    signed = change_ticket(mine, settings, clock)
    if not signed:
        raise NoAppointmentAhead
    return ChangeTicketOut(ticket=signed, ends_at=clock.now() + LIFETIME, links=APPOINTMENTS)
