"""`/r/questions/<token>`: the questions of staff that are answered in free words, on one page, in the patient's language.

Pages of the guided request that were asked for once more come before it (`asked_pages.py`), and the screener behind it.
"""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from services.intake.desk import TheDesk
from services.intake.domain.cssrs import Reply
from services.intake.domain.information import LONGEST_ANSWER, AskCode, Said, shows_danger
from services.intake.domain.site import HOME
from services.intake.pages.asked_opened import Opened, TheQuestions
from services.intake.pages.question_words import WORDS
from services.intake.pages.site import Site, TheSite
from services.intake.pages.site_words import address
from services.intake.problems import LinkExpired, LinkUnknown
from services.intake.use_cases.give_information import give_information, hear_danger
from shared.database import Transaction
from shared.web.dependencies import ThePages
from shared.web.form_key import FormKeyRefused, FormTooOld
from shared.web.frame import Frame
from shared.web.idempotency import Answer, AnswerGone, KeyUsedForAnother, form_key
from shared.web.problems import problems as may_refuse
from shared.web.templating import Pages

router = APIRouter(prefix="/r/questions/{token}", include_in_schema=False, responses=may_refuse(LinkUnknown))


@router.get("")
async def form(
    opened: TheQuestions, pages: ThePages, site: TheSite, desk: TheDesk, more: bool = False, asked: bool = False
) -> Response:
    """What is asked next. Once answered it says so; `more` shows the free questions again, for what was forgotten."""
    if opened.expired:
        return _ended(pages, site, opened, asked=asked)
    if not more and (slug := opened.again.first_open):
        return RedirectResponse(f"{opened.base}/{slug}", 303, {"Cache-Control": "no-store"})
    done = not opened.questions or (opened.asked.answered > 0 and not more)
    return _shown(pages, site, opened, desk.form_keys.new(), done=done)


@router.post("")
async def send(request: Request, opened: TheQuestions, pages: ThePages, site: TheSite, desk: TheDesk) -> Response:
    """What cannot be kept comes back as it was typed. A risk in it is raised all the same, and answered with help."""
    sent = _said(await request.form())

    async def heard() -> bool:
        if danger := shows_danger(sent):
            async with desk.database.transaction() as tx:
                await hear_danger(tx, opened.token)
        return danger

    if opened.expired:
        return _ended(pages, site, opened.at_risk() if await heard() else opened)
    typed = {code: sent[code] for code in opened.asked.ask.questions if code in sent}

    async def again(errors: dict[str, str]) -> Response:
        shown = opened.at_risk() if await heard() else opened
        return _shown(pages, site, shown, desk.form_keys.new(), typed=typed, errors=errors)

    if wrong := wrong_answers(typed, opened):
        return await again(wrong)

    async def work(tx: Transaction) -> Answer:
        await give_information(tx, opened.token, opened.cipher, typed)
        return Answer.see_other(opened.base)

    try:
        key = await form_key(request, desk.form_keys, "questions")
        return (await desk.answers.once(desk.database.alone, key, work)).response()
    except AnswerGone:
        return RedirectResponse(opened.base, status_code=303)
    except LinkExpired:
        return _ended(pages, site, opened.at_risk() if await heard() else opened)
    except (FormKeyRefused, FormTooOld, KeyUsedForAnother):
        return await again({"form": WORDS["again"].in_language(opened.language)})


def _said(form: FormData) -> Said:
    said = {code: form.get(code.value) for code in AskCode}
    return {code: text.strip() for code, text in said.items() if isinstance(text, str) and text.strip()}


def wrong_answers(typed: Said, opened: Opened) -> dict[str, str]:
    """A sentence for each answer that cannot be kept, under `form` for what is about none of them."""
    if not typed:
        first = opened.questions[0][0] if opened.questions else "form"
        return {first: WORDS["nothing"].in_language(opened.language)}
    if (safety := typed.get(AskCode.SAFETY)) and safety not in (Reply.YES, Reply.NO):
        return {AskCode.SAFETY: WORDS["choose"].in_language(opened.language)}
    too_long = WORDS["too_long"].in_language(opened.language).format(most=LONGEST_ANSWER)
    return {code: too_long for code, text in typed.items() if len(text) > LONGEST_ANSWER}


def _ended(pages: Pages, site: Site, opened: Opened, *, asked: bool = False) -> Response:
    """A new link goes to the address on file, when there is one and it may be used; whoever asked is answered alike."""
    asked_before = asked or opened.asked.ask.renewed_at is not None
    renewable = opened.asked.request.reachable and not opened.asked.request.over
    status = 200 if asked_before else 410
    return pages.page(
        "questions_ended.html", status=status, **_values(site, opened), sent=asked_before, renewable=renewable
    )


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
    template = "questions_done.html" if done else "questions.html"
    return pages.page(
        template,
        status=422 if errors else 200,
        **_values(site, opened),
        over=opened.asked.request.over,
        typed=typed or {},
        errors=errors or {},
        form_key=form_key,
        longest=LONGEST_ANSWER,
        yes_or_no=[(reply.value, WORDS[reply].in_language(opened.language)) for reply in (Reply.YES, Reply.NO)],
    )


def _values(site: Site, opened: Opened) -> dict[str, Any]:
    language = opened.language
    return {
        "frame": Frame(language, site.texts(language).frame, address(language, HOME)),
        "said": {name: words.in_language(language) for name, words in WORDS.items()},
        "opened": opened,
    }
