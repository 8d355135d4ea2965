"""`/api/consultation-requests/questions/<token>`: what staff ask once more, by the rules of its pages."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from services.intake.api.answer_in_set import KEYED, answer, refused, see, show
from services.intake.api.asked_set import PATH, AskedRoute, AskedSet, TheAskedSet, heard_danger
from services.intake.api.clients import key_within
from services.intake.api.consultation_requests import IDEMPOTENCY_KEY
from services.intake.api.draft_models import AnswerIn, AskedOut
from services.intake.api.opened_draft import members
from services.intake.api.question_set_models import NewLinkOut, QuestionSetOut, WordsIn
from services.intake.callers import recognises
from services.intake.desk import Desk, TheDesk
from services.intake.domain.information import Said, shows_danger
from services.intake.pages.more_questions import wrong_answers
from services.intake.problems import (
    AllAnswered,
    AnsweredElsewhere,
    LinkExpired,
    LinkUnknown,
    QuestionNotOpen,
    QuestionsEnded,
)
from services.intake.use_cases.give_information import give_information
from services.intake.use_cases.renew_questions import renew_questions
from shared.database import Transaction
from shared.web.idempotency import Answer, AnswerGone, KeyMalformed, KeyUsedForAnother
from shared.web.problems import FieldError, InvalidInput, TooLarge, UnsupportedMediaType
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix=f"{PATH}/{{token}}", tags=["questions behind a link"], route_class=AskedRoute)

Question = Annotated[str, Path(max_length=100, description="Name of the question, as `next.question` says it.")]
WITH_KEY = {"parameters": [IDEMPOTENCY_KEY]}


@router.get(
    "",
    summary="What staff ask once more",
    response_model=QuestionSetOut,
    responses=may_refuse(LinkUnknown, QuestionsEnded),
)
async def look(them: TheAskedSet) -> Response:
    """For the token of the link `/r/questions/<token>` that the patient was sent. First `next`, then `in_words`."""
    return see(them)


@router.post(
    "/new-link",
    status_code=202,
    summary="A new link to the same questions",
    responses=may_refuse(LinkUnknown),
)
async def send_new_link(request: Request, them: TheAskedSet, desk: TheDesk) -> NewLinkOut:
    """Nobody need say who they are: it goes to the address on file, and nowhere else. Whoever asks is answered alike."""
    async with desk.database.transaction() as tx:
        await renew_questions(tx, them.token, them.opened.cipher, recognises(request), desk.settings.public_url)
    return NewLinkOut()


@router.post(
    "/words",
    summary="Answer in free words",
    response_model=QuestionSetOut,
    responses=may_refuse(LinkUnknown, QuestionsEnded, TooLarge, UnsupportedMediaType, *KEYED),
    openapi_extra=WITH_KEY,
)
async def say(sent: WordsIn, request: Request, them: TheAskedSet, desk: TheDesk) -> Response:
    """As often as somebody has something to add: what was said before stays. Without a key a repeat is said twice."""
    said: Said = {code: text.strip() for code, text in sent.values.items() if text.strip()}
    if them.ended:
        raise refused(await _heard(them, said, desk), QuestionsEnded)
    if wrong := _wrong(said, them):
        raise InvalidInput(errors=wrong)

    async def do(tx: Transaction) -> Answer:
        await give_information(tx, them.token, them.opened.cipher, said)
        after = them.answered_in_words()
        return Answer.json(200, (after.with_risk() if shows_danger(said) else after).view())

    alone = desk.database.alone
    try:
        key = await key_within(request, them.token)
        return (await (desk.answers.once(alone, key, do) if key else alone(do))).response()
    except LinkExpired:
        raise refused(await _heard(them, said, desk), QuestionsEnded) from None
    except (KeyMalformed, KeyUsedForAnother, AnswerGone) as no_key:
        them = await _heard(them, said, desk)
        no_key.members.update(members(them.at_risk, them.spoken))
        raise


@router.get(
    "/{question}",
    summary="A question of staff, and what was answered",
    response_model=AskedOut,
    responses=may_refuse(LinkUnknown, QuestionsEnded, AllAnswered, QuestionNotOpen),
)
async def ask(question: Question, them: TheAskedSet) -> Response:
    """Every question that was reached can be shown again, until the last is answered."""
    return show(them, question)


@router.post(
    "/{question}",
    summary="Answer a question of staff",
    response_model=QuestionSetOut,
    responses=may_refuse(
        LinkUnknown,
        QuestionsEnded,
        AllAnswered,
        QuestionNotOpen,
        AnsweredElsewhere,
        TooLarge,
        UnsupportedMediaType,
        *KEYED,
    ),
    openapi_extra=WITH_KEY,
)
async def keep(question: Question, sent: AnswerIn, request: Request, them: TheAskedSet, desk: TheDesk) -> Response:
    """Kept before it is answered; `next` is what to ask then. With the last answer staff hear that everything is there.

    A risk in it is told to staff in the same breath, and `urgent_help` is there in this answer: also when it is a refusal.
    """
    return await answer(them, question, sent, request, desk)


async def _heard(them: AskedSet, said: Said, desk: Desk) -> AskedSet:
    return await heard_danger(them, desk) if shows_danger(said) else them


def _wrong(said: Said, them: AskedSet) -> list[FieldError]:
    """What is asked of nobody is no answer; the rest by the rules of the page."""
    asked = dict(them.opened.questions)
    unknown = [
        FieldError("This question was not asked.", pointer=f"#/values/{code}") for code in said if code not in asked
    ]
    places = {"form": "#/values"}
    return unknown or [
        FieldError(sentence, pointer=places.get(name, f"#/values/{name}"))
        for name, sentence in wrong_answers(said, them.opened).items()
    ]
