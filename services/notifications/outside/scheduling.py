"""What scheduling is asked just before a letter goes: how its appointment stands, for links to change it and to say that one
comes, or whether an offer stands, and for the link to answer it."""

import asyncio
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import httpx
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from services.notifications.domain.message import Standing
from services.notifications.use_cases.outside import SchedulingSilent
from shared.clock import Clock
from shared.settings import Settings
from shared.web.service_auth import ServiceAuth

TIMEOUT = 1.0
TRIES = 2
PAUSE = 0.1
"""Seconds between two tries: long enough for a dropped connection to be replaced, short enough to stay one question."""
_CANNOT_NOW = frozenset({429, 502, 503, 504})
"""Whatever it was asked, it would say the same."""


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    revision: int
    state: str
    cannot_be_kept: bool = False


class _Link(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    path: Annotated[str, StringConstraints(pattern=r"^/a/((offer|coming|move)/)?[\w-]{43}$")]


class SchedulingService:
    """A `Scheduling` over HTTP, with a token of our own.

    Each question may go to any of the `replicas`; the one that answered last is asked first.
    """

    def __init__(self, client: httpx.AsyncClient, replicas: Sequence[str]) -> None:
        self._client = client
        self._replicas = list(replicas)

    @classmethod
    def from_settings(cls, settings: Settings, clock: Clock) -> "SchedulingService":
        auth = ServiceAuth.from_settings(settings, issuer="notifications", audience="scheduling", clock=clock)
        return cls(httpx.AsyncClient(timeout=TIMEOUT, auth=auth, trust_env=False), settings.scheduling_url)

    async def standing(self, appointment_id: UUID) -> Standing | None:
        """An appointment that scheduling does not know is one it does not tell of: it may stand before a restore."""
        return _standing(await self._ask("GET", f"/internal/appointments/{appointment_id}/revision"))

    async def change_link(self, request_id: UUID) -> str | None:
        """Asked twice it makes two; the one that nobody was told of ends by itself."""
        return _link(await self._ask("POST", f"/internal/requests/{request_id}/change-link"))

    async def offer_link(self, offer_id: UUID) -> str | None:
        """The same: asked twice it makes two."""
        return _link(await self._ask("POST", f"/internal/offers/{offer_id}/link"))

    async def attendance_link(self, appointment_id: UUID, revision: int) -> str | None:
        """The same: asked twice it makes two, and each lasts as long as the appointment lies ahead."""
        path = f"/internal/appointments/{appointment_id}/revisions/{revision}/attendance-link"
        return _link(await self._ask("POST", path))

    async def _ask(self, method: str, path: str) -> httpx.Response:
        """Raises SchedulingSilent."""
        replicas = self._replicas
        for tried in range(max(TRIES, len(replicas))):
            if tried:
                await asyncio.sleep(PAUSE)
            replica = replicas[tried % len(replicas)]
            try:
                response = await self._client.request(method, f"{replica}{path}")
            except httpx.HTTPError:
                continue
            if response.status_code not in _CANNOT_NOW:
                self._replicas = sorted(replicas, key=lambda other: other != replica)
                return response
        raise SchedulingSilent

    async def close(self) -> None:
        await self._client.aclose()


def _standing(response: httpx.Response) -> Standing | None:
    if response.status_code != httpx.codes.OK:
        return None
    try:
        answer = _Answer.model_validate_json(response.content)
    except ValidationError:
        return None
    return Standing(answer.revision, cancelled=answer.state == "cancelled", cannot_be_kept=answer.cannot_be_kept)


def _link(response: httpx.Response) -> str | None:
    if response.status_code != httpx.codes.CREATED:
        return None
    try:
        return _Link.model_validate_json(response.content).path
    except ValidationError:
        return None
