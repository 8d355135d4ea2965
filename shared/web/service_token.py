"""Calls between services: each signs a short token with a key of its own, for one receiver.

A token may be used again within its 30 seconds; internal calls only read, so that changes nothing.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated

from joserfc.jwk import OKPKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request

from shared.clock import Clock
from shared.settings import Settings
from shared.web.problems import Problem
from shared.web.signing_keys import TokenExpired, TokenInvalid, read_key, verify

KIND = "chairside-service+jwt"
LIFETIME = timedelta(seconds=30)
CLOCK_SKEW = timedelta(seconds=5)
"""How far the clocks of two machines may differ, in either direction."""


class _Claims(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    iss: str
    aud: str
    iat: Annotated[float, Field(ge=0, le=1e11, allow_inf_nan=False)]
    exp: Annotated[float, Field(ge=0, le=1e11, allow_inf_nan=False)]


def require_service_keys(settings: Settings, services: Iterable[str]) -> None:
    """Raises ValueError where a service could not sign, or not believe another: better found when it starts than when a
    patient opens the page that needs it."""
    read_key(settings.service_token_private_key.get_secret_value(), "SERVICE_TOKEN_PRIVATE_KEY", private=True)
    for service in services:
        text = settings.service_token_public_keys.get(service, "")
        read_key(text, f"SERVICE_TOKEN_PUBLIC_KEYS[{service}]", private=False)


class ServiceTokenVerifier:
    """Knows the public key of every service that may call this one."""

    def __init__(self, public_keys: Mapping[str, OKPKey], *, audience: str, clock: Clock) -> None:
        self._keys = dict(public_keys)
        self._audience = audience
        self._clock = clock

    @classmethod
    def from_settings(cls, settings: Settings, *, audience: str, clock: Clock) -> "ServiceTokenVerifier":
        """Raises ValueError when an entry of SERVICE_TOKEN_PUBLIC_KEYS is malformed."""
        keys = {
            service: read_key(text, f"SERVICE_TOKEN_PUBLIC_KEYS[{service}]", private=False)
            for service, text in settings.service_token_public_keys.items()
        }
        return cls(keys, audience=audience, clock=clock)

    def verify(self, token: str, callers: frozenset[str]) -> str:
        """Which of `callers` signed this token for us. Raises TokenExpired, TokenInvalid."""
        for caller in sorted(callers & self._keys.keys()):
            try:
                claims = _Claims.model_validate(verify(self._keys[caller], KIND, token))
            except (TokenInvalid, ValidationError):
                continue
            now = self._clock.now()
            issued_at = datetime.fromtimestamp(claims.iat, UTC)
            expires_at = datetime.fromtimestamp(claims.exp, UTC)
            believable = timedelta(0) < expires_at - issued_at <= LIFETIME + timedelta(seconds=1)
            if claims.iss != caller or claims.aud != self._audience or not believable or issued_at > now + CLOCK_SKEW:
                raise TokenInvalid
            if now >= expires_at + CLOCK_SKEW:
                raise TokenExpired
            return caller
        raise TokenInvalid


class NotAService(Problem):
    status = 401
    title = "Only our own services may ask this"
    what_to_do = "Nothing outside the system has a use for it."


def require_service(*callers: str) -> Callable[[Request], Awaitable[str]]:
    """A dependency that answers only for one of the named services, and says which.

    The verifier is in `app.state.service_tokens`.
    """
    if not callers:
        raise TypeError("name the services that may call this")
    allowed = frozenset(callers)

    async def calling_service(request: Request) -> str:
        verifier: ServiceTokenVerifier = request.app.state.service_tokens
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise NotAService(headers={"WWW-Authenticate": "Bearer"})
        try:
            return verifier.verify(token.strip(), allowed)
        except TokenInvalid:
            raise NotAService(headers={"WWW-Authenticate": "Bearer"}) from None

    return calling_service
