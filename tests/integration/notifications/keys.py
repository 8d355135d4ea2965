"""The staff token's keys of this run."""

from shared.web.signing_keys import new_key_pair

_PRIVATE, _PUBLIC = new_key_pair()
KEYS: dict[str, object] = {"staff_token_private_key": _PRIVATE, "staff_token_public_key": _PUBLIC, "burst_rate": 0}
