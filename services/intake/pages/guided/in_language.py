"""The pages in the language that stands in their address: `drawn: TheDrawn`."""

from typing import Annotated

from fastapi import Depends, Request

from services.intake.pages.guided.drawn import Drawn
from services.intake.pages.site import Site
from shared.web.problems import NotFound


def drawn_in(request: Request, language: str) -> Drawn:
    state = request.app.state
    return Drawn(state.pages, state.site, state.settings.clinic, language)


async def _drawn(request: Request, language: str) -> Drawn:
    """Raises NotFound for a language that there is none of."""
    site: Site = request.app.state.site
    if language not in site.languages:
        raise NotFound
    return drawn_in(request, language)


TheDrawn = Annotated[Drawn, Depends(_drawn)]
