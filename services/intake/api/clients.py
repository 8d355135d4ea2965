"""Whose an Idempotency-Key is (docs/decisions/0118): a key of one client says nothing to another."""

from starlette.requests import Request

from shared.ids import token_hash
from shared.keyring.blind_index import BlindIndex
from shared.web.client_address import client_address, network_of
from shared.web.idempotency import HEADER, KeyMalformed, RequestKey, header_key
from shared.web.origin_check import origin_of
from shared.web.problems import FieldError

UNGUESSABLE = 22
"""Characters: 128 random bits in base64url. A UUID has more."""


def front_end(request: Request) -> str:
    """The front end that a browser says it calls from, when it is one of ours; a program that says none is `public`."""
    origin = request.headers.get("origin", "")
    ours = {origin_of(one) for one in request.app.state.settings.cors_origins}
    return f"public {origin}" if origin in ours else "public"


async def key_to_begin(request: Request) -> RequestKey | None:
    """Beginnings are all alike: nothing in the body says whose it is. So the key is of one front end and one network, and
    cannot be guessed, or it would hand somebody the request of somebody else. Raises KeyMalformed."""
    network = network_of(client_address(request))
    where = BlindIndex.from_settings(request.app.state.settings, "intake").of("client", network)
    key = await header_key(request, f"{front_end(request)} {where.hex()}")
    if key and len(key.key) < UNGUESSABLE:
        raise KeyMalformed(
            errors=[FieldError(f"Here a key has {UNGUESSABLE} characters or more, such as a UUID.", parameter=HEADER)]
        )
    return key


async def key_within(request: Request, token: str) -> RequestKey | None:
    """For what is done behind a link: whoever has the link is the client. Raises KeyMalformed."""
    return await header_key(request, f"draft {token_hash(token).hex()}")
