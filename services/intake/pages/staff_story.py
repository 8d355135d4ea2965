"""`/staff/requests/<id>/story`: what happened to a request, as a tree that the browser puts together from every service."""

from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Response

from services.intake.problems import RequestNotFound
from services.intake.store import consultation_requests
from shared.web.dependencies import TheDatabase, ThePages, TheSettings
from shared.web.problems import problems as may_refuse
from shared.web.story import ClinicalStaff, Place, beginnings, parts_of_others

router = APIRouter(
    prefix="/staff/requests/{request_id}/story", include_in_schema=False, responses=may_refuse(RequestNotFound)
)

TITLES = {"scheduling": "Appointments and sessions", "notifications": "Inbox"}


@router.get("")
async def page(
    request_id: UUID, staff: ClinicalStaff, pages: ThePages, database: TheDatabase, settings: TheSettings
) -> Response:
    clinic_id = settings.clinic.id
    async with database.transaction(read_only=True) as tx:
        request = await consultation_requests.get(tx, clinic_id, request_id)
        nodes = await beginnings(tx, clinic_id, request.patient_id, request.requested_at)
    since = urlencode({"since": request.requested_at.isoformat()})
    return pages.page(
        "staff_story.html",
        staff=staff,
        request=request,
        nodes=nodes,
        others=[
            (TITLES[place.service], place)
            for place in parts_of_others("intake", request.patient_id, request.requested_at)
        ],
        messages=Place("notifications", f"/staff/inbox/messages/of/{request.patient_id}?{since}"),
    )
