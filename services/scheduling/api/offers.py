"""`/api/offers`: somebody who waits answers the offer of a free time, as on `/a/offer/<token>`; and the link for the letter.

The token of the link goes in the header Chairside-Ticket (docs/decisions/0134): it must not stand in an address.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Response
from pydantic import BaseModel

from services.scheduling.domain.slot_offer import OfferState
from services.scheduling.domain.wall_clock import reads
from services.scheduling.problems import OfferIsOver, OfferUnknown
from services.scheduling.use_cases.answer_offer import accept_offer, decline_offer
from services.scheduling.use_cases.offer_links import SeenOffer, make_offer_link, see_offer
from shared.database import Database
from shared.web.dependencies import TheDatabase
from shared.web.problems import problems as may_refuse
from shared.web.service_token import require_service
from shared.web.subject_ticket import TICKET_HEADER

router = APIRouter(prefix="/api/offers", tags=["offers of free times"])
internal = APIRouter(prefix="/internal/offers", include_in_schema=False)
NOT_KEPT = {"Cache-Control": "no-store"}
TheToken = Annotated[
    str,
    Header(alias=TICKET_HEADER, max_length=200, description="The last part of the link `/a/offer/…` in the letter."),
]


class OfferOut(BaseModel):
    """`answer_by` is the deadline: until then the time is kept. `others_asked`: whoever says yes first has it. Local times
    are the clinic's wall clock."""

    state: OfferState
    starts_at: datetime
    ends_at: datetime
    local_start: datetime
    answer_by: datetime
    local_answer_by: datetime
    zone: str
    others_asked: bool


@router.get("/mine", summary="What is offered", responses=may_refuse(OfferUnknown))
async def look(response: Response, token: TheToken, database: TheDatabase) -> OfferOut:
    """Nothing changes by it. An offer that is over is shown too, with what became of it."""
    response.headers.update(NOT_KEPT)
    return await _shown(database, token)


@router.post("/mine/acceptance", summary="Take the time", responses=may_refuse(OfferUnknown, OfferIsOver))
async def accept(response: Response, token: TheToken, database: TheDatabase) -> OfferOut:
    """It is booked, and a letter confirms it. Twice is once. Who is too late keeps their place on the waiting list."""
    response.headers.update(NOT_KEPT)
    seen = await _seen(database, token)
    async with database.transaction() as tx:
        appointment = await accept_offer(tx, seen.offer.id)
    if appointment is None:
        raise OfferIsOver(OfferState.ENDED)
    return await _shown(database, token)


@router.post("/mine/refusal", summary="Leave the time to others", responses=may_refuse(OfferUnknown, OfferIsOver))
async def decline(response: Response, token: TheToken, database: TheDatabase) -> OfferOut:
    """The place on the waiting list stays, and the next time is offered. Twice is once."""
    response.headers.update(NOT_KEPT)
    seen = await _seen(database, token)
    async with database.transaction() as tx:
        await decline_offer(tx, seen.offer.id)
    return await _shown(database, token)


class NewLink(BaseModel):
    path: str


@internal.post("/{offer_id}/link", status_code=201, responses=may_refuse(OfferUnknown, OfferIsOver))
async def link(
    offer_id: UUID, _: Annotated[str, Depends(require_service("notifications"))], database: TheDatabase
) -> NewLink:
    """Without one the offer is over, and nothing is to be said of it any more."""
    async with database.transaction() as tx:
        path = await make_offer_link(tx, offer_id)
    return NewLink(path=path)


async def _seen(database: Database, token: str) -> SeenOffer:
    async with database.transaction(read_only=True) as tx:
        return await see_offer(tx, token)


async def _shown(database: Database, token: str) -> OfferOut:
    offer = (await _seen(database, token)).offer
    return OfferOut(
        state=offer.state,
        starts_at=offer.starts_at,
        ends_at=offer.ends_at,
        local_start=reads(offer.starts_at, offer.zone),
        answer_by=offer.answer_by,
        local_answer_by=reads(offer.answer_by, offer.zone),
        zone=offer.zone,
        others_asked=offer.shared,
    )
