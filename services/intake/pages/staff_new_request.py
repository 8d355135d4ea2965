"""`/staff/requests/new`: staff fill the form in for somebody who phones or stands at the desk."""

from fastapi import APIRouter, Request, Response

from services.intake.desk import TheDesk
from services.intake.pages.request_fields import field_values
from services.intake.pages.staff import OurStaff
from services.intake.pages.take_request import ShowAgain, staff_client, take_request
from services.intake.use_cases.submit_request import Door
from shared.events.values import DecidedBy
from shared.web.dependencies import TheFormKeys, ThePages, TheSettings

router = APIRouter(prefix="/staff/requests/new", include_in_schema=False)


@router.get("")
async def form(staff: OurStaff, pages: ThePages, form_keys: TheFormKeys, settings: TheSettings) -> Response:
    return pages.page("staff_new_request.html", staff=staff, **field_values(settings.clinic, form_keys.new()))


@router.post("")
async def send(request: Request, staff: OurStaff, desk: TheDesk, pages: ThePages, settings: TheSettings) -> Response:
    taken = await take_request(
        request,
        desk,
        Door(settings.clinic, settings.public_url, DecidedBy.STAFF, staff.staff_id),
        client=staff_client(staff.staff_id),
        lead_to=lambda submitted: f"/staff/requests/{submitted.request.id}",
    )
    if isinstance(taken, ShowAgain):
        again = field_values(settings.clinic, taken.form_key, taken.typed, taken.errors)
        return pages.page("staff_new_request.html", status=422, staff=staff, **again)
    return taken.response()
