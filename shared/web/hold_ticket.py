"""The ticket with which a browser may have a time kept: intake signs it, scheduling believes it without asking anybody.

It says for which request the time is, and by which contacts that is counted: as keyed hashes, so that neither the ticket
nor scheduling knows an address. It travels in the body of a form, never in a URL.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from joserfc.jwk import OKPKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.clock import Clock
from shared.settings import Settings
from shared.web.signing_keys import TokenExpired, TokenInvalid, read_key, sign, verify

KIND = "chairside-hold-ticket+jwt"
ISSUER: Literal["intake"] = "intake"
SCHEDULING = "scheduling"
LIFETIME = timedelta(hours=2)
"""Longer than anybody looks at one page; a page that is shown again carries a fresh one."""
CLOCK_SKEW = timedelta(seconds=60)
"""How far the signer's clock may run ahead of ours."""
HASH = 32
MOST_CONTACTS = 4


def audience(settings: Settings) -> str:
    """Scheduling, as the clinic whose settings these are has it: a ticket of one clinic opens nothing at another."""
    return f"{SCHEDULING} of {settings.clinic.id}" if settings.further else SCHEDULING


@dataclass(frozen=True, slots=True)
class HoldTicket:
    """One request of one patient. `contacts` are hashes of HASH bytes of the ways in which they can be reached."""

    request_id: UUID
    patient_id: UUID
    contacts: tuple[bytes, ...]


class _Claims(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    iss: Literal["intake"]
    aud: str
    sub: UUID
    pid: UUID
    contacts: Annotated[list[Annotated[str, Field(max_length=64)]], Field(min_length=1, max_length=MOST_CONTACTS)]
    iat: Annotated[float, Field(ge=0, le=1e11, allow_inf_nan=False)]
    exp: Annotated[float, Field(ge=0, le=1e11, allow_inf_nan=False)]


class HoldTicketSigner:
    """Lives in intake only."""

    def __init__(self, private_key: OKPKey, clock: Clock, audience: str = SCHEDULING) -> None:
        self._key = private_key
        self._clock = clock
        self._audience = audience

    @classmethod
    def from_settings(cls, settings: Settings, clock: Clock) -> "HoldTicketSigner":
        """Raises ValueError when SERVICE_TOKEN_PRIVATE_KEY is missing or malformed."""
        secret = settings.service_token_private_key.get_secret_value()
        return cls(read_key(secret, "SERVICE_TOKEN_PRIVATE_KEY", private=True), clock, audience(settings))

    def sign(self, *, request_id: UUID, patient_id: UUID, contacts: Iterable[bytes]) -> str:
        """A ticket for LIFETIME from now. At least one contact: what nobody is counted by would be kept without end."""
        now = self._clock.now()
        return sign(
            self._key,
            KIND,
            {
                "iss": ISSUER,
                "aud": self._audience,
                "sub": str(request_id),
                "pid": str(patient_id),
                "contacts": [urlsafe_b64encode(contact).decode() for contact in contacts],
                "iat": now.timestamp(),
                "exp": (now + LIFETIME).timestamp(),
            },
        )


class HoldTicketVerifier:
    """Knows only intake's public key, so it needs nobody to be up."""

    def __init__(self, public_key: OKPKey, clock: Clock, audience: str = SCHEDULING) -> None:
        self._key = public_key
        self._clock = clock
        self._audience = audience

    @classmethod
    def from_settings(cls, settings: Settings, clock: Clock) -> "HoldTicketVerifier":
        """Raises ValueError when the entry of intake in SERVICE_TOKEN_PUBLIC_KEYS is missing or malformed."""
        text = settings.service_token_public_keys.get(ISSUER, "")
        return cls(read_key(text, f"SERVICE_TOKEN_PUBLIC_KEYS[{ISSUER}]", private=False), clock, audience(settings))

    def verify(self, ticket: str) -> HoldTicket:
        """Good until `exp`, exclusive. Raises TokenExpired, TokenInvalid."""
        try:
            claims = _Claims.model_validate(verify(self._key, KIND, ticket))
            contacts = tuple(urlsafe_b64decode(contact) for contact in claims.contacts)
        except (ValidationError, ValueError):
            raise TokenInvalid from None
        now = self._clock.now()
        issued_at = datetime.fromtimestamp(claims.iat, UTC)
        expires_at = datetime.fromtimestamp(claims.exp, UTC)
        # A lifetime longer than ours was not signed by this code, whatever the signature says.
        believable = timedelta(0) < expires_at - issued_at <= LIFETIME + timedelta(seconds=1)
        if (
            claims.aud != self._audience
            or not believable
            or issued_at > now + CLOCK_SKEW
            or any(len(contact) != HASH for contact in contacts)
        ):
            raise TokenInvalid
        if now >= expires_at:
            raise TokenExpired
        return HoldTicket(claims.sub, claims.pid, contacts)
