"""`/staff/requests/calls/<id>/<language>/<slug>`: one question, read out to a caller. What is kept, and what follows from it,
is as when they fill it in themselves.
"""

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from services.intake.domain.guided.accept import PageRefused, PageUnknown, accept, said_aloud, skipped
from services.intake.domain.guided.answers import Values
from services.intake.domain.guided.birth import UnderAge
from services.intake.domain.guided.signs import signs_typed
from services.intake.domain.guided.walk import CHECK
from services.intake.pages.caller.opened import CALLS, Caller, TheCaller
from services.intake.pages.guided.free_times import WHEN, free_times
from services.intake.pages.guided.questions import SKIP, revision_of
from services.intake.pages.guided.to_free_times import lead_page_to, to_free_times
from services.intake.pages.guided.typed import last_typed, typed_in
from services.intake.problems import RequestNotFound
from services.intake.use_cases.clinic_rules import clinic_rules
from services.intake.use_cases.fill_in_for_caller import TakenOver, raise_for_caller, save_for_caller
from services.intake.use_cases.save_page import AlreadySent, ChangedElsewhere, Kept
from shared.events.values import DecidedBy
from shared.web.problems import problems as may_refuse

router = APIRouter(
    prefix=f"{CALLS}/{{request_id}}/{{language}}", include_in_schema=False, responses=may_refuse(RequestNotFound)
)


@router.get("/{slug}")
async def show(slug: str, request: Request, caller: TheCaller) -> Response:
    if elsewhere := caller.elsewhere:
        return elsewhere
    if slug == CHECK or not caller.opened.walk.may_open(slug):
        return caller.go_on()
    besides = free_times(request, caller.opened, dict(request.query_params)) if slug == WHEN else {}
    return caller.drawn.question(caller.opened, slug, **besides)


@router.post("/free-times")
async def lead_to_free_times(request: Request, caller: TheCaller) -> Response:
    """As on the caller's own pages. Where the request is no longer filled in here, the question itself says why."""
    if caller.elsewhere or not caller.opened.walk.may_open(WHEN):
        return lead_page_to(request, caller.opened.address(caller.drawn.language, WHEN))
    return await to_free_times(request, caller.opened, caller.drawn, caller.desk)


@router.post("/{slug}")
async def keep(slug: str, request: Request, caller: TheCaller) -> Response:
    """What was said is heard also when it cannot be kept, is not asked any more, or comes too late."""
    opened, drawn = caller.opened, caller.drawn
    form = await request.form()
    signs = signs_typed(slug, typed_in(form))
    if slug == CHECK or (caller.call.draft.with_staff and not opened.walk.may_open(slug)):
        return (await _hear(caller, slug, signs)).go_on()
    besides = free_times(request, opened, last_typed(form)) if slug == WHEN else {}
    try:
        values = _values(slug, form, caller)
    except (PageRefused, PageUnknown) as refused:
        caller = await _hear(caller, slug, signs)
        if elsewhere := caller.elsewhere:
            return elsewhere
        if isinstance(refused, PageUnknown):
            raise
        return drawn.question(caller.opened, slug, status=422, shown=typed_in(form), errors=refused.errors, **besides)
    except UnderAge:
        return drawn.pages.page(
            "caller/minor.html", staff=caller.staff, call=caller.call, back=opened.address(drawn.language, slug)
        )
    async with caller.desk.database.transaction() as tx:
        saved = await save_for_caller(
            tx, caller.clinic_id, caller.request_id, opened.cipher, slug, values, revision_of(form), caller.by
        )
    match saved:
        case TakenOver():
            return caller.taken_over()
        case AlreadySent():
            return caller.sent()
        case ChangedElsewhere(answers):
            return drawn.question(
                opened.having_said(slug, values),
                slug,
                status=409,
                shown=typed_in(form),
                elsewhere=opened.with_answers(answers),
                **besides,
            )
        case Kept(answers):
            return caller.lead_to(opened.with_answers(answers).first_open)


async def _hear(caller: Caller, slug: str, signs: Values) -> Caller:
    """With what became of the request meanwhile, when there was something to hear."""
    if not signs:
        return caller
    said = caller.opened.walk.answers.with_page(slug, signs)
    async with caller.desk.database.transaction() as tx:
        return caller.now(await raise_for_caller(tx, caller.clinic_id, caller.request_id, said))


def _values(slug: str, form: FormData, caller: Caller) -> Values:
    """Raises PageRefused, UnderAge, PageUnknown."""
    left_out = skipped(slug) if SKIP in form else None
    if left_out is not None:
        return left_out
    rules = clinic_rules(caller.desk.settings.clinic, caller.desk.clock.now())
    values = accept(slug, typed_in(form), caller.opened.walk, rules, DecidedBy.STAFF)
    return said_aloud(slug, values, caller.by.id, caller.by.name)
