"""The signed token of a signed-in member of staff: notifications signs it, every service verifies it offline."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from joserfc.jwk import OKPKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.settings import Settings
from shared.web.signing_keys import TokenExpired, TokenInvalid, read_key, sign, verify

KIND = "chairside-staff+jwt"
LIFETIME = timedelta(minutes=5)
CLOCK_SKEW = timedelta(seconds=60)
"""How far the signer's clock may run ahead of ours."""
ISSUER: Literal["notifications"] = "notifications"


class Strength(StrEnum):
    """How sure we are who it is."""

    PASSWORD = "password"  # noqa: S105 - a word, not a secret
    TWO_FACTORS = "two-factors"


@dataclass(frozen=True, slots=True)
class StaffToken:
    """What the token says. Roles are those at signing: `require_staff` uses the directory's."""

    staff_id: UUID
    session_id: UUID
    roles: frozenset[str]
    clinics: frozenset[UUID]
    strength: Strength
    issued_at: datetime
    expires_at: datetime


class _Claims(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    iss: Literal["notifications"]
    aud: str
    sub: UUID
    sid: UUID
    roles: frozenset[str]
    clinics: frozenset[UUID]
    strength: Strength
    iat: Annotated[float, Field(ge=0, le=1e11, allow_inf_nan=False)]
    exp: Annotated[float, Field(ge=0, le=1e11, allow_inf_nan=False)]


class StaffTokenSigner:
    """Lives in notifications only."""

    def __init__(self, private_key: OKPKey, audience: str) -> None:
        self._key = private_key
        self._audience = audience

    @classmethod
    def from_settings(cls, settings: Settings) -> "StaffTokenSigner":
        """Raises ValueError when STAFF_TOKEN_PRIVATE_KEY is missing or malformed."""
        secret = settings.staff_token_private_key.get_secret_value()
        return cls(read_key(secret, "STAFF_TOKEN_PRIVATE_KEY", private=True), settings.public_url)

    def sign(
        self,
        *,
        staff_id: UUID,
        session_id: UUID,
        roles: frozenset[str],
        clinics: frozenset[UUID],
        strength: Strength,
        now: datetime,
    ) -> str:
        """A token for LIFETIME from `now`. The session's state is checked by the caller, never here."""
        return sign(
            self._key,
            KIND,
            {
                "iss": ISSUER,
                "aud": self._audience,
                "sub": str(staff_id),
                "sid": str(session_id),
                "roles": sorted(roles),
                "clinics": sorted(map(str, clinics)),
                "strength": strength,
                # With fractions: a sign-in in the very second of a revocation must not count as older than it.
                "iat": now.timestamp(),
                "exp": (now + LIFETIME).timestamp(),
            },
        )


class StaffTokenVerifier:
    """Knows only the public key, so it needs nobody to be up."""

    def __init__(self, public_key: OKPKey, audience: str) -> None:
        self._key = public_key
        self._audience = audience

    @classmethod
    def from_settings(cls, settings: Settings) -> "StaffTokenVerifier":
        """Raises ValueError when STAFF_TOKEN_PUBLIC_KEY is missing or malformed."""
        return cls(
            read_key(settings.staff_token_public_key, "STAFF_TOKEN_PUBLIC_KEY", private=False), settings.public_url
        )

    def verify(self, token: str, now: datetime, *, grace: timedelta = timedelta(0)) -> StaffToken:
        """Good until `exp`, exclusive, plus `grace`. Raises TokenExpired, TokenInvalid.

        Renewal reads an expired token with a long grace: the session behind it decides then, on the server's side.
        """
        try:
            claims = _Claims.model_validate(verify(self._key, KIND, token))
        except ValidationError:
            raise TokenInvalid from None
        issued_at = datetime.fromtimestamp(claims.iat, UTC)
        expires_at = datetime.fromtimestamp(claims.exp, UTC)
        # A lifetime longer than ours was not signed by this code, whatever the signature says.
        believable = timedelta(0) < expires_at - issued_at <= LIFETIME + timedelta(seconds=1)
        if claims.aud != self._audience or not believable or issued_at > now + CLOCK_SKEW:
            raise TokenInvalid
        if now >= expires_at + grace:
            raise TokenExpired
        return StaffToken(
            staff_id=claims.sub,
            session_id=claims.sid,
            roles=claims.roles,
            clinics=claims.clinics,
            strength=claims.strength,
            issued_at=issued_at,
            expires_at=expires_at,
        )
