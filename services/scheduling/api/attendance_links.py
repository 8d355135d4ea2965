"""`/internal/appointments/{id}/revisions/{n}/attendance-link`: for the letter that names this time, to say that one comes.

It stands in no event and no table but as a hash, like the link that changes an appointment.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel

from services.scheduling.domain.change import ChangedMeanwhile, NothingToChange
from services.scheduling.problems import AppointmentNotFound
from services.scheduling.use_cases.attendance_links import make_attendance_link
from shared.web.dependencies import TheDatabase
from shared.web.problems import problems as may_refuse
from shared.web.service_token import require_service

router = APIRouter(prefix="/internal/appointments", include_in_schema=False)


class NewLink(BaseModel):
    path: str


@router.post(
    "/{appointment_id}/revisions/{revision}/attendance-link",
    status_code=201,
    responses=may_refuse(AppointmentNotFound),
)
async def attendance_link(
    appointment_id: UUID,
    revision: Annotated[int, Path(ge=1, lt=1_000_000_000)],
    _: Annotated[str, Depends(require_service("notifications"))],
    database: TheDatabase,
) -> NewLink:
    """Without one there is nothing to come to at that time any more."""
    try:
        async with database.transaction() as tx:
            token = await make_attendance_link(tx, appointment_id, revision)
    except (NothingToChange, ChangedMeanwhile):
        raise AppointmentNotFound from None
    return NewLink(path=f"/a/coming/{token}")
