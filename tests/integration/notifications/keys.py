"""Keys of this run: the staff token's, and the one for our own calls."""

from shared.web.signing_keys import new_key_pair

_PRIVATE, _PUBLIC = new_key_pair()
_OWN, _ = new_key_pair()
KEYS: dict[str, object] = {
    "staff_token_private_key": _PRIVATE,
    "staff_token_public_key": _PUBLIC,
    "service_token_private_key": _OWN,
    "burst_rate": 0,
}
