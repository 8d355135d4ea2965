"""A new key, byte for byte as Tink keeps one, by Tink's own parts.

Its handle copies, checks and describes a keyset several times before it is used once: more than half of the work of making
a patient's key, and in a crowd one is made for every request. A keyset of one key, just made, needs none of that.
"""

import secrets
from typing import Any

from tink import TinkError, aead, core
from tink.proto import tink_pb2

_messages: Any = tink_pb2
"""Its classes are made while it is loaded, where no type checker sees them."""
TEMPLATE = aead.aead_key_templates.AES256_GCM


def new_key(master: aead.Aead, identity: bytes) -> tuple[aead.Aead, bytes]:
    """What seals under it, and the key as it is stored: sealed by `master` for `identity`, for `parse_encrypted` to read.

    Raises TinkError when what was sealed does not open again: better no key than one that nobody can ever use.
    """
    number = secrets.randbelow(2**31 - 1) + 1
    key = _messages.Keyset.Key(
        key_data=core.Registry.new_key_data(TEMPLATE),
        status=_messages.ENABLED,
        key_id=number,
        output_prefix_type=TEMPLATE.output_prefix_type,
    )
    keyset = _messages.Keyset(primary_key_id=number, key=[key]).SerializeToString()
    sealed = master.encrypt(keyset, identity)
    if master.decrypt(sealed, identity) != keyset:
        raise TinkError("a key that was sealed does not open")
    return _primitive(key), _messages.EncryptedKeyset(encrypted_keyset=sealed).SerializeToString()


def _primitive(key: Any) -> aead.Aead:
    alone = core.PrimitiveSet(aead.Aead)
    alone.set_primary(alone.add_primitive(core.Registry.primitive(key.key_data, aead.Aead), key))
    return core.Registry.wrap(alone, aead.Aead)
