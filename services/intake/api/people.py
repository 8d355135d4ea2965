"""`/internal/people/search`: who is meant by a whole name, an e-mail address, a phone number or a reference?

The calendar knows its patients by id, with names sealed. By POST: what is typed stands in no address and no log.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from services.intake.callers import recognises
from services.intake.desk import TheDesk
from services.intake.domain.contact_rules import region_of
from services.intake.domain.refusal import NotPossible
from services.intake.use_cases.find_people import find_patients, sought
from shared.web.service_token import require_service

router = APIRouter(prefix="/internal/people", include_in_schema=False)


class Sought(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    typed: Annotated[str, Field(max_length=200)]


class Found(BaseModel):
    patients: list[UUID]


@router.post("/search")
async def search(
    request: Request, asked: Sought, _: Annotated[str, Depends(require_service("scheduling"))], desk: TheDesk
) -> Found:
    """Nobody, where it cannot be any of these: whoever asks says so in words of their own."""
    ours = desk.settings.clinic
    try:
        tries = sought(asked.typed, ours.reference_prefix, region_of(ours.phone))
    except NotPossible:
        return Found(patients=[])
    async with desk.database.transaction(read_only=True) as tx:
        return Found(patients=await find_patients(tx, ours.id, recognises(request), tries))
