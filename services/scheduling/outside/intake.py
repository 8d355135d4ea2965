"""The two questions to intake: does what somebody says of themselves fit whom a request is from, and who is meant by a name?"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from shared.clock import Clock
from shared.settings import Settings
from shared.web.service_auth import ServiceAuth

TIMEOUT = 2.0
"""Seconds: a person waits."""


class Asks(StrEnum):
    BORN = "born"
    LAST_NAME = "last-name"


class IntakeSilent(Exception):
    """Intake was not reached, or cannot say it now."""


class NobodyKnown(LookupError):
    """There is no such request, or whoever sent it was erased."""


@dataclass(frozen=True, slots=True)
class Proven:
    """Which of the two is asked for, and whether what was said fits."""

    asks: Asks
    fits: bool


class Proofs(Protocol):
    async def proof(self, request_id: UUID, said: str = "") -> Proven:
        """Raises IntakeSilent, NobodyKnown."""
        ...


class People(Protocol):
    async def patients(self, typed: str) -> list[UUID]:
        """Whom a whole name, an e-mail address, a phone number or a reference leads to. Raises IntakeSilent."""
        ...


class _Patients(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    patients: list[UUID]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    asks: Asks
    fits: bool


class IntakeService:
    """`Proofs` and `People` over HTTP, with a token of our own."""

    def __init__(self, auth: httpx.Auth, replicas: list[str]) -> None:
        self._auth = auth
        self._replicas = replicas

    @classmethod
    def from_settings(cls, settings: Settings, clock: Clock) -> "IntakeService":
        """Raises ValueError when SERVICE_TOKEN_PRIVATE_KEY is missing or malformed."""
        auth = ServiceAuth.from_settings(settings, issuer="scheduling", audience="intake", clock=clock)
        return cls(auth, settings.intake_url)

    async def proof(self, request_id: UUID, said: str = "") -> Proven:
        return _proven(await self._ask(f"/internal/requests/{request_id}/proof", said=said))

    async def patients(self, typed: str) -> list[UUID]:
        answer = await self._ask("/internal/people/search", typed=typed)
        try:
            return _Patients.model_validate_json(answer.content).patients
        except ValidationError:
            raise IntakeSilent from None

    async def _ask(self, path: str, **said: str) -> httpx.Response:
        """The first replica's answer that is one. Raises IntakeSilent, NobodyKnown."""
        async with httpx.AsyncClient(timeout=TIMEOUT, auth=self._auth, trust_env=False) as client:
            for replica in self._replicas:
                try:
                    answer = await client.post(f"{replica}{path}", json=said)
                except httpx.HTTPError:
                    continue
                if answer.status_code == httpx.codes.NOT_FOUND:
                    raise NobodyKnown
                if answer.status_code == httpx.codes.OK:
                    return answer
        raise IntakeSilent


def _proven(answer: httpx.Response) -> Proven:
    try:
        said = _Answer.model_validate_json(answer.content)
    except ValidationError:
        raise IntakeSilent from None
    return Proven(said.asks, said.fits)
