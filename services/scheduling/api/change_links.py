"""`/internal/requests/{id}/change-link`: a link for the letter that is about to go, to change its appointment.

It stands in no event and no table but as a hash: whoever writes to the patient asks for it at the last moment.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from services.scheduling.domain.change import NothingToChange
from services.scheduling.problems import AppointmentNotFound
from services.scheduling.use_cases.change_links import make_change_link
from shared.web.dependencies import TheDatabase
from shared.web.problems import problems as may_refuse
from shared.web.service_token import require_service

router = APIRouter(prefix="/internal/requests", include_in_schema=False)


class NewLink(BaseModel):
    path: str


@router.post("/{request_id}/change-link", status_code=201, responses=may_refuse(AppointmentNotFound))
async def change_link(
    request_id: UUID, _: Annotated[str, Depends(require_service("notifications"))], database: TheDatabase
) -> NewLink:
    try:
        async with database.transaction() as tx:
            token = await make_change_link(tx, request_id, mailed=True)
    except NothingToChange:
        raise AppointmentNotFound from None
    return NewLink(path=f"/a/{token}")
