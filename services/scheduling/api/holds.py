"""`/api/holds`: a time is kept for a while for a request that is not sent yet."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.scheduling.callers import TheHolding, within_reach
from services.scheduling.domain.hold import Hold
from services.scheduling.domain.refusal import Missing, TimeRefused
from services.scheduling.domain.wall_clock import reads
from services.scheduling.problems import NoTimesToChoose, RequestIsSent, TicketRefused, TimeNotFree, TooManyHolds
from services.scheduling.use_cases.hold_time import HoldWanted, give_back_hold, hold_time
from shared.web.dependencies import TheClock, TheDatabase, TheSettings
from shared.web.problems import FieldError, InvalidInput
from shared.web.problems import problems as may_refuse
from shared.web.written_times import WrittenTime

router = APIRouter(prefix="/api/holds", tags=["free times"])

Ticket = Annotated[
    str,
    Field(
        max_length=4096, description="Of one request, from the page or the answer that shows it; good for two hours."
    ),
]


class HoldIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ticket: Ticket
    starts_at: WrittenTime


class GiveBackIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ticket: Ticket


class HoldOut(BaseModel):
    """Until `kept_until` nobody else gets this time. Send the request with `hold_id` before then."""

    hold_id: UUID
    starts_at: datetime
    ends_at: datetime
    local_start: datetime
    zone: str
    kept_until: datetime


@router.post(
    "",
    summary="Keep a time",
    responses=may_refuse(TimeNotFree, NoTimesToChoose, RequestIsSent, TooManyHolds, TicketRefused),
)
async def hold(
    sent: HoldIn,
    request: Request,
    response: Response,
    database: TheDatabase,
    settings: TheSettings,
    holding: TheHolding,
    clock: TheClock,
) -> HoldOut:
    """One time a request: the same again changes nothing, another one takes its place, with the same `hold_id`.

    When it cannot be had, the time that was kept before stays kept; `reasons` in the problem says everything against the
    new one, `instead` the nearest that can be had.
    """
    response.headers["Cache-Control"] = "no-store"
    if not within_reach(sent.starts_at, clock.now()):
        raise InvalidInput(errors=[FieldError("Name a time within a year or so.", pointer="#/starts_at")])
    ticket = holding.read(sent.ticket)
    holding.count(request)
    wish = HoldWanted(settings.clinic.id, ticket.request_id, ticket.patient_id, sent.starts_at, ticket.contacts)
    try:
        async with database.transaction() as tx:
            kept = await hold_time(tx, wish, holding.rules)
    except TimeRefused as refused:
        raise refusal_of(refused) from None
    return _view(kept, settings.clinic.zone)


@router.post("/give-back", status_code=204, summary="Give a time back", responses=may_refuse(TicketRefused))
async def give_back(sent: GiveBackIn, database: TheDatabase, holding: TheHolding) -> None:
    """It is everybody's at once. Giving back twice, or nothing, changes nothing."""
    ticket = holding.read(sent.ticket)
    async with database.transaction() as tx:
        await give_back_hold(tx, ticket.request_id)


def refusal_of(refused: TimeRefused) -> TimeNotFree:
    """With everything against the time, and what can be had instead."""
    reasons = [_reason(one) for one in refused.missing]
    return TimeNotFree(members={"reasons": reasons, "instead": [at.isoformat() for at in refused.instead]})


def _view(kept: Hold, zone: str) -> HoldOut:
    assert kept.kept_until is not None
    return HoldOut(
        hold_id=kept.id,
        starts_at=kept.starts_at,
        ends_at=kept.ends_at,
        local_start=reads(kept.starts_at, zone),
        zone=zone,
        kept_until=kept.kept_until,
    )


def _reason(missing: Missing) -> dict[str, Any]:
    """Why, and when; who is taken by whom is nobody's business outside."""
    return {"why": missing.why, "from": missing.during.start.isoformat(), "until": missing.during.end.isoformat()}
