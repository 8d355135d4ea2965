"""The calling side of `service_token`, apart from it: a service that only answers need not load an HTTP client."""

from collections.abc import Generator

import httpx
from joserfc.jwk import OKPKey

from shared.clock import Clock
from shared.settings import Settings
from shared.web.service_token import KIND, LIFETIME
from shared.web.signing_keys import read_key, sign


class ServiceAuth(httpx.Auth):
    """Signs every request of an httpx client: `httpx.AsyncClient(auth=ServiceAuth.from_settings(…))`."""

    def __init__(self, private_key: OKPKey, *, issuer: str, audience: str, clock: Clock, host: str = "") -> None:
        """`host`: of the clinic that is asked for, where it is not the first."""
        self._key = private_key
        self._host = host
        self._issuer = issuer
        self._audience = audience
        self._clock = clock

    @classmethod
    def from_settings(cls, settings: Settings, *, issuer: str, audience: str, clock: Clock) -> "ServiceAuth":
        """Raises ValueError when SERVICE_TOKEN_PRIVATE_KEY is missing or malformed."""
        secret = settings.service_token_private_key.get_secret_value()
        key = read_key(secret, "SERVICE_TOKEN_PRIVATE_KEY", private=True)
        host = settings.host if settings.further else ""
        return cls(key, issuer=issuer, audience=audience, clock=clock, host=host)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        now = self._clock.now()
        claims: dict[str, object] = {
            "iss": self._issuer,
            "aud": self._audience,
            "iat": now.timestamp(),
            "exp": (now + LIFETIME).timestamp(),
        }
        if self._host:
            request.headers["Host"] = self._host
        request.headers["Authorization"] = f"Bearer {sign(self._key, KIND, claims)}"
        yield request
