"""`/api/consultation-requests/drafts`: a request question by question, by the walk and the rules that the pages have."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from services.intake.api.answered import accepted
from services.intake.api.clients import key_to_begin, key_within
from services.intake.api.consultation_requests import IDEMPOTENCY_KEY
from services.intake.api.draft_models import AnswerIn, AskedOut, BeginIn, CheckOut, DraftOut
from services.intake.api.draft_views import PATH, asked_view, draft_view, request_path
from services.intake.api.opened_draft import TheDraft, TheSpoken, members, spoken_in, urgent_help
from services.intake.api.questions import all_in_words, as_typed
from services.intake.api.told import told
from services.intake.api.unambiguous_json import UnambiguousJsonRoute
from services.intake.beginnings import may_begin
from services.intake.desk import TheDesk
from services.intake.domain.guided.accept import PageRefused, accept
from services.intake.domain.guided.answers import Answers
from services.intake.domain.guided.signs import signs_typed
from services.intake.domain.guided.walk import CHECK, Walk
from services.intake.pages.guided.hearing import hear
from services.intake.problems import (
    AdultsOnly,
    AnsweredElsewhere,
    DraftEnded,
    QuestionNotOpen,
    RequestSent,
    StillToAnswer,
    TooManyBegun,
)
from services.intake.store.shipped_rules import shipped_rules
from services.intake.use_cases.begin_request import begin_request
from services.intake.use_cases.clinic_rules import clinic_rules
from services.intake.use_cases.open_request_draft import open_draft
from services.intake.use_cases.save_page import AlreadySent, ChangedElsewhere, save_page
from services.intake.use_cases.submit_request import Door
from shared.database import Transaction
from shared.web.idempotency import Answer, AnswerGone, KeyMalformed, KeyUsedForAnother, StillInHand
from shared.web.problems import FieldError, InvalidInput, TooLarge, UnsupportedMediaType
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix=PATH, tags=["question by question"], route_class=UnambiguousJsonRoute)

Question = Annotated[str, Path(max_length=100, description="Name of the question, as `next.question` says it.")]
FIRST = "who"
KEYED = (KeyMalformed, KeyUsedForAnother, AnswerGone, StillInHand)
WITH_KEY = {"parameters": [IDEMPOTENCY_KEY]}


@router.post(
    "",
    status_code=201,
    response_model=DraftOut,
    summary="Begin a request",
    responses={
        201: {"headers": {"Location": {"description": "The request that was begun", "schema": {"type": "string"}}}},
        **may_refuse(TooManyBegun, TooLarge, UnsupportedMediaType, *KEYED),
    },
    openapi_extra=WITH_KEY,
)
async def begin(sent: BeginIn, request: Request, desk: TheDesk) -> Response:
    """With the first answer. Begun twice without a key it is two requests: the one that nobody goes on with is erased.

    When too many were begun from one network address in an hour: the short request (`POST /api/consultation-requests`)
    is taken all the same.
    """
    spoken, rules = spoken_in(request, sent.language), shipped_rules()
    door = Door(desk.settings.clinic, desk.settings.public_url)
    walk = Walk(Answers(), rules)
    try:
        values = accept(FIRST, {FIRST: [sent.who]}, walk, clinic_rules(door.clinic, desk.clock.now()))
    except PageRefused as refused:
        sentence = refused.errors[FIRST].in_language(spoken.language)
        raise InvalidInput(errors=[FieldError(sentence, pointer=f"#/{FIRST}")]) from None
    key = await key_to_begin(request)
    await may_begin(request, desk)
    cipher = await desk.keyring.newcomer()

    async def do(tx: Transaction) -> Answer:
        token = await begin_request(tx, cipher, door, spoken.language)
        await save_page(tx, token, cipher, FIRST, values, 0)
        begun = Walk(walk.answers.with_page(FIRST, values), rules)
        draft = await open_draft(tx, token)
        view = draft_view(token, draft.reference, begun, spoken, door.public_url, at_risk=False)
        return Answer.json(201, view, location=view.links.draft)

    alone = desk.database.alone
    return (await (desk.answers.once(alone, key, do) if key else alone(do))).response()


@router.get("/{token}", summary="How far a request has come", response_model=DraftOut, responses=may_refuse(DraftEnded))
async def see(opened: TheDraft, spoken: TheSpoken, desk: TheDesk) -> Response:
    """For going on later, maybe on another device: `next` is the first question without an answer."""
    draft = opened.draft
    view = draft_view(
        opened.token,
        draft.reference,
        opened.walk,
        spoken,
        desk.settings.public_url,
        at_risk=opened.at_risk,
        sent_as=opened.sent_as,
    )
    return Answer.json(200, view).response()


@router.get(
    "/{token}/questions/{question}",
    summary="A question, and what was answered",
    response_model=AskedOut,
    responses=may_refuse(DraftEnded, QuestionNotOpen, RequestSent),
)
async def ask(question: Question, opened: TheDraft, spoken: TheSpoken) -> Response:
    """Every question that was reached can be shown again, in any order."""
    if mine := opened.sent_as:
        raise RequestSent(members=members(opened.at_risk, spoken, request=request_path(mine)))
    if question == CHECK or not opened.walk.may_open(question):
        raise QuestionNotOpen(members=members(opened.at_risk, spoken, next=opened.walk.first_open))
    return Answer.json(200, asked_view(question, opened.walk, spoken, at_risk=opened.at_risk)).response()


@router.post(
    "/{token}/questions/{question}",
    summary="Answer a question",
    response_model=DraftOut,
    responses=may_refuse(
        DraftEnded, QuestionNotOpen, AnsweredElsewhere, RequestSent, AdultsOnly, TooLarge, UnsupportedMediaType, *KEYED
    ),
    openapi_extra=WITH_KEY,
)
async def answer(
    question: Question, sent: AnswerIn, request: Request, opened: TheDraft, spoken: TheSpoken, desk: TheDesk
) -> Response:
    """Kept before it is answered; `next` is what to ask then. The same answer again changes nothing, with or without a key.

    A risk in it is told to staff in the same breath, and `urgent_help` is there in this answer: also when it is a refusal.
    """
    if not opened.draft.sent and (question == CHECK or not opened.walk.may_open(question)):
        opened = await hear(opened, desk, question, signs_typed(question, as_typed(sent.values)))
        raise QuestionNotOpen(members=members(opened.at_risk, spoken, next=opened.walk.first_open))
    values = accepted(question, sent, opened, spoken, clinic_rules(desk.settings.clinic, desk.clock.now()))

    async def do(tx: Transaction) -> Answer:
        saved = await save_page(tx, opened.token, opened.cipher, question, values, sent.revision)
        if isinstance(saved, AlreadySent):
            said = Answers().with_page(question, values)
            at_risk = bool(opened.draft.risk or said.risk)
            return told(
                request, RequestSent(members=members(at_risk, spoken, request=request_path(saved.request_token)))
            )
        said = saved.answers.with_page(question, values)
        at_risk = bool(opened.draft.risk or said.risk)
        walk = opened.with_answers(saved.answers)
        if isinstance(saved, ChangedElsewhere):
            kept = asked_view(question, walk, spoken, at_risk=at_risk).question.model_dump(mode="json")
            return told(request, AnsweredElsewhere(members=members(at_risk, spoken, asked=kept)))
        view = draft_view(opened.token, opened.draft.reference, walk, spoken, desk.settings.public_url, at_risk=at_risk)
        return Answer.json(200, view)

    alone = desk.database.alone
    try:
        key = await key_within(request, opened.token)
        return (await (desk.answers.once(alone, key, do) if key else alone(do))).response()
    except (KeyMalformed, KeyUsedForAnother, AnswerGone) as refused:
        opened = await hear(opened, desk, question, signs_typed(question, as_typed(sent.values)))
        refused.members.update(members(opened.at_risk, spoken))
        raise


@router.get(
    "/{token}/check",
    summary="All answers in words",
    response_model=CheckOut,
    responses=may_refuse(DraftEnded, StillToAnswer, RequestSent),
)
async def check(opened: TheDraft, spoken: TheSpoken) -> Response:
    """For the person to look at before they send it."""
    if mine := opened.sent_as:
        raise RequestSent(members=members(opened.at_risk, spoken, request=request_path(mine)))
    if opened.walk.first_open != CHECK:
        raise StillToAnswer(members=members(opened.at_risk, spoken, next=opened.walk.first_open))
    view = CheckOut(sections=all_in_words(opened.walk, spoken), urgent_help=urgent_help(opened.at_risk, spoken))
    return Answer.json(200, view).response()
