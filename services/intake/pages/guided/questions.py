"""`/request/g/<token>/<language>/<slug>`: one question. Looking shows it, sending keeps it and leads to the next."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from services.intake.desk import TheDesk
from services.intake.domain.guided.accept import PageRefused, PageUnknown, accept, skipped
from services.intake.domain.guided.answers import Values
from services.intake.domain.guided.birth import UnderAge
from services.intake.domain.guided.signs import signs_typed
from services.intake.domain.guided.walk import CHECK
from services.intake.domain.own_page import own_page
from services.intake.pages.guided.drawn import Drawn
from services.intake.pages.guided.free_times import WHEN, free_times
from services.intake.pages.guided.hearing import hear
from services.intake.pages.guided.in_language import TheDrawn
from services.intake.pages.guided.opened import Opened, TheRequest, lead_to
from services.intake.pages.guided.typed import last_typed, typed_in
from services.intake.use_cases.clinic_rules import clinic_rules
from services.intake.use_cases.save_page import AlreadySent, ChangedElsewhere, Kept, save_page

router = APIRouter(prefix="/request/g/{token}/{language}", include_in_schema=False)

REVISION = "revision"
SKIP = "skip"


@router.get("/{slug}")
async def show(slug: str, request: Request, opened: TheRequest, drawn: TheDrawn) -> Response:
    if mine := opened.sent_as:
        return lead_to(own_page(mine, drawn.language))
    if slug == CHECK or not opened.walk.may_open(slug):
        return _go_on(opened, drawn)
    return drawn.question(opened, slug, **_besides(slug, request, opened, dict(request.query_params)))


@router.post("/{slug}")
async def keep(slug: str, request: Request, opened: TheRequest, drawn: TheDrawn, desk: TheDesk) -> Response:
    """Whoever sends a page that another window has sent the whole request from is led to where it stands.

    What cannot be kept, or is not asked any more, is heard all the same.
    """
    form = await request.form()
    signs = signs_typed(slug, typed_in(form))
    if slug == CHECK or not (opened.draft.sent or opened.walk.may_open(slug)):
        return _go_on(await hear(opened, desk, slug, signs), drawn)
    try:
        values = _values(slug, form, opened, desk)
    except (PageRefused, PageUnknown) as refused:
        opened = await hear(opened, desk, slug, signs)
        if mine := opened.sent_as:
            return lead_to(own_page(mine, drawn.language))
        if isinstance(refused, PageUnknown):
            raise
        besides = _besides(slug, request, opened, last_typed(form))
        return drawn.question(opened, slug, status=422, shown=typed_in(form), errors=refused.errors, **besides)
    except UnderAge:
        return drawn.page("minor.html", **drawn.in_request(opened, slug))
    async with desk.database.transaction() as tx:
        saved = await save_page(tx, opened.token, opened.cipher, slug, values, revision_of(form))
    match saved:
        case AlreadySent(request_token):
            return lead_to(own_page(request_token, drawn.language))
        case ChangedElsewhere(answers):
            return drawn.question(
                opened.having_said(slug, values),
                slug,
                status=409,
                shown=typed_in(form),
                elsewhere=opened.with_answers(answers),
                **_besides(slug, request, opened, last_typed(form)),
            )
        case Kept(answers):
            return lead_to(opened.address(drawn.language, opened.with_answers(answers).first_open))


def _values(slug: str, form: FormData, opened: Opened, desk: TheDesk) -> Values:
    """Raises PageRefused, UnderAge."""
    left_out = skipped(slug) if SKIP in form else None
    if left_out is not None:
        return left_out
    rules = clinic_rules(desk.settings.clinic, desk.clock.now())
    return accept(slug, typed_in(form), opened.walk, rules)


def revision_of(form: FormData) -> int:
    """What is no number was shown by no page of ours: then anything that is kept counts as newer."""
    shown = str(form.get(REVISION, ""))
    return int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 10 else -1


def _besides(slug: str, request: Request, opened: Opened, sent: dict[str, str]) -> dict[str, Any]:
    return free_times(request, opened, sent) if slug == WHEN else {}


def _go_on(opened: Opened, drawn: Drawn) -> Response:
    return lead_to(opened.address(drawn.language, opened.walk.first_open))
