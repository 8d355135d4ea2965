"""What is sealed opens in its own place, under its own key, and nowhere else."""

import os
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import pytest
import tink
from hypothesis import given
from hypothesis import strategies as st
from tink import aead

from shared.ids import uuid7
from shared.keyring.ciphers import PatientCipher, ServiceCipher
from shared.keyring.contact import ConsentGiven, Contact, open_contact, seal_contact
from shared.keyring.errors import SealBroken
from shared.keyring.sealing import aead_of, secret_bytes

PRIMITIVE = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM).primitive(aead.Aead)
CONTACT = Contact(
    name="Noa Bergström",
    email="noa@example.com",
    mobile="+13035550107",
    language="en-US",
    zone="America/Denver",
    consents=(
        ConsentGiven(
            purpose="contact", channel="email", wording_version="1", given_at=datetime(2026, 6, 1, tzinfo=UTC)
        ),
    ),
    links={"request": "http://127.0.0.1:8080/r/abc"},
)


@pytest.fixture
def cipher() -> PatientCipher:
    return PatientCipher(uuid7(), PRIMITIVE)


@given(st.binary(max_size=500), st.text(max_size=50))
def test_what_a_patient_cipher_seals_it_opens(data, context):
    cipher = PatientCipher(uuid7(), PRIMITIVE)

    assert cipher.open(cipher.seal(data, context), context) == data


def test_the_same_bytes_never_look_the_same_twice(cipher):
    assert cipher.seal(b"a", "x") != cipher.seal(b"a", "x")


def test_moved_to_another_place_it_does_not_open(cipher):
    sealed = cipher.seal(b"secret", "request.answers:1")

    with pytest.raises(SealBroken):
        cipher.open(sealed, "request.answers:2")


def test_given_to_another_patient_it_does_not_open_even_under_the_same_key(cipher):
    sealed = cipher.seal(b"secret", "x")

    with pytest.raises(SealBroken):
        PatientCipher(uuid7(), PRIMITIVE).open(sealed, "x")


@given(st.data())
def test_one_changed_bit_is_noticed(data):
    cipher = PatientCipher(uuid7(), PRIMITIVE)
    sealed = bytearray(cipher.seal(b"some words", "x"))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(SealBroken):
        cipher.open(bytes(sealed), "x")


def test_what_cannot_be_opened_is_not_told():
    with pytest.raises(SealBroken) as caught:
        ServiceCipher(b"k" * 32, "intake").open(b"a secret in the clear", "dead-letter:1")

    assert "secret" not in str(caught.value)


def test_services_share_a_secret_and_still_cannot_open_each_others():
    secret = os.urandom(32)
    sealed = ServiceCipher(secret, "intake").seal(b"x", "c")

    assert ServiceCipher(secret, "intake").open(sealed, "c") == b"x"
    with pytest.raises(SealBroken):
        ServiceCipher(secret, "scheduling").open(sealed, "c")


def test_two_purposes_of_one_secret_are_two_keys():
    sealed = aead_of(b"k" * 32, "keyring").encrypt(b"x", b"")

    with pytest.raises(tink.TinkError):
        aead_of(b"k" * 32, "service:intake").decrypt(sealed, b"")


@given(st.binary(min_size=32, max_size=32))
def test_a_secret_is_32_bytes_of_base64url(raw):
    assert secret_bytes(urlsafe_b64encode(raw).decode().rstrip("="), "KEY") == raw


@pytest.mark.parametrize("bad", ["", "short", "A" * 42, "A" * 44, "é" * 43, "!" * 43])
def test_a_bad_secret_is_refused_by_name_without_being_shown(bad):
    with pytest.raises(ValueError, match="SEALING_KEY") as caught:
        secret_bytes(bad, "SEALING_KEY")

    assert not bad or bad not in str(caught.value)


def test_a_demo_secret_may_be_any_words():
    assert len(secret_bytes("demo-master-key", "KEY")) == 32
    assert secret_bytes("demo-a", "KEY") != secret_bytes("demo-b", "KEY")


def test_contact_comes_out_as_it_went_in(cipher):
    envelope = seal_contact(cipher, CONTACT, person_version=7)

    assert envelope.person_version == 7
    assert open_contact(cipher, envelope) == CONTACT


def test_nothing_of_the_contact_shows_in_the_envelope_or_in_a_log_line(cipher):
    envelope = seal_contact(cipher, CONTACT, person_version=1)

    for text in (envelope.model_dump_json(), repr(CONTACT), str(CONTACT), f"{[CONTACT]}"):
        assert "Bergström" not in text
        assert "noa@" not in text


def test_an_old_envelope_cannot_pose_as_a_new_one(cipher):
    envelope = seal_contact(cipher, CONTACT, person_version=1)

    with pytest.raises(SealBroken):
        open_contact(cipher, envelope.model_copy(update={"person_version": 2}))


@pytest.mark.parametrize("damage", ["", "%%%", "AAAA", "ü"])
def test_a_damaged_envelope_is_a_broken_seal(cipher, damage):
    envelope = seal_contact(cipher, CONTACT, person_version=1)

    with pytest.raises(SealBroken):
        open_contact(cipher, envelope.model_copy(update={"sealed": damage}))


@pytest.mark.parametrize("mobile", ["3035550107", "+0123456789", "+1 303 555 0107", "+123"])
def test_a_mobile_is_kept_in_one_form_only(mobile):
    with pytest.raises(ValueError):
        Contact(name="A", mobile=mobile, language="en-US", zone="America/Denver")
