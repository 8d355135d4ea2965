"""`/a/move/<token>`: somebody whose booked time cannot be kept is shown another one, and takes it or not.

GET shows and changes nothing; POST does. Nobody is asked who they are, as with an offer (docs/decisions/0157): the page says
no more than the letter with its link. Whoever chooses another time is asked, as always.
"""

from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from services.scheduling.domain.change import NothingToChange
from services.scheduling.domain.slot_offer import OfferIsOver, OfferUnknown
from services.scheduling.pages.change_drawn import language_for
from services.scheduling.pages.change_opened import lead_to
from services.scheduling.pages.change_words import NAMES
from services.scheduling.pages.move_words import MOVE_WORDS
from services.scheduling.pages.times_words import language_of
from services.scheduling.use_cases.answer_move import accept_move, decline_move
from services.scheduling.use_cases.see_asked_move import SeenMove, choose_for_themselves, see_asked_move
from shared.web.dependencies import TheDatabase, ThePages
from shared.web.problems import NotFound
from shared.web.templating import Pages

router = APIRouter(prefix="/a/move", include_in_schema=False)
_STATUS = {"lapsed": 410, "gone": 410, "over": 410}


class MoveLinkLeadsNowhere(OfferUnknown):
    """No question has this link: a page of its own says so."""


async def _seen(token: str, database: TheDatabase, language: str = "") -> SeenMove:
    """Raises MoveLinkLeadsNowhere, and NotFound for a language that there is none of."""
    if language and language not in MOVE_WORDS:
        raise NotFound
    async with database.transaction(read_only=True) as tx:
        try:
            return await see_asked_move(tx, token)
        except OfferUnknown:
            raise MoveLinkLeadsNowhere from None


TheMove = Annotated[SeenMove, Depends(_seen)]


@router.get("/{token}")
async def arrive(request: Request, token: str, _: TheMove) -> Response:
    return lead_to(f"/a/move/{token}/{language_for(request)}")


@router.get("/{token}/{language}")
async def show(token: str, language: str, seen: TheMove, pages: ThePages) -> Response:
    return _page(
        pages,
        language,
        token,
        over=seen.became,
        asked=seen.asked,
        was=seen.appointment.starts_at,
        at=seen.stands_at,
        open=seen.open,
        chooses=seen.chooses,
    )


@router.post("/{token}/{language}/accept")
async def accept(token: str, language: str, seen: TheMove, database: TheDatabase) -> Response:
    """Whoever was too late reads so on the page that comes next."""
    with suppress(OfferIsOver):
        async with database.transaction() as tx:
            await accept_move(tx, seen.asked.id)
    return lead_to(f"/a/move/{token}/{language}")


@router.post("/{token}/{language}/decline")
async def decline(token: str, language: str, seen: TheMove, database: TheDatabase) -> Response:
    with suppress(OfferIsOver):
        async with database.transaction() as tx:
            await decline_move(tx, seen.asked.id)
    return lead_to(f"/a/move/{token}/{language}")


@router.post("/{token}/{language}/other")
async def other(token: str, language: str, seen: TheMove, database: TheDatabase) -> Response:
    """To the page on which patients choose; the kept time stays theirs until they have, or the deadline."""
    try:
        async with database.transaction() as tx:
            change = await choose_for_themselves(tx, seen)
    except NothingToChange:
        return lead_to(f"/a/move/{token}/{language}")
    return lead_to(f"/a/{change}/{language}")


async def unknown(request: Request, error: Exception) -> Response:
    """For every address of a link that there is none of."""
    assert isinstance(error, MoveLinkLeadsNowhere)
    asked_for = request.path_params.get("language", "")
    language = asked_for if asked_for in MOVE_WORDS else language_for(request)
    return _page(request.app.state.pages, language, "", over="unknown", asked=None, at=None, open=False)


def _page(pages: Pages, language: str, token: str, *, over: str, **values: Any) -> Response:
    words = MOVE_WORDS[language]
    return pages.page(
        "move.html",
        status=404 if over == "unknown" else _STATUS.get(over, 200),
        headers={"Content-Language": language},
        words=words,
        frame=language_of(language).frame,
        language=language,
        languages=[(one, name, f"/a/move/{token}/{one}") for one, name in NAMES.items()] if token else [],
        base=f"/a/move/{token}/{language}",
        heading=getattr(words, f"{over}_heading", words.heading),
        said_of_it=getattr(words, over, ""),
        **values,
    )
