"""`/internal/requests/{id}/proof`: does what somebody says of themselves fit whom the request is from?"""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from services.intake.desk import TheDesk
from services.intake.problems import RequestNotFound
from services.intake.use_cases.who_asked import who_asked
from shared.keyring.errors import KeyErased
from shared.web.problems import problems as may_refuse
from shared.web.service_token import require_service

router = APIRouter(prefix="/internal/requests", include_in_schema=False)


class Asks(StrEnum):
    BORN = "born"
    LAST_NAME = "last-name"


class Said(BaseModel):
    """A date of birth as year-month-day, or a last name; nothing, to know which of them is asked."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    said: Annotated[str, Field(max_length=1000)] = ""


class Proven(BaseModel):
    asks: Asks
    fits: bool


@router.post("/{request_id}/proof", responses=may_refuse(RequestNotFound))
async def proof(
    request_id: UUID, said: Said, _: Annotated[str, Depends(require_service("scheduling"))], desk: TheDesk
) -> Proven:
    """Nothing about the person leaves this service. How often somebody may try is counted by who asks."""
    async with desk.database.transaction(read_only=True) as tx:
        sealed = await who_asked(tx, desk.settings.clinic.id, request_id)
    try:
        known = sealed.open(await desk.keyring.cipher(sealed.patient_id))
    except KeyErased:
        raise RequestNotFound from None
    return Proven(asks=Asks.BORN if known.born else Asks.LAST_NAME, fits=bool(said.said) and known.fits(said.said))
