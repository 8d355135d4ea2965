"""A signed ticket of one kind for one subject: how those are made and read that say nothing else.

It never travels in a URL: in the body of a form, or in a body or the header TICKET_HEADER of a program.
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from joserfc.jwk import OKPKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.clock import Clock
from shared.settings import Settings
from shared.web.hold_ticket import CLOCK_SKEW, ISSUER, LIFETIME
from shared.web.signing_keys import TokenExpired, TokenInvalid, read_key, sign, verify

TICKET_HEADER = "Chairside-Ticket"


class _Claims(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    iss: str
    aud: str
    sub: UUID
    iat: Annotated[float, Field(ge=0, le=1e11, allow_inf_nan=False)]
    exp: Annotated[float, Field(ge=0, le=1e11, allow_inf_nan=False)]


def signing_key(settings: Settings) -> OKPKey:
    """Intake's own. Raises ValueError when SERVICE_TOKEN_PRIVATE_KEY is missing or malformed."""
    return read_key(settings.service_token_private_key.get_secret_value(), "SERVICE_TOKEN_PRIVATE_KEY", private=True)


def sign_ticket(key: OKPKey, clock: Clock, kind: str, audience: str, subject: UUID) -> str:
    """Good for LIFETIME from now."""
    now = clock.now()
    claims: dict[str, object] = {
        "iss": ISSUER,
        "aud": audience,
        "sub": str(subject),
        "iat": now.timestamp(),
        "exp": (now + LIFETIME).timestamp(),
    }
    return sign(key, kind, claims)


def subject_of(key: OKPKey, clock: Clock, kind: str, audience: str, ticket: str) -> UUID:
    """Raises TokenExpired, TokenInvalid."""
    try:
        claims = _Claims.model_validate(verify(key, kind, ticket))
    except ValidationError:
        raise TokenInvalid from None
    now = clock.now()
    issued_at, expires_at = (datetime.fromtimestamp(at, UTC) for at in (claims.iat, claims.exp))
    believable = timedelta(0) < expires_at - issued_at <= LIFETIME + timedelta(seconds=1)
    ours = (claims.iss, claims.aud) == (ISSUER, audience)
    if not ours or not believable or issued_at > now + CLOCK_SKEW:
        raise TokenInvalid
    if now >= expires_at:
        raise TokenExpired
    return claims.sub
