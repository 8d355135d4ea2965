"""One question behind a link by JSON: shown, and answered by the rules of its page."""

from fastapi import Request, Response

from services.intake.api.answered import refuse_unknown, values_of, wrong_fields
from services.intake.api.clients import key_within
from services.intake.api.draft_models import AnswerIn, AskedOut
from services.intake.api.opened_draft import members, urgent_help
from services.intake.api.question_set import Outcome, QuestionSet, over, question_in, reached
from services.intake.api.questions import as_typed
from services.intake.api.told import told
from services.intake.desk import Desk
from services.intake.domain.guided.accept import PageRefused
from services.intake.domain.guided.answers import Values
from services.intake.domain.guided.signs import signs_typed
from services.intake.problems import AllAnswered, AnsweredElsewhere, QuestionNotOpen, QuestionsEnded
from services.intake.use_cases.clinic_rules import clinic_rules
from shared.database import Transaction
from shared.web.idempotency import Answer, AnswerGone, KeyMalformed, KeyUsedForAnother, StillInHand
from shared.web.problems import InvalidInput, Problem

KEYED = (KeyMalformed, KeyUsedForAnother, AnswerGone, StillInHand)


def refused(them: QuestionSet, why: type[Problem], **others: object) -> Problem:
    """With what a front end goes on with: help first, where a new link is asked for, what is asked instead."""
    if why is QuestionsEnded:
        others["new_link"] = f"{them.address}/new-link"
    if why is QuestionNotOpen:
        others["next"] = them.first_open
    return why(members=members(them.at_risk, them.spoken, **others))


def see(them: QuestionSet) -> Response:
    """Raises QuestionsEnded."""
    if them.ended:
        raise refused(them, QuestionsEnded)
    return Answer.json(200, them.view()).response()


def show(them: QuestionSet, question: str) -> Response:
    """Raises QuestionsEnded, AllAnswered, QuestionNotOpen."""
    if why := over(them):
        raise refused(them, why)
    if not them.may_open(question):
        raise refused(them, QuestionNotOpen)
    at = them.stops.index(question)
    view = AskedOut(
        question=question_in(them, question),
        before=them.stops[at - 1] if at else None,
        urgent_help=urgent_help(them.at_risk, them.spoken),
    )
    return Answer.json(200, view).response()


async def answer(them: QuestionSet, question: str, sent: AnswerIn, request: Request, desk: Desk) -> Response:
    """A risk is raised also when the link has ended, when the question is not asked, and when the answer is refused.

    What is refused as InvalidInput is heard by the route (`refused_with_help`).
    Raises QuestionsEnded, AllAnswered, QuestionNotOpen, InvalidInput, and what is wrong with a key.
    """
    signs = signs_typed(question, as_typed(sent.values))
    if not reached(them, question):
        them = await them.hear(desk, question, signs)
        raise refused(them, over(them) or QuestionNotOpen)
    try:
        values = _accepted(them, question, sent, desk)
    except InvalidInput:
        if why := over(them):
            raise refused(await them.hear(desk, question, signs), why) from None
        raise

    async def do(tx: Transaction) -> Answer:
        outcome, now = await them.save(tx, question, values, sent.revision)
        match outcome:
            case Outcome.KEPT:
                return Answer.json(200, now.view())
            case Outcome.ELSEWHERE:
                kept = question_in(now, question).model_dump(mode="json")
                return told(request, refused(now, AnsweredElsewhere, asked=kept))
            case Outcome.NOT_KEPT:
                return told(request, refused(now, over(now) or AllAnswered))

    alone = desk.database.alone
    try:
        key = await key_within(request, them.token)
        return (await (desk.answers.once(alone, key, do) if key else alone(do))).response()
    except (KeyMalformed, KeyUsedForAnother, AnswerGone) as no_key:
        them = await them.hear(desk, question, signs)
        no_key.members.update(members(them.at_risk, them.spoken))
        raise


def _accepted(them: QuestionSet, question: str, sent: AnswerIn, desk: Desk) -> Values:
    """Raises InvalidInput with a pointer for every wrong field."""
    refuse_unknown(question, sent, them.walk, them.spoken)
    try:
        return values_of(question, sent, them.walk, clinic_rules(desk.settings.clinic, desk.clock.now()))
    except PageRefused as wrong:
        raise InvalidInput(errors=wrong_fields(wrong, them.spoken)) from None
