"""`/staff/requests/calls/<id>/<language>/check`: everything once more, read back to the caller, and sending it."""

from fastapi import APIRouter, Request, Response

from services.intake.domain.guided.accept import PageRefused, accept
from services.intake.domain.guided.walk import CHECK
from services.intake.domain.refusal import DraftRefused
from services.intake.pages.caller.opened import CALLS, Caller, TheCaller
from services.intake.pages.guided.asked import in_fields
from services.intake.pages.guided.free_times import WHEN, free_times
from services.intake.pages.guided.in_words import answered, together
from services.intake.pages.guided.sending import WHAT_MAY_HAVE_CHANGED
from services.intake.problems import RequestNotFound
from services.intake.use_cases.clinic_rules import clinic_rules
from services.intake.use_cases.fill_in_for_caller import TakenOver, send_for_caller
from shared.events.values import DecidedBy
from shared.web.problems import problems as may_refuse

router = APIRouter(
    prefix=f"{CALLS}/{{request_id}}/{{language}}", include_in_schema=False, responses=may_refuse(RequestNotFound)
)


@router.get(f"/{CHECK}")
async def show(caller: TheCaller) -> Response:
    if elsewhere := caller.elsewhere:
        return elsewhere
    if caller.opened.walk.first_open != CHECK:
        return caller.go_on()
    opened, drawn = caller.opened, caller.drawn
    sections = together(answered(opened.walk, drawn.spoken), opened.walk, drawn.spoken)
    return drawn.page("check.html", **drawn.in_request(opened, CHECK), sections=sections)


@router.post(f"/{CHECK}")
async def send(request: Request, caller: TheCaller) -> Response:
    """Pressed twice, or by two members of staff, it sends one request. It is not counted against any share: staff sent it."""
    if caller.call.draft.with_staff and caller.opened.walk.first_open != CHECK:
        return caller.go_on()
    try:
        async with caller.desk.database.transaction() as tx:
            await send_for_caller(tx, caller.clinic_id, caller.request_id, caller.opened.cipher, caller.door, caller.by)
    except TakenOver:
        return caller.taken_over()
    except DraftRefused:
        return _once_more(request, caller)
    return caller.sent()


def _once_more(request: Request, caller: Caller) -> Response:
    """The page whose answer cannot be sent any more, with the reason. Raises DraftRefused when it is none of them."""
    opened, drawn = caller.opened, caller.drawn
    rules = clinic_rules(caller.desk.settings.clinic, caller.desk.clock.now())
    for slug in WHAT_MAY_HAVE_CHANGED:
        try:
            accept(
                slug, in_fields(opened.walk.answers.values(slug), drawn.language), opened.walk, rules, DecidedBy.STAFF
            )
        except PageRefused as refused:
            besides = free_times(request, opened, {}) if slug == WHEN else {}
            return drawn.question(opened, slug, status=422, errors=refused.errors, **besides)
    raise DraftRefused({})
