"""`/api/consultation-requests/drafts/<token>/pause`: the link to go on later, or on another device, comes by e-mail."""

from datetime import timedelta

from fastapi import APIRouter, Request, Response

from services.intake.api.clients import key_within
from services.intake.api.draft_models import PausedOut
from services.intake.api.draft_views import PATH, request_path
from services.intake.api.drafts import KEYED, WITH_KEY
from services.intake.api.opened_draft import TheDraft, TheSpoken, members
from services.intake.callers import recognises
from services.intake.desk import TheDesk
from services.intake.domain.refusal import NotPossible
from services.intake.problems import DraftEnded, LinkNotSent, RequestSent
from services.intake.settings import IntakeSettings
from services.intake.use_cases.open_request_draft import open_draft, sent_as
from services.intake.use_cases.pause_request import pause_request
from services.intake.use_cases.submit_request import Door
from shared.database import Transaction
from shared.web.idempotency import Answer
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix=PATH, tags=["question by question"])


@router.post(
    "/{token}/pause",
    status_code=202,
    response_model=PausedOut,
    summary="Send the link to go on later",
    responses=may_refuse(DraftEnded, LinkNotSent, RequestSent, *KEYED),
    openapi_extra=WITH_KEY,
)
async def pause(request: Request, opened: TheDraft, spoken: TheSpoken, desk: TheDesk) -> Response:
    """A few times for one request, to the address that was given for `contact` and to no other."""
    door = Door(desk.settings.clinic, desk.settings.public_url)
    kept_for = timedelta(days=IntakeSettings().abandoned_request_days)

    async def do(tx: Transaction) -> Answer:
        if not await pause_request(tx, opened.token, opened.cipher, door, recognises(request), kept_for):
            mine = sent_as(await open_draft(tx, opened.token), opened.cipher)
            assert mine is not None, "nothing else keeps a request from being paused"
            raise RequestSent(members=members(opened.at_risk, spoken, request=request_path(mine)))
        return Answer.json(202, PausedOut(kept_until=tx.now + kept_for))

    key, alone = await key_within(request, opened.token), desk.database.alone
    try:
        return (await (desk.answers.once(alone, key, do) if key else alone(do))).response()
    except NotPossible as refused:
        why = refused.said.in_language(spoken.language)
        raise LinkNotSent(why, members=members(opened.at_risk, spoken)) from None
