"""The ticket with which a patient's own page leads to their appointment: intake signs it, scheduling believes it.

Whoever holds it has the page of the request before them. It travels in the body of a form, never in a URL.
"""

from uuid import UUID

from joserfc.jwk import OKPKey

from shared.clock import Clock
from shared.settings import Settings
from shared.web.hold_ticket import ISSUER, audience
from shared.web.signing_keys import read_key
from shared.web.subject_ticket import sign_ticket, signing_key, subject_of

KIND = "chairside-change-ticket+jwt"


def sign_change_ticket(settings: Settings, clock: Clock, request_id: UUID) -> str:
    """Intake's. Raises ValueError when SERVICE_TOKEN_PRIVATE_KEY is missing or malformed."""
    return sign_ticket(signing_key(settings), clock, KIND, audience(settings), request_id)


class ChangeTicketVerifier:
    """Knows only intake's public key, so it needs nobody to be up."""

    def __init__(self, public_key: OKPKey, clock: Clock, audience: str) -> None:
        self._key = public_key
        self._clock = clock
        self._audience = audience

    @classmethod
    def from_settings(cls, settings: Settings, clock: Clock) -> "ChangeTicketVerifier":
        """Raises ValueError when the entry of intake in SERVICE_TOKEN_PUBLIC_KEYS is missing or malformed."""
        text = settings.service_token_public_keys.get(ISSUER, "")
        return cls(read_key(text, f"SERVICE_TOKEN_PUBLIC_KEYS[{ISSUER}]", private=False), clock, audience(settings))

    def verify(self, ticket: str) -> UUID:
        """The request. Raises TokenExpired, TokenInvalid."""
        return subject_of(self._key, self._clock, KIND, self._audience, ticket)
