"""`/r/questions/<token>`: just the questions that staff have asked, on one page, in the patient's language."""

from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from services.intake.domain.cssrs import Reply
from services.intake.domain.information import ASK_QUESTIONS, LONGEST_ANSWER, AskCode, Said, shows_danger
from services.intake.domain.site import HOME
from services.intake.pages.question_words import WORDS
from services.intake.pages.site import Site, TheSite
from services.intake.pages.site_words import address
from services.intake.problems import LinkExpired, LinkUnknown
from services.intake.store.information_asks import open_own
from services.intake.use_cases.give_information import Asked, give_information, hear_danger, open_questions
from shared.database import Database, Transaction
from shared.keyring import Keyring
from shared.keyring.ciphers import PatientCipher
from shared.keyring.contact import open_contact
from shared.keyring.errors import KeyErased, KeyUnknown, SealBroken
from shared.web.dependencies import TheAnswers, TheDatabase, TheFormKeys, TheKeyring, ThePages
from shared.web.form_key import FormKeyRefused, FormTooOld
from shared.web.frame import Frame
from shared.web.idempotency import Answer, AnswerGone, KeyUsedForAnother, form_key
from shared.web.problems import problems as may_refuse
from shared.web.templating import Pages

router = APIRouter(
    prefix="/r/questions/{token}", include_in_schema=False, responses=may_refuse(LinkUnknown, LinkExpired)
)


@dataclass(frozen=True, slots=True)
class Opened:
    token: str
    asked: Asked
    cipher: PatientCipher
    language: str
    own: str

    @property
    def questions(self) -> list[tuple[str, str]]:
        """Code and words, in the order in which they stand on the page."""
        return [
            (code.value, ASK_QUESTIONS[code].asks.in_language(self.language) if code in ASK_QUESTIONS else self.own)
            for code in self.asked.ask.questions
        ]

    def at_risk(self) -> "Opened":
        return replace(self, asked=replace(self.asked, urgent=True))


@router.get("")
async def form(
    token: str,
    database: TheDatabase,
    keyring: TheKeyring,
    pages: ThePages,
    site: TheSite,
    keys: TheFormKeys,
    more: bool = False,
) -> Response:
    """Once answered it says so; `more` shows the questions again, for what was forgotten."""
    opened = await _open(database, keyring, site, token)
    return _shown(pages, site, opened, keys.new(), done=opened.asked.answered > 0 and not more)


@router.post("")
async def send(
    token: str,
    request: Request,
    database: TheDatabase,
    keyring: TheKeyring,
    pages: ThePages,
    site: TheSite,
    answers: TheAnswers,
    keys: TheFormKeys,
) -> Response:
    """What cannot be kept comes back as it was typed. A risk in it is raised all the same, and answered with help."""
    sent = _said(await request.form())

    async def heard() -> bool:
        if danger := shows_danger(sent):
            async with database.transaction() as tx:
                await hear_danger(tx, token)
        return danger

    try:
        opened = await _open(database, keyring, site, token)
    except LinkExpired:
        await heard()
        raise
    typed = {code: sent[code] for code in opened.asked.ask.questions if code in sent}

    async def again(errors: dict[str, str]) -> Response:
        shown = opened.at_risk() if await heard() else opened
        return _shown(pages, site, shown, keys.new(), typed=typed, errors=errors)

    if wrong := _errors(typed, opened):
        return await again(wrong)

    async def work(tx: Transaction) -> Answer:
        await give_information(tx, token, opened.cipher, typed)
        return Answer.see_other(f"/r/questions/{token}")

    try:
        key = await form_key(request, keys, "questions")
        return (await answers.once(database.alone, key, work)).response()
    except AnswerGone:
        return RedirectResponse(f"/r/questions/{token}", status_code=303)
    except (FormKeyRefused, FormTooOld, KeyUsedForAnother):
        return await again({"form": WORDS["again"].in_language(opened.language)})


async def _open(database: Database, keyring: Keyring, site: Site, token: str) -> Opened:
    """Raises LinkUnknown, LinkExpired."""
    async with database.transaction(read_only=True) as tx:
        asked = await open_questions(tx, token)
    try:
        cipher = await keyring.cipher(asked.request.patient_id)
        spoken = open_contact(cipher, asked.contact).language.partition("-")[0]
        own = open_own(cipher, asked.ask)
    except (KeyErased, KeyUnknown, SealBroken):
        raise LinkUnknown from None
    return Opened(token, asked, cipher, spoken if spoken in site.languages else site.languages[0], own)


def _said(form: FormData) -> Said:
    said = {code: form.get(code.value) for code in AskCode}
    return {code: text.strip() for code, text in said.items() if isinstance(text, str) and text.strip()}


def _errors(typed: Said, opened: Opened) -> dict[str, str]:
    if not typed:
        first = opened.questions[0][0]
        return {first: WORDS["nothing"].in_language(opened.language)}
    if (safety := typed.get(AskCode.SAFETY)) and safety not in (Reply.YES, Reply.NO):
        return {AskCode.SAFETY: WORDS["choose"].in_language(opened.language)}
    too_long = WORDS["too_long"].in_language(opened.language).format(most=LONGEST_ANSWER)
    return {code: too_long for code, text in typed.items() if len(text) > LONGEST_ANSWER}


def _shown(
    pages: Pages,
    site: Site,
    opened: Opened,
    form_key: str,
    *,
    typed: Said | None = None,
    errors: dict[str, str] | None = None,
    done: bool = False,
) -> Response:
    language = opened.language
    values: dict[str, Any] = {
        "frame": Frame(language, site.texts(language).frame, address(language, HOME)),
        "said": {name: words.in_language(language) for name, words in WORDS.items()},
        "opened": opened,
        "over": opened.asked.request.over,
        "typed": typed or {},
        "errors": errors or {},
        "form_key": form_key,
        "longest": LONGEST_ANSWER,
        "yes_or_no": [(reply.value, WORDS[reply].in_language(language)) for reply in (Reply.YES, Reply.NO)],
    }
    template = "questions_done.html" if done else "questions.html"
    return pages.page(template, status=422 if errors else 200, **values)
