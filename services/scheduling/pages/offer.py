"""`/a/offer/<token>`: somebody who waits is shown a free time, and says yes or no.

GET shows and changes nothing; POST does. Nobody is asked who they are: the page says no more than the letter with its link
(docs/decisions/0157).
"""

from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from services.scheduling.domain.slot_offer import OfferIsOver, OfferState, OfferUnknown
from services.scheduling.pages.change_drawn import language_for
from services.scheduling.pages.change_opened import lead_to
from services.scheduling.pages.change_words import NAMES
from services.scheduling.pages.offer_words import OFFER_WORDS
from services.scheduling.pages.times_words import language_of
from services.scheduling.use_cases.answer_offer import accept_offer, decline_offer
from services.scheduling.use_cases.offer_links import SeenOffer, see_offer
from shared.web.dependencies import TheDatabase, ThePages
from shared.web.problems import NotFound
from shared.web.templating import Pages

router = APIRouter(prefix="/a/offer", include_in_schema=False)
_OVER = {OfferState.TAKEN: 409, OfferState.LAPSED: 410, OfferState.ENDED: 410}


class LinkLeadsNowhere(OfferUnknown):
    """No offer has this link: a page of its own says so."""


async def _seen(token: str, database: TheDatabase, language: str = "") -> SeenOffer:
    """Raises LinkLeadsNowhere, and NotFound for a language that there is none of."""
    if language and language not in OFFER_WORDS:
        raise NotFound
    async with database.transaction(read_only=True) as tx:
        try:
            return await see_offer(tx, token)
        except OfferUnknown:
            raise LinkLeadsNowhere from None


TheOffer = Annotated[SeenOffer, Depends(_seen)]


@router.get("/{token}")
async def arrive(request: Request, token: str, _: TheOffer) -> Response:
    return lead_to(f"/a/offer/{token}/{language_for(request)}")


@router.get("/{token}/{language}")
async def show(token: str, language: str, seen: TheOffer, pages: ThePages) -> Response:
    offer = seen.offer
    return _page(
        pages,
        language,
        token,
        status=_OVER.get(offer.state, 200),
        offer=offer,
        at=seen.appointment,
        open=offer.open,
        over=_what_became(offer.state, booked=seen.appointment is not None),
    )


@router.post("/{token}/{language}/accept")
async def accept(token: str, language: str, seen: TheOffer, database: TheDatabase) -> Response:
    """Whoever was too late reads so on the page that comes next."""
    with suppress(OfferIsOver):
        async with database.transaction() as tx:
            await accept_offer(tx, seen.offer.id)
    return lead_to(f"/a/offer/{token}/{language}")


@router.post("/{token}/{language}/decline")
async def decline(token: str, language: str, seen: TheOffer, database: TheDatabase) -> Response:
    with suppress(OfferIsOver):
        async with database.transaction() as tx:
            await decline_offer(tx, seen.offer.id)
    return lead_to(f"/a/offer/{token}/{language}")


async def unknown(request: Request, error: Exception) -> Response:
    """For every address of a link that there is none of."""
    assert isinstance(error, LinkLeadsNowhere)
    asked_for = request.path_params.get("language", "")
    language = asked_for if asked_for in OFFER_WORDS else language_for(request)
    return _page(request.app.state.pages, language, "", status=404, offer=None, at=None, open=False, over="unknown")


def _what_became(state: OfferState, *, booked: bool) -> str:
    """The words for it: `<name>_heading` and `<name>`."""
    if state is OfferState.ACCEPTED:
        return "accepted" if booked else "over"
    return "over" if state is OfferState.ENDED else state.value


def _page(pages: Pages, language: str, token: str, *, status: int, over: str, **values: Any) -> Response:
    words = OFFER_WORDS[language]
    return pages.page(
        "offer.html",
        status=status,
        headers={"Content-Language": language},
        words=words,
        frame=language_of(language).frame,
        language=language,
        languages=[(one, name, f"/a/offer/{token}/{one}") for one, name in NAMES.items()] if token else [],
        base=f"/a/offer/{token}/{language}",
        heading=getattr(words, f"{over}_heading", words.heading),
        said_of_it=getattr(words, over, ""),
        **values,
    )
