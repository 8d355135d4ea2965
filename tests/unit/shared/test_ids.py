"""Identifiers."""

import re
import time
from itertools import count

import pytest

from shared.ids import new_reference, new_token, read_uuid, token_hash, uuid7


def test_a_uuid7_says_its_version_and_variant_and_grows_with_time():
    made = [uuid7() for _ in range(1000)]

    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {"specified in RFC 4122"}
    milliseconds = [one.int >> 80 for one in made]
    assert milliseconds == sorted(milliseconds)
    assert len(set(made)) == 1000


def test_what_is_made_within_a_millisecond_sorts_as_it_was_made(monkeypatch):
    nanoseconds = count(1_800_000_000_000_000_000, 250)
    monkeypatch.setattr(time, "time_ns", lambda: next(nanoseconds))

    made = [uuid7() for _ in range(8000)]

    assert made == sorted(made)


def test_a_token_has_256_bits_and_fits_into_a_path():
    tokens = {new_token() for _ in range(100)}

    assert len(tokens) == 100
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in tokens)


def test_only_the_hash_of_a_token_needs_to_be_kept():
    token = new_token()

    assert token_hash(token) == token_hash(token)
    assert token_hash(token) != token_hash(new_token())
    assert len(token_hash(token)) == 32


def test_a_reference_holds_no_letter_that_is_misheard_or_misread():
    assert all(re.fullmatch(r"TSC-[2-9A-HJKMNP-TV-Z]{6}", new_reference("TSC")) for _ in range(200))


def test_an_id_that_was_read_is_the_same_id():
    made = uuid7()

    read = read_uuid(str(made))

    assert read == made
    assert {read: "here"}[made] == "here"


@pytest.mark.parametrize(
    "text", ["", "x", "0190", "01900000-0000-7000-8000-00000000000g", "01900000-0000-7000-8000-0000000000011"]
)
def test_what_is_no_id_is_not_read(text):
    with pytest.raises(ValueError, match=r".+"):
        read_uuid(text)
