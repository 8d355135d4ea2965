"""`/api/consultation-requests/questionnaires/<token>`: the questions after an infusion, by the rules of their pages."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from services.intake.api.answer_in_set import KEYED, answer, refused, see, show
from services.intake.api.consultation_requests import IDEMPOTENCY_KEY
from services.intake.api.draft_models import AnswerIn, AskedOut, FieldOut, Kind
from services.intake.api.opened_draft import urgent_help
from services.intake.api.question_set_models import NewLinkOut, QuestionSetOut
from services.intake.api.questionnaire_models import (
    ProofAskedOut,
    ProofIn,
    QuestionnaireTicketOut,
    ScaleTrendOut,
    TakenOut,
    TrendOut,
)
from services.intake.api.questionnaire_set import (
    PATH,
    QuestionnaireRoute,
    TheQuestionnaireSet,
    TheUnproven,
    ended_for_anybody,
)
from services.intake.api.questionnaire_ticket import questionnaire_ticket
from services.intake.api.questions import as_typed, plain
from services.intake.desk import TheDesk
from services.intake.domain.guided.accept import accept_born
from services.intake.domain.questionnaire.trend import Trend
from services.intake.domain.site import OneText
from services.intake.pages.guided.spoken import Spoken
from services.intake.pages.questionnaire.trend_words import words_of
from services.intake.problems import (
    AllAnswered,
    AnsweredElsewhere,
    LinkUnknown,
    ProofNeeded,
    QuestionNotOpen,
    QuestionsEnded,
    StillToAnswer,
)
from services.intake.settings import IntakeSettings
from services.intake.use_cases.look_at_scores import look_at_scores
from services.intake.use_cases.open_questionnaire import open_questionnaire, try_proof
from services.intake.use_cases.renew_questionnaire import renew_questionnaire
from shared.web.hold_ticket import LIFETIME
from shared.web.idempotency import Answer
from shared.web.problems import FieldError, InvalidInput, TooLarge, UnsupportedMediaType
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix=f"{PATH}/{{token}}", tags=["questions behind a link"], route_class=QuestionnaireRoute)

Question = Annotated[str, Path(max_length=100, description="Name of the question, as `next.question` says it.")]
PROVEN = (LinkUnknown, QuestionsEnded, ProofNeeded)


@router.get(
    "/proof",
    summary="What is asked before the questions after an infusion",
    response_model=ProofAskedOut,
    responses=may_refuse(LinkUnknown, QuestionsEnded),
)
async def ask_who(them: TheUnproven) -> Response:
    """For the token of the link `/q/<token>` that the patient was sent."""
    if them.ended:
        raise ended_for_anybody(them)
    who, say = them.spoken.texts.questionnaire.who, them.spoken.say
    born = them.opened.proof.born is not None
    asked = FieldOut(
        name="said",
        kind=Kind.DATE if born else Kind.TEXT,
        label=plain(say(who.born if born else who.last_name)),
        hint="" if born else plain(say(who.last_name_hint)),
    )
    view = ProofAskedOut(
        language=them.spoken.language,
        ends_at=them.opened.questionnaire.expires_at,
        heading=plain(say(who.heading)),
        why=plain(say(who.why)),
        asked=asked,
    )
    return Answer.json(200, view).response()


@router.post(
    "/proof",
    summary="Say who you are",
    response_model=QuestionnaireTicketOut,
    responses=may_refuse(LinkUnknown, QuestionsEnded, TooLarge, UnsupportedMediaType),
)
async def say_who(sent: ProofIn, them: TheUnproven, desk: TheDesk) -> Response:
    """What does not fit counts together with the tries on the pages: after a few of them the link closes."""
    proof = them.opened.proof
    who = them.spoken.texts.questionnaire.who
    if them.opened.opens and not sent.said.strip():
        raise _not_proven(them.spoken, who.no_date if proof.born else who.no_name)
    said = accept_born(as_typed({"born": sent.said})) if proof.born else sent.said
    async with desk.database.transaction() as tx:
        fits = await try_proof(tx, them.token, proof.fits(said))
        closed = not (await open_questionnaire(tx, them.token)).questionnaire.open_at(tx.now)
    if closed:
        raise ended_for_anybody(them)
    if not fits:
        raise _not_proven(them.spoken, who.does_not_fit)
    view = QuestionnaireTicketOut(
        ticket=questionnaire_ticket(desk.settings, desk.clock, them.opened.questionnaire.id),
        ends_at=desk.clock.now() + LIFETIME,
        links=them.links,
    )
    return Answer.json(200, view).response()


@router.post(
    "/new-link",
    status_code=202,
    summary="A new link to the same questions after an infusion",
    responses=may_refuse(LinkUnknown),
)
async def send_new_link(them: TheUnproven, desk: TheDesk) -> NewLinkOut:
    """Nobody need say who they are: it goes to the address on file, and nowhere else. Whoever asks is answered alike."""
    life = timedelta(days=IntakeSettings().questionnaire_link_days)
    async with desk.database.transaction() as tx:
        await renew_questionnaire(tx, them.token, them.opened.cipher, life, desk.settings.public_url)
    return NewLinkOut()


@router.get("", summary="The questions after an infusion", response_model=QuestionSetOut, responses=may_refuse(*PROVEN))
async def look(them: TheQuestionnaireSet) -> Response:
    """`next` is the first question without an answer. Once all have one, `links.trend` shows what they came to."""
    return see(them)


@router.get(
    "/trend",
    summary="What the person's own answers came to",
    response_model=TrendOut,
    responses=may_refuse(*PROVEN, StillToAnswer),
)
async def trend(them: TheQuestionnaireSet, desk: TheDesk) -> Response:
    """Their totals so far, by scale, for as long as the link lasts."""
    if them.ended:
        raise refused(them, QuestionsEnded)
    if not them.complete:
        raise refused(them, StillToAnswer, next=them.first_open)
    one, thanks = them.opened.questionnaire, them.spoken.texts.questionnaire.thanks
    async with desk.database.transaction(read_only=True) as tx:
        scores = await look_at_scores(tx, one.clinic_id, one.request_id)
    counts_all = all(score.total is not None for score in them.opened.sheet.scores)
    view = TrendOut(
        heading=plain(them.spoken.say(thanks.trend)),
        meaning=plain(them.spoken.say(thanks.meaning)),
        scales=[_of_scale(one, them.spoken) for one in scores.trends(them.opened.cipher) if one.scale.items],
        left_out="" if counts_all else plain(them.spoken.say(thanks.left_out)),
        urgent_help=urgent_help(them.at_risk, them.spoken),
    )
    return Answer.json(200, view).response()


@router.get(
    "/{question}",
    summary="A question after an infusion, and what was answered",
    response_model=AskedOut,
    responses=may_refuse(*PROVEN, AllAnswered, QuestionNotOpen),
)
async def ask(question: Question, them: TheQuestionnaireSet) -> Response:
    """Every question that was reached can be shown again, until the last is answered."""
    return show(them, question)


@router.post(
    "/{question}",
    summary="Answer a question after an infusion",
    response_model=QuestionSetOut,
    responses=may_refuse(
        *PROVEN, AllAnswered, QuestionNotOpen, AnsweredElsewhere, TooLarge, UnsupportedMediaType, *KEYED
    ),
    openapi_extra={"parameters": [IDEMPOTENCY_KEY]},
)
async def keep(
    question: Question, sent: AnswerIn, request: Request, them: TheQuestionnaireSet, desk: TheDesk
) -> Response:
    """Kept before it is answered; `next` is what to ask then. The last answer completes the questionnaire.

    A risk in it is told to staff in the same breath, and `urgent_help` is there in this answer: also when it is a refusal.
    """
    return await answer(them, question, sent, request, desk)


def _not_proven(spoken: Spoken, sentence: OneText) -> InvalidInput:
    return InvalidInput(errors=[FieldError(plain(spoken.say(sentence)), pointer="#/said")])


def _of_scale(trend: Trend, spoken: Spoken) -> ScaleTrendOut:
    thanks = spoken.texts.questionnaire.thanks
    words = words_of(trend, thanks)
    return ScaleTrendOut(
        scale=trend.scale.code,
        name=plain(spoken.say(thanks.scales[trend.scale.code])),
        lowest=trend.scale.lowest,
        highest=trend.scale.highest,
        taken=[TakenOut(at=one.at, total=one.score.total or 0, before=one.before) for one in trend.taken],
        words=plain(spoken.say(words)) if words else "",
    )
