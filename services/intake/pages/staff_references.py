"""`/staff/requests/references/{reference}`: from what a patient says on the phone to the request."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import AwareDatetime, BaseModel

from services.intake.pages.staff import OurStaff
from services.intake.problems import RequestNotFound
from services.intake.store import consultation_requests
from shared.web.dependencies import TheDatabase, TheSettings
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix="/staff/requests/references", include_in_schema=False)


class ReferenceOut(BaseModel):
    """Which request a reference names, without anything about the person."""

    request_id: UUID
    patient_id: UUID
    requested_at: AwareDatetime


@router.get("/{reference}", responses=may_refuse(RequestNotFound))
async def find(
    reference: Annotated[str, Path(max_length=20)], staff: OurStaff, database: TheDatabase, settings: TheSettings
) -> ReferenceOut:
    del staff  # asked for what it checks
    async with database.transaction(read_only=True) as tx:
        request = await consultation_requests.by_reference(tx, settings.clinic.id, reference.strip().upper())
    return ReferenceOut(request_id=request.id, patient_id=request.patient_id, requested_at=request.requested_at)
