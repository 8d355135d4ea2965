"""A key made from Tink's parts is a key of Tink's: its own reader and its own handle agree with ours."""

import secrets

import pytest
import tink
from tink import TinkError, aead, proto_keyset_format
from tink.proto import tink_pb2

from shared.keyring.new_key import TEMPLATE, new_key
from shared.keyring.sealing import aead_of

MASTER = aead_of(secrets.token_bytes(32), "keyring")
PATIENT = b"keyring.patient_key:one"


def of_tinks_own(wrapped: bytes, identity: bytes = PATIENT) -> aead.Aead:
    return proto_keyset_format.parse_encrypted(wrapped, MASTER, identity).primitive(aead.Aead)


def test_what_it_seals_tink_opens():
    primitive, wrapped = new_key(MASTER, PATIENT)
    assert of_tinks_own(wrapped).decrypt(primitive.encrypt(b"words", b"place"), b"place") == b"words"


def test_what_tink_seals_it_opens():
    primitive, wrapped = new_key(MASTER, PATIENT)
    assert primitive.decrypt(of_tinks_own(wrapped).encrypt(b"words", b"place"), b"place") == b"words"


def test_it_is_stored_as_tink_stores_one():
    made = tink.new_keyset_handle(TEMPLATE)
    wrapped = proto_keyset_format.serialize_encrypted(made, MASTER, PATIENT)
    assert _without_its_secrets(new_key(MASTER, PATIENT)[1]) == _without_its_secrets(wrapped)


def test_it_belongs_to_one_patient():
    _, wrapped = new_key(MASTER, PATIENT)
    with pytest.raises(TinkError):
        of_tinks_own(wrapped, b"keyring.patient_key:two")


def test_no_two_are_alike():
    (one, _), (other, _) = new_key(MASTER, PATIENT), new_key(MASTER, PATIENT)
    with pytest.raises(TinkError):
        other.decrypt(one.encrypt(b"words", b"place"), b"place")


def test_one_that_could_never_be_opened_is_not_handed_out():
    class Forgets(aead.Aead):
        def encrypt(self, plaintext: bytes, associated_data: bytes) -> bytes:
            return MASTER.encrypt(plaintext[:-1], associated_data)

        def decrypt(self, ciphertext: bytes, associated_data: bytes) -> bytes:
            return MASTER.decrypt(ciphertext, associated_data)

    with pytest.raises(TinkError):
        new_key(Forgets(), PATIENT)


def _without_its_secrets(wrapped: bytes) -> tuple[tink_pb2.EncryptedKeyset, tink_pb2.Keyset]:
    """As it is written, but for the ciphertext, the bits of the key and its random number."""
    outside = tink_pb2.EncryptedKeyset.FromString(wrapped)
    inside = tink_pb2.Keyset.FromString(MASTER.decrypt(outside.encrypted_keyset, PATIENT))
    (key,) = inside.key
    assert inside.primary_key_id == key.key_id > 0
    assert len(key.key_data.value) == 34
    outside.encrypted_keyset, key.key_data.value, key.key_id, inside.primary_key_id = b"", b"", 0, 0
    return outside, inside
