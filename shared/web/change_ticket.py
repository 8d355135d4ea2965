"""The ticket with which a patient's own page leads to their appointment: intake signs it, scheduling believes it.

Whoever holds it has the page of the request before them. It travels in the body of a form, never in a URL.
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from joserfc.jwk import OKPKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.clock import Clock
from shared.settings import Settings
from shared.web.hold_ticket import AUDIENCE, CLOCK_SKEW, ISSUER, LIFETIME
from shared.web.signing_keys import TokenExpired, TokenInvalid, read_key, sign, verify

KIND = "chairside-change-ticket+jwt"


class _Claims(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    iss: Literal["intake"]
    aud: Literal["scheduling"]
    sub: UUID
    iat: Annotated[float, Field(ge=0, le=1e11, allow_inf_nan=False)]
    exp: Annotated[float, Field(ge=0, le=1e11, allow_inf_nan=False)]


def sign_change_ticket(settings: Settings, clock: Clock, request_id: UUID) -> str:
    """Intake's. Raises ValueError when SERVICE_TOKEN_PRIVATE_KEY is missing or malformed."""
    key = read_key(settings.service_token_private_key.get_secret_value(), "SERVICE_TOKEN_PRIVATE_KEY", private=True)
    now = clock.now()
    claims: dict[str, object] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(request_id),
        "iat": now.timestamp(),
        "exp": (now + LIFETIME).timestamp(),
    }
    return sign(key, KIND, claims)


class ChangeTicketVerifier:
    """Knows only intake's public key, so it needs nobody to be up."""

    def __init__(self, public_key: OKPKey, clock: Clock) -> None:
        self._key = public_key
        self._clock = clock

    @classmethod
    def from_settings(cls, settings: Settings, clock: Clock) -> "ChangeTicketVerifier":
        """Raises ValueError when the entry of intake in SERVICE_TOKEN_PUBLIC_KEYS is missing or malformed."""
        text = settings.service_token_public_keys.get(ISSUER, "")
        return cls(read_key(text, f"SERVICE_TOKEN_PUBLIC_KEYS[{ISSUER}]", private=False), clock)

    def verify(self, ticket: str) -> UUID:
        """The request. Raises TokenExpired, TokenInvalid."""
        try:
            claims = _Claims.model_validate(verify(self._key, KIND, ticket))
        except ValidationError:
            raise TokenInvalid from None
        now = self._clock.now()
        issued_at, expires_at = (datetime.fromtimestamp(at, UTC) for at in (claims.iat, claims.exp))
        believable = timedelta(0) < expires_at - issued_at <= LIFETIME + timedelta(seconds=1)
        if not believable or issued_at > now + CLOCK_SKEW:
            raise TokenInvalid
        if now >= expires_at:
            raise TokenExpired
        return claims.sub
