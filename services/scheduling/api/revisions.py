"""`/internal/appointments/{id}/revision`: is what a message is about to say still true?"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from services.scheduling.problems import AppointmentNotFound
from services.scheduling.store import appointments, asked_moves
from shared.web.dependencies import TheDatabase
from shared.web.problems import problems as may_refuse
from shared.web.service_token import require_service

router = APIRouter(prefix="/internal/appointments", include_in_schema=False)


class Revision(BaseModel):
    appointment_id: UUID
    revision: int
    state: str
    cannot_be_kept: bool
    """Its patient was told so, or is about to be, and asked about another time."""
    starts_at: datetime
    zone: str


@router.get("/{appointment_id}/revision", responses=may_refuse(AppointmentNotFound))
async def revision(
    appointment_id: UUID, _: Annotated[str, Depends(require_service("notifications"))], database: TheDatabase
) -> Revision:
    async with database.transaction(read_only=True) as tx:
        row = await appointments.revision_of(tx, appointment_id)
        question = await asked_moves.standing(tx, appointment_id)
    if row is None:
        raise AppointmentNotFound
    return Revision(
        appointment_id=row["id"],
        revision=row["revision"],
        state=row["state"],
        cannot_be_kept=question is not None,
        starts_at=row["starts_at"],
        zone=row["zone"],
    )
