"""`/staff/requests/<id>/ask`: which questions a patient is asked for more, by a link to just those."""

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from services.intake.domain.asked_again import pages_to_ask
from services.intake.domain.guided.walk import health_page
from services.intake.domain.information import ASK_QUESTIONS, LIFE, LONGEST_QUESTION
from services.intake.domain.scales import SCALES, ScaleCode, scales_for
from services.intake.domain.screening import items_to_ask
from services.intake.domain.staff_actions import Action
from services.intake.domain.words import ENGLISH
from services.intake.pages.one_request import OneRequest, Seen, TheRequest
from services.intake.pages.site import Site, TheSite
from services.intake.pages.staff import acting
from services.intake.pages.staff_request import AWAY, TheVersion
from services.intake.pages.take_request import TOO_OLD, staff_client
from services.intake.problems import RequestNotFound
from services.intake.use_cases.answer_asked_page import rules_of
from services.intake.use_cases.ask_information import Wanted, ask_information
from shared.database import Transaction
from shared.web.dependencies import TheAnswers, TheFormKeys
from shared.web.form_key import FormKeyRefused, FormTooOld
from shared.web.forms import typed_values
from shared.web.idempotency import Answer, AnswerGone, Answers, KeyUsedForAnother, RequestKey, Work, form_key
from shared.web.problems import problems as may_refuse

router = APIRouter(
    prefix="/staff/requests/{request_id}/ask", include_in_schema=False, responses=may_refuse(RequestNotFound)
)


Offered = tuple[str, str, str]
"""A page by name, what staff call it, and a note."""


class AskForm(BaseModel):
    questions: list[str] = Field(default=[])
    pages: list[str] = Field(default=[])
    own: str = ""

    @property
    def wanted(self) -> Wanted:
        return Wanted([code for code in ASK_QUESTIONS if code in self.questions], self.own, self.pages)


@router.get("")
async def form(one: TheRequest, keys: TheFormKeys, site: TheSite) -> Response:
    acting(one.staff, Action.ASK)
    seen = await one.look()
    if seen.whole.listed.request.over or not seen.whole.listed.request.reachable:
        return one.back()
    return _shown(one, seen, AskForm(), keys.new(), await _offered(one, seen, site))


@router.post("")
async def ask(
    request: Request, one: TheRequest, version: TheVersion, answers: TheAnswers, keys: TheFormKeys, site: TheSite
) -> Response:
    """Pressed twice it asks once."""
    by = acting(one.staff, Action.ASK)
    typed = AskForm.model_validate(typed_values(AskForm, await request.form()))
    seen = await one.look()
    offered = await _offered(one, seen, site)
    if errors := _errors(typed, seen, offered):
        return _shown(one, seen, typed, keys.new(), offered, errors)
    cipher = seen.cipher
    assert cipher is not None  # or there are errors

    async def work(tx: Transaction) -> Answer:
        await ask_information(
            tx, one.clinic_id, one.request_id, cipher, typed.wanted, one.settings.public_url, by, version
        )
        return Answer.see_other(one.address)

    try:
        key = await form_key(request, keys, staff_client(one.staff.staff_id))
        return await one.unless_overtaken(lambda: _asked(answers, one, key, work))
    except (FormKeyRefused, FormTooOld, KeyUsedForAnother, AnswerGone):
        return _shown(one, seen, typed, keys.new(), offered, {"form": TOO_OLD})


async def _asked(answers: Answers, one: OneRequest, key: RequestKey, work: Work) -> Response:
    return (await answers.once(one.database.alone, key, work)).response()


def _errors(typed: AskForm, seen: Seen, offered: Sequence[Offered]) -> dict[str, str]:
    if not typed.wanted.codes and not typed.pages:
        return {"questions": "Choose what to ask, or write a question of your own."}
    if not set(typed.pages) <= {page for page, *_ in offered}:
        return {"pages": "Choose from the list: the questions about health may have changed meanwhile."}
    if len(typed.own) > LONGEST_QUESTION:
        return {"own": f"Write at most {LONGEST_QUESTION} characters. This has {len(typed.own)}."}
    if seen.cipher is None:
        return {"questions": AWAY}
    return {}


async def _offered(one: OneRequest, seen: Seen, site: Site) -> list[Offered]:
    """Pages about health under the rules of this request, and scales; those that fit its reasons are said to."""
    reasons = seen.person.reasons if seen.person else ()
    async with one.database.transaction(read_only=True) as tx:
        rules = await rules_of(tx, seen.whole.listed.request)
    fitting, guided = set(scales_for(reasons)), site.texts(ENGLISH).guided
    offered: list[Offered] = []
    for page in pages_to_ask(rules, reasons):
        if page in set(ScaleCode):
            scale = SCALES[ScaleCode(page)]
            note = f"{len(scale.items)} questions" if len(scale.items) > 1 else "One question"
            offered.append((page, scale.name, f"{note}, fits the reasons" if scale in fitting else note))
        else:
            items = [item.name for item in items_to_ask(rules, reasons) if health_page(item.group) == page]
            offered.append((page, guided.question(page).title.words, ", ".join(items)))
    return offered


def _shown(
    one: OneRequest,
    seen: Seen,
    typed: AskForm,
    form_key: str,
    offered: Sequence[Offered],
    errors: dict[str, str] | None = None,
) -> Response:
    language = seen.person.contact.language if seen.person else "en"
    return one.show(
        "staff_ask.html",
        seen,
        status=422 if errors else 200,
        typed=typed,
        errors=errors or {},
        form_key=form_key,
        page_options=offered,
        days=LIFE.days,
        longest=LONGEST_QUESTION,
        language={"es": "Spanish"}.get(language.partition("-")[0], "English"),
        question_options=[
            (code.value, question.staff, question.asks.in_language(language))
            for code, question in ASK_QUESTIONS.items()
        ],
    )
