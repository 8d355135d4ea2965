"""`/api/consultation-requests/drafts/<token>/sending`: what was answered becomes a request, once."""

from fastapi import APIRouter, Request, Response

from services.intake.api.clients import key_within
from services.intake.api.draft_views import PATH
from services.intake.api.drafts import KEYED, WITH_KEY
from services.intake.api.models import ConsultationRequestOut, view_of
from services.intake.api.opened_draft import TheDraft, TheSpoken, members, urgent_help
from services.intake.callers import share_of
from services.intake.desk import Desk, TheDesk
from services.intake.domain.draft import Submission
from services.intake.domain.fair_share import Share
from services.intake.domain.guided.accept import PageRefused, accept
from services.intake.domain.guided.walk import CHECK
from services.intake.domain.refusal import DraftRefused
from services.intake.pages.guided.asked import in_fields
from services.intake.pages.guided.opened import Opened
from services.intake.pages.guided.sending import WHAT_MAY_HAVE_CHANGED
from services.intake.pages.guided.spoken import Spoken
from services.intake.problems import AnswerOutOfDate, DraftEnded, StillToAnswer
from services.intake.use_cases.clinic_rules import clinic_rules
from services.intake.use_cases.see_my_request import see_my_request
from services.intake.use_cases.send_request import send_draft
from services.intake.use_cases.submit_request import Door
from shared.database import Transaction
from shared.web.idempotency import Answer
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix=PATH, tags=["question by question"])


@router.post(
    "/{token}/sending",
    status_code=201,
    response_model=ConsultationRequestOut,
    summary="Send a request",
    responses={
        201: {"headers": {"Location": {"description": "Where the request stands", "schema": {"type": "string"}}}},
        **may_refuse(DraftEnded, StillToAnswer, AnswerOutOfDate, *KEYED),
    },
    openapi_extra=WITH_KEY,
)
async def send(request: Request, opened: TheDraft, spoken: TheSpoken, desk: TheDesk) -> Response:
    """However often it is sent, it is one request: each time the answer says where that one stands.

    It is screened by the clinic's rules: then it is booked by itself, or waits until somebody has read it.
    """
    if not opened.draft.sent and opened.walk.first_open != CHECK:
        raise StillToAnswer(members=members(opened.at_risk, spoken, next=opened.walk.first_open))
    door, share = Door(desk.settings.clinic, desk.settings.public_url), share_of(request)

    def counted(submission: Submission) -> Share:
        return share(submission, False)

    async def do(tx: Transaction) -> Answer:
        submitted = await send_draft(tx, opened.token, opened.cipher, door, counted)
        mine = await see_my_request(tx, submitted.token)
        view = view_of(
            mine,
            token=submitted.token,
            clinic=door.clinic,
            public_url=door.public_url,
            now=tx.now,
            language=spoken.language,
        )
        help_now = urgent_help(mine.urgent or opened.at_risk, spoken)
        return Answer.json(201, view.model_copy(update={"urgent_help": help_now}), location=view.links.status)

    key, alone = await key_within(request, opened.token), desk.database.alone
    try:
        return (await (desk.answers.once(alone, key, do) if key else alone(do))).response()
    except DraftRefused:
        raise _out_of_date(opened, spoken, desk) from None


def _out_of_date(opened: Opened, spoken: Spoken, desk: Desk) -> Exception:
    """Which answer cannot be sent any more, and why."""
    rules = clinic_rules(desk.settings.clinic, desk.clock.now())
    for slug in WHAT_MAY_HAVE_CHANGED:
        try:
            accept(slug, in_fields(opened.walk.answers.values(slug), spoken.language), opened.walk, rules)
        except PageRefused as refused:
            why = " ".join(said.in_language(spoken.language) for said in refused.errors.values())
            return AnswerOutOfDate(why, members=members(opened.at_risk, spoken, next=slug))
    return DraftRefused({})
