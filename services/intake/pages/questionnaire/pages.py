"""`/q/<token>`: who this is, one question a page, thanks with the own trend, and a new link where this one has ended."""

from dataclasses import replace
from datetime import timedelta

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from services.intake.desk import Desk, TheDesk
from services.intake.domain.guided.accept import BORN_PARTS, PageRefused, accept_born, accept_feeling, skipped
from services.intake.domain.guided.answers import Values
from services.intake.domain.guided.signs import signs_typed
from services.intake.domain.questionnaire.questionnaire import QuestionnaireUnknown
from services.intake.pages.guided.in_language import TheDrawn, drawn_in
from services.intake.pages.guided.opened import lead_to
from services.intake.pages.guided.questions import SKIP, revision_of
from services.intake.pages.guided.typed import typed_in
from services.intake.pages.questionnaire import drawn as draw
from services.intake.pages.questionnaire.opened import TheQuestionnaire
from services.intake.pages.site import Site, TheSite
from services.intake.settings import IntakeSettings
from services.intake.use_cases.look_at_scores import look_at_scores
from services.intake.use_cases.open_questionnaire import open_questionnaire, try_proof
from services.intake.use_cases.renew_questionnaire import renew_questionnaire
from services.intake.use_cases.save_questionnaire import (
    ChangedElsewhere,
    Ended,
    Kept,
    raise_what_was_said,
    save_questionnaire,
)

router = APIRouter(prefix="/q/{token}", include_in_schema=False)

THANKS = "thanks"
NEW_LINK = "new-link"


@router.get("")
async def arrive(request: Request, token: str, desk: TheDesk, site: TheSite) -> Response:
    """In the language that the patient reads, whatever the browser says. Raises QuestionnaireUnknown."""
    async with desk.database.transaction(read_only=True) as tx:
        language = (await open_questionnaire(tx, token)).questionnaire.language
    return lead_to(f"/q/{token}/{language if language in site.languages else site.language_for(request)}")


@router.get("/{language}")
async def ask_who(opened: TheQuestionnaire, drawn: TheDrawn) -> Response:
    if not opened.opens:
        return draw.ended(drawn, opened)
    return opened.go_on() if opened.proven else draw.who(drawn, opened)


@router.post("/{language}")
async def say_who(request: Request, opened: TheQuestionnaire, drawn: TheDrawn, desk: TheDesk) -> Response:
    typed = typed_in(await request.form())
    asked = BORN_PARTS if opened.proof.born else ("last_name",)
    if opened.opens and not all(any(map(str.strip, typed.get(part, ()))) for part in asked):
        return draw.who(drawn, opened, typed=typed, empty=True)
    said = accept_born(typed) if opened.proof.born else "".join(typed.get("last_name", ()))[:1000]
    async with desk.database.transaction() as tx:
        fits = await try_proof(tx, opened.token, opened.proof.fits(said))
    if fits:
        slug = THANKS if opened.questionnaire.completed else opened.sheet.first_open or THANKS
        return opened.still_here(lead_to(f"{opened.base}/{slug}"))
    async with desk.database.transaction(read_only=True) as tx:
        now_closed = not (await open_questionnaire(tx, opened.token)).questionnaire.open_at(tx.now)
    return opened.lead_to() if now_closed else draw.who(drawn, opened, typed=typed)


@router.post("/{language}/" + NEW_LINK)
async def send_new_link(opened: TheQuestionnaire, desk: TheDesk) -> Response:
    """Nobody need say who they are: it goes to the address on file, and nowhere else."""
    life = timedelta(days=IntakeSettings().questionnaire_link_days)
    async with desk.database.transaction() as tx:
        await renew_questionnaire(tx, opened.token, opened.cipher, life, desk.settings.public_url)
    return opened.lead_to()


@router.get("/{language}/" + THANKS)
async def thanks(opened: TheQuestionnaire, drawn: TheDrawn, desk: TheDesk) -> Response:
    if not (opened.proven and opened.opens and opened.questionnaire.completed):
        return opened.go_on()
    async with desk.database.transaction(read_only=True) as tx:
        scores = await look_at_scores(tx, opened.questionnaire.clinic_id, opened.questionnaire.request_id)
    return draw.thanks(drawn, opened, scores.trends(opened.cipher))


@router.get("/{language}/{slug}")
async def show(slug: str, opened: TheQuestionnaire, drawn: TheDrawn) -> Response:
    if not _answerable(opened, slug):
        return opened.go_on()
    return draw.question(drawn, opened, slug)


@router.post("/{language}/{slug}")
async def keep(slug: str, request: Request, opened: TheQuestionnaire, drawn: TheDrawn, desk: TheDesk) -> Response:
    """A risk in what was typed is raised also when the link has ended in the meantime, for whoever had opened it; when the
    page is not asked any more because of another window; and when the answer is refused."""
    if not opened.proven:
        return opened.go_on()
    form = await request.form()
    signs = signs_typed(slug, typed_in(form))
    if not opened.sheet.may_open(slug):
        return (await _hear(opened, desk, slug, signs)).go_on()
    try:
        values = _values(slug, form)
    except PageRefused as refused:
        opened = await _hear(opened, desk, slug, signs)
        if not _answerable(opened, slug):
            return opened.go_on()
        return draw.question(drawn, opened, slug, status=422, shown=typed_in(form), errors=refused.errors)
    async with desk.database.transaction() as tx:
        saved = await save_questionnaire(tx, opened.token, opened.cipher, slug, values, revision_of(form))
    match saved:
        case Kept(sheet):
            return opened.lead_to(sheet.first_open or THANKS)
        case ChangedElsewhere(sheet):
            said = opened.with_sheet(opened.sheet.with_page(slug, values))
            return draw.question(drawn, said, slug, status=409, shown=typed_in(form), elsewhere=sheet.answers)
        case Ended():
            return opened.lead_to(THANKS if opened.questionnaire.completed else "")


async def unknown(request: Request, error: Exception) -> Response:
    """For every address of a questionnaire that there is none of."""
    assert isinstance(error, QuestionnaireUnknown)
    site: Site = request.app.state.site
    asked_for = request.path_params.get("language", "")
    language = asked_for if asked_for in site.languages else site.language_for(request)
    return draw.unknown(drawn_in(request, language), ())


async def _hear(opened: TheQuestionnaire, desk: Desk, slug: str, signs: Values) -> TheQuestionnaire:
    if not signs:
        return opened
    async with desk.database.transaction() as tx:
        heard = await raise_what_was_said(tx, opened.token, opened.sheet.answers.with_page(slug, signs))
    return replace(opened, questionnaire=heard)


def _answerable(opened: TheQuestionnaire, slug: str) -> bool:
    return opened.proven and opened.opens and not opened.questionnaire.completed and opened.sheet.may_open(slug)


def _values(slug: str, form: FormData) -> Values:
    """Raises PageRefused."""
    left_out = skipped(slug) if SKIP in form else None
    return accept_feeling(slug, typed_in(form)) if left_out is None else left_out
