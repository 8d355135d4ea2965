"""`/request/short`: the whole request as one form, for whoever would rather see all of it at once."""

from fastapi import APIRouter, Request, Response

from services.intake.callers import share_of
from services.intake.desk import TheDesk
from services.intake.domain.reasons import Reason
from services.intake.domain.risk import crisis_words_before_sending
from services.intake.pages.request_fields import field_values
from services.intake.pages.take_request import ShowAgain, take_request
from services.intake.use_cases.submit_request import Door
from shared.web.dependencies import TheFormKeys, ThePages, TheSettings

router = APIRouter(include_in_schema=False)

SAME_ON_THE_WAY_BACK = {"Cache-Control": "private, no-cache"}
"""The empty form says nothing about anybody. With `no-store` a browser that goes back would fetch another form key, and
sending again would be a second request; so it may keep this page, and shows it with the key it had."""


@router.get("/request/short")
async def form(pages: ThePages, form_keys: TheFormKeys, settings: TheSettings) -> Response:
    return pages.page(
        "request.html", headers=SAME_ON_THE_WAY_BACK, crisis="", **field_values(settings.clinic, form_keys.new())
    )


@router.post("/request/short")
async def send(request: Request, desk: TheDesk, pages: ThePages, settings: TheSettings) -> Response:
    taken = await take_request(
        request,
        desk,
        Door(settings.clinic, settings.public_url),
        client="form",
        lead_to=lambda submitted: f"/r/{submitted.token}",
        share_of=share_of(request),
    )
    if isinstance(taken, ShowAgain):
        clinic = settings.clinic
        again = field_values(clinic, taken.form_key, taken.typed, taken.errors)
        urgent = Reason.SUICIDAL_IDEATION in taken.typed.get("reasons", ())
        crisis = crisis_words_before_sending(clinic.crisis_line, clinic.emergency_line) if urgent else ""
        return pages.page("request.html", status=422, crisis=crisis, **again)
    return taken.response()
