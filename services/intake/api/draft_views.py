"""A request that is being filled in, as the JSON routes tell of it."""

from services.intake.api.draft_models import AskedOut, DraftLinksOut, DraftOut, DraftState
from services.intake.api.opened_draft import urgent_help
from services.intake.api.questions import question_of
from services.intake.domain.guided.walk import CHECK, Walk
from services.intake.pages.guided.spoken import Spoken

PATH = "/api/consultation-requests/drafts"


def draft_view(
    token: str,
    reference: str,
    walk: Walk,
    spoken: Spoken,
    public_url: str,
    *,
    at_risk: bool,
    sent_as: str | None = None,
) -> DraftOut:
    first = walk.first_open
    state = DraftState.SENT if sent_as else DraftState.COMPLETE if first == CHECK else DraftState.OPEN
    return DraftOut(
        reference=reference,
        state=state,
        next=question_of(first, walk, spoken) if state is DraftState.OPEN else None,
        answered=[stop.slug for stop in walk.stops if walk.answers.has(stop.slug)],
        urgent_help=urgent_help(at_risk, spoken),
        links=_links(token, public_url, sent_as),
    )


def asked_view(slug: str, walk: Walk, spoken: Spoken, *, at_risk: bool) -> AskedOut:
    return AskedOut(
        question=question_of(slug, walk, spoken), before=walk.before(slug), urgent_help=urgent_help(at_risk, spoken)
    )


def request_path(token: str) -> str:
    """Of a request that was sent."""
    return f"/api/consultation-requests/{token}"


def _links(token: str, public_url: str, sent_as: str | None) -> DraftLinksOut:
    address = f"{PATH}/{token}"
    return DraftLinksOut(
        draft=address,
        question=f"{address}/questions/{{question}}",
        check=f"{address}/check",
        sending=f"{address}/sending",
        hold_ticket=f"{address}/hold-ticket",
        pause=f"{address}/pause",
        page=f"{public_url}/request/g/{token}",
        request=request_path(sent_as) if sent_as else None,
    )
