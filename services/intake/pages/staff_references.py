"""`/staff/requests/references/{reference}`: from what a patient says on the phone to the request."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import AwareDatetime, BaseModel

from services.intake.pages.staff import OurStaff
from services.intake.problems import RequestNotFound
from services.intake.store import consultation_requests, request_drafts
from shared.web.dependencies import TheDatabase, TheSettings
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix="/staff/requests/references", include_in_schema=False)


class ReferenceOut(BaseModel):
    """Which request a reference names, without anything about the person. `requested_at` is None until it is sent."""

    request_id: UUID
    patient_id: UUID
    requested_at: AwareDatetime | None


@router.get("/{reference}", responses=may_refuse(RequestNotFound))
async def find(
    reference: Annotated[str, Path(max_length=20)], staff: OurStaff, database: TheDatabase, settings: TheSettings
) -> ReferenceOut:
    """The unsent one is looked for first: one that is sent at this moment is then found as a request."""
    del staff  # asked for what it checks
    named = reference.strip().upper()
    async with database.transaction(read_only=True) as tx:
        if draft := await request_drafts.by_reference(tx, settings.clinic.id, named):
            return ReferenceOut(request_id=draft.request_id, patient_id=draft.patient_id, requested_at=None)
        request = await consultation_requests.by_reference(tx, settings.clinic.id, named)
    return ReferenceOut(request_id=request.id, patient_id=request.patient_id, requested_at=request.requested_at)
