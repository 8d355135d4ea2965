"""`/r/questions/<token>/<slug>`: one question of the guided request that staff ask for once more; and a new link where this
one has ended.
"""

from types import SimpleNamespace

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from services.intake.callers import recognises
from services.intake.desk import Desk, TheDesk
from services.intake.domain.guided.accept import PageRefused, accept, skipped
from services.intake.domain.guided.answers import Answers, Values
from services.intake.domain.guided.signs import signs_typed
from services.intake.domain.words import Words
from services.intake.pages.asked_opened import Opened, TheDrawnQuestions, TheQuestions
from services.intake.pages.guided.asked import Shown, asked, in_fields
from services.intake.pages.guided.drawn import Drawn
from services.intake.pages.guided.in_words import lines_of
from services.intake.pages.guided.opened import lead_to
from services.intake.pages.guided.questions import SKIP, revision_of
from services.intake.pages.guided.typed import typed_in
from services.intake.problems import LinkUnknown
from services.intake.use_cases.answer_asked_page import (
    ChangedElsewhere,
    Ended,
    Kept,
    raise_what_was_said,
    save_asked_page,
)
from services.intake.use_cases.clinic_rules import clinic_rules
from services.intake.use_cases.renew_questions import NEW_LINK, renew_questions
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix="/r/questions/{token}", include_in_schema=False, responses=may_refuse(LinkUnknown))


@router.post(f"/{NEW_LINK}")
async def send_new_link(request: Request, opened: TheQuestions, desk: TheDesk) -> Response:
    """Nobody need say who they are: it goes to the address on file, and nowhere else."""
    async with desk.database.transaction() as tx:
        await renew_questions(tx, opened.token, opened.cipher, recognises(request), desk.settings.public_url)
    return lead_to(f"{opened.base}?asked=true")


@router.get("/{slug}")
async def show(slug: str, opened: TheQuestions, drawn: TheDrawnQuestions) -> Response:
    if opened.expired or not opened.again.may_open(slug):
        return lead_to(opened.base)
    return _question(drawn, opened, slug)


@router.post("/{slug}")
async def keep(slug: str, request: Request, opened: TheQuestions, drawn: TheDrawnQuestions, desk: TheDesk) -> Response:
    """A risk in what was typed is raised also when the link has ended meanwhile, when the page is not asked any more because
    of another window, and when the answer is refused."""
    form = await request.form()
    signs = signs_typed(slug, typed_in(form))
    if slug not in opened.again.stops:
        await _hear(opened, desk, slug, signs)
        return lead_to(opened.base)
    try:
        values = _values(slug, form, opened, desk)
    except PageRefused as refused:
        opened = await _hear(opened, desk, slug, signs)
        if opened.expired or not opened.again.may_open(slug):
            return lead_to(opened.base)
        return _question(drawn, opened, slug, status=422, shown=typed_in(form), errors=refused.errors)
    async with desk.database.transaction() as tx:
        saved = await save_asked_page(tx, opened.token, opened.cipher, slug, values, revision_of(form))
    match saved:
        case Kept(again):
            return lead_to(f"{opened.base}/{again.first_open}" if again.first_open else opened.base)
        case ChangedElsewhere(said):
            shown = opened.having_said(slug, values)
            return _question(drawn, shown, slug, status=409, shown=typed_in(form), elsewhere=said)
        case Ended():
            return lead_to(opened.base)


async def _hear(opened: Opened, desk: Desk, slug: str, signs: Values) -> Opened:
    if not signs:
        return opened
    async with desk.database.transaction() as tx:
        await raise_what_was_said(tx, opened.token, opened.again.said.with_page(slug, signs))
    return opened.at_risk()


def _values(slug: str, form: FormData, opened: Opened, desk: TheDesk) -> Values:
    """Raises PageRefused."""
    left_out = skipped(slug) if SKIP in form else None
    if left_out is not None:
        return left_out
    return accept(slug, typed_in(form), opened.again.walk, clinic_rules(desk.settings.clinic, desk.clock.now()))


def _question(
    drawn: Drawn,
    opened: Opened,
    slug: str,
    *,
    status: int = 200,
    shown: Shown | None = None,
    errors: dict[str, Words] | None = None,
    elsewhere: Answers | None = None,
) -> Response:
    """With the templates of the guided request. `shown` is what was typed, when it is not what is kept; `elsewhere` what
    another window has kept meanwhile."""
    spoken, again, stops = drawn.spoken, opened.again, opened.again.stops
    number, before = stops.index(slug) + 1, again.before(slug)
    answers = elsewhere or again.said
    return drawn.page(
        f"{'health' if slug.startswith('health-') else 'choice'}.html",
        status=status,
        **drawn.around([]),
        slug=slug,
        base=opened.base,
        back=f"{opened.base}/{before}" if before and again.may_open(before) else "",
        progress=SimpleNamespace(number=number, of=len(stops)),
        step=spoken.texts.questionnaire.step.format(number=number, of=len(stops)),
        counted="",
        at_risk=opened.urgent,
        saved=False,
        **asked(slug, again.walk, spoken),
        shown=in_fields(answers.values(slug), drawn.language) if shown is None else shown,
        errors=spoken.sentences(errors or {}),
        revision=answers.revision(slug),
        elsewhere=None if elsewhere is None else lines_of(slug, elsewhere, again.walk, spoken),
    )
