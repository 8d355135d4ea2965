"""`/embed/request`: the short form for a frame on another site. No script, no cookie, and it never leaves the frame."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from services.intake.callers import share_of
from services.intake.changed_again import hear_risk
from services.intake.desk import TheDesk
from services.intake.domain.draft import ClinicRules, Submission, submission_of
from services.intake.domain.guided.accept import PageRefused, Typed, accept
from services.intake.domain.guided.answers import Answers
from services.intake.domain.guided.walk import Walk
from services.intake.domain.own_page import own_page
from services.intake.domain.reasons import Reason
from services.intake.domain.words import Words
from services.intake.pages.guided.asked import Shown, asked
from services.intake.pages.guided.drawn import Drawn
from services.intake.pages.guided.in_language import TheDrawn, drawn_in
from services.intake.pages.guided.typed import typed_in
from services.intake.pages.request_fields import fell_into_trap
from services.intake.pages.request_form import SAME_ON_THE_WAY_BACK
from services.intake.pages.site import TheSite
from services.intake.store.shipped_rules import shipped_rules
from services.intake.use_cases.clinic_rules import clinic_rules
from services.intake.use_cases.see_my_request import see_my_request
from services.intake.use_cases.submit_request import Door, submit_request
from shared.database import Transaction
from shared.web.dependencies import TheDatabase, TheFormKeys
from shared.web.form_key import FIELD, FormKeyRefused, FormTooOld
from shared.web.idempotency import Answer, AnswerGone, KeyUsedForAnother, form_key

router = APIRouter(prefix="/embed", include_in_schema=False)

ASKED = ("name", "contact", "reasons", "when")
"""Of the questions that are asked one by one, those that a request cannot be without."""


@router.get("/request")
async def form(request: Request, site: TheSite, form_keys: TheFormKeys) -> Response:
    page = _form(drawn_in(request, site.language_for(request)), form_keys.new())
    page.headers["Vary"] = "Accept-Language"
    page.headers.update(SAME_ON_THE_WAY_BACK)
    return page


@router.get("/request/{language}")
async def form_in_a_language(drawn: TheDrawn, form_keys: TheFormKeys) -> Response:
    page = _form(drawn, form_keys.new())
    page.headers.update(SAME_ON_THE_WAY_BACK)
    return page


@router.post("/request/{language}")
async def send(request: Request, drawn: TheDrawn, desk: TheDesk) -> Response:
    """Pressing send twice keeps one request."""
    sent = await request.form()
    typed = typed_in(sent)
    guided = drawn.spoken.texts.guided
    try:
        key = await form_key(request, desk.form_keys, "embed")
    except (FormKeyRefused, FormTooOld):
        return _form(drawn, desk.form_keys.new(), typed, {"form": drawn.spoken.say(guided.embedded.too_old)})
    door = Door(desk.settings.clinic, desk.settings.public_url)
    try:
        submission = _submission(typed, clinic_rules(door.clinic, desk.clock.now()), door, drawn.language)
    except PageRefused as refused:
        return _form(drawn, str(sent[FIELD]), typed, drawn.spoken.sentences(refused.errors))
    cipher, share = await desk.keyring.newcomer(), share_of(request)

    async def do(tx: Transaction) -> Answer:
        counted = share(submission, fell_into_trap(sent))
        submitted = await submit_request(tx, submission, cipher, door, counted, language=drawn.language)
        return Answer.see_other(f"/embed/r/{submitted.token}/{drawn.language}")

    try:
        return (await desk.answers.once(desk.database.together, key, do)).response()
    except (KeyUsedForAnother, AnswerGone):
        await hear_risk(desk, key, submission)
        return _form(drawn, desk.form_keys.new(), typed, {"form": drawn.spoken.say(guided.embedded.sent_before)})


@router.get("/r/{token}/{language}")
async def sent(token: str, drawn: TheDrawn, database: TheDatabase) -> Response:
    """What became of it. The patient's own page, which can withdraw, opens in a window of its own: it is in no frame."""
    async with database.transaction(read_only=True) as tx:
        mine = await see_my_request(tx, token)
    around = _around(drawn)
    return drawn.pages.page(
        "embedded/sent.html",
        **around,
        own_page=own_page(token, drawn.language),
        reference=mine.request.reference,
        urgent=mine.urgent,
    )


def _submission(typed: Typed, rules: ClinicRules, door: Door, language: str) -> Submission:
    """Raises PageRefused with every mistake of the form."""
    walk, answers, errors = Walk(Answers(), shipped_rules()), Answers(), dict[str, Words]()
    for slug in ASKED:
        try:
            answers = answers.with_page(slug, accept(slug, {**typed, "language": [language]}, walk, rules))
        except PageRefused as refused:
            errors |= refused.errors
    if errors:
        raise PageRefused(errors)
    return submission_of(answers.draft, rules, door.by)


def _form(drawn: Drawn, key: str, typed: Shown | None = None, errors: Mapping[str, str] | None = None) -> Response:
    walk = Walk(Answers(), shipped_rules())
    return drawn.pages.page(
        "embedded/form.html",
        status=422 if errors else 200,
        **_around(drawn),
        asked={slug: asked(slug, walk, drawn.spoken) for slug in ASKED},
        form_key=key,
        shown=typed or {},
        errors=dict(errors or {}),
        at_risk=Reason.SUICIDAL_IDEATION in (typed or {}).get("reasons", ()),
    )


def _around(drawn: Drawn) -> dict[str, Any]:
    languages = [(language, name, f"/embed/request/{language}") for language, name in drawn.site.in_languages()]
    return {**drawn.around(languages), "embedded": drawn.spoken.texts.guided.embedded}
