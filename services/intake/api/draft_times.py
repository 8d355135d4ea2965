"""`/api/consultation-requests/drafts/<token>/hold-ticket`: with what scheduling keeps a free time for this request."""

from fastapi import APIRouter, Request, Response

from services.intake.api.draft_models import HoldTicketOut, TimesLinksOut
from services.intake.api.draft_views import PATH, request_path
from services.intake.api.opened_draft import TheDraft, TheSpoken, members
from services.intake.desk import TheDesk
from services.intake.pages.guided.free_times import WHEN, hold_ticket
from services.intake.problems import DraftEnded, QuestionNotOpen, RequestSent
from shared.web.hold_ticket import LIFETIME
from shared.web.idempotency import Answer
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix=PATH, tags=["question by question"])

TIMES = TimesLinksOut(slots="/api/slots", hold="/api/holds", give_back="/api/holds/give-back")


@router.get(
    "/{token}/hold-ticket",
    summary="A ticket for a free time",
    response_model=HoldTicketOut,
    responses=may_refuse(DraftEnded, QuestionNotOpen, RequestSent),
)
async def ticket(request: Request, opened: TheDraft, spoken: TheSpoken, desk: TheDesk) -> Response:
    """From the question `when` on: by then the request has a contact, by which its times are counted.

    What scheduling answers goes along with the answer to `when`: its `hold_id`, its `starts_at` as `slot`, its `kept_until`.
    """
    if mine := opened.sent_as:
        raise RequestSent(members=members(opened.at_risk, spoken, request=request_path(mine)))
    if not opened.walk.may_open(WHEN):
        raise QuestionNotOpen(members=members(opened.at_risk, spoken, next=opened.walk.first_open))
    view = HoldTicketOut(ticket=hold_ticket(request, opened), ends_at=desk.clock.now() + LIFETIME, links=TIMES)
    return Answer.json(200, view).response()
