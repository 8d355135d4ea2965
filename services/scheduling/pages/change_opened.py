"""The link that somebody has opened, and whether they have said who they are: `opened: TheChange`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request, Response
from starlette.responses import RedirectResponse

from services.scheduling.domain.change import ChangeLink
from services.scheduling.outside.intake import IntakeService, Proofs
from services.scheduling.pages.change_words import SAID
from services.scheduling.store import change_links
from shared.ids import token_hash
from shared.settings import Settings
from shared.web.dependencies import TheClock, TheDatabase, TheSettings
from shared.web.problems import NotFound
from shared.web.visit import Visits

PLACE = "/a/"


def visits_of(settings: Settings) -> Visits:
    return Visits.from_settings(settings, name="appointment", place=PLACE)


def lead_to(address: str) -> Response:
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})


@dataclass(frozen=True, slots=True)
class Opened:
    token: str
    language: str
    link: ChangeLink
    visits: Visits
    proven: bool
    now: datetime

    @property
    def opens(self) -> bool:
        return self.link.open_at(self.now)

    @property
    def base(self) -> str:
        return f"{PLACE}{self.token}/{self.language}"

    def lead_to(self, rest: str = "") -> Response:
        response = lead_to(self.base + rest)
        return self.still_here(response) if self.proven else response

    def still_here(self, response: Response) -> Response:
        return self.visits.keep(response, self.token, token_hash(self.token), self.now)


async def _opened(
    request: Request, token: str, language: str, database: TheDatabase, settings: TheSettings, clock: TheClock
) -> Opened:
    """Raises ChangeLinkUnknown, and NotFound for a language that there is none of."""
    if language not in SAID:
        raise NotFound
    async with database.transaction(read_only=True) as tx:
        link = await change_links.find(tx, token)
    visits, now = visits_of(settings), clock.now()
    return Opened(token, language, link, visits, visits.lasts(request, token_hash(token), now), now)


async def _proofs(request: Request) -> Proofs:
    state = request.app.state
    if not hasattr(state, "proofs"):
        state.proofs = IntakeService.from_settings(state.settings, state.clock)
    return state.proofs


TheChange = Annotated[Opened, Depends(_opened)]
TheProofs = Annotated[Proofs, Depends(_proofs)]
