"""A form's key is ours, a day old at most, and spelled in one way."""

import string
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.clock import FixedClock
from shared.web.form_key import OLDEST, FormKeyRefused, FormKeys, FormTooOld
from tests.unit.web_guard.conftest import NOW


def keys(clock: FixedClock | None = None, secret: bytes = b"k" * 32) -> FormKeys:
    return FormKeys(secret, clock or FixedClock(NOW))


GOOD = keys().new()


def test_a_key_of_ours_is_taken_and_no_two_are_the_same():
    made = {keys().new() for _ in range(50)}

    assert len(made) == 50
    assert {keys().check(key) for key in made} == made


def test_after_a_day_the_form_is_too_old():
    clock = FixedClock(NOW)
    key = keys(clock).new()
    clock.advance(OLDEST)
    keys(clock).check(key)

    clock.advance(timedelta(seconds=1))
    with pytest.raises(FormTooOld):
        keys(clock).check(key)


def test_a_key_made_elsewhere_is_refused():
    with pytest.raises(FormKeyRefused):
        keys().check(keys(secret=b"x" * 32).new())


@given(st.text() | st.text(alphabet=string.ascii_letters + string.digits + "-_", min_size=54, max_size=54))
def test_an_invented_key_is_refused(text):
    with pytest.raises(FormKeyRefused):
        keys().check(text)


@given(st.data())
def test_one_changed_character_makes_it_another_key_or_none(data):
    good = GOOD
    at = data.draw(st.integers(0, len(good) - 1))
    other = data.draw(st.characters(exclude_characters=good[at]))
    changed = good[:at] + other + good[at + 1 :]

    try:
        read = keys().check(changed)
    except FormKeyRefused:
        return
    assert read == good, "two spellings of one key are one key"


def test_another_spelling_of_the_same_key_is_the_same_key():
    """The last of 54 characters carries four bits that mean nothing."""
    letters = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    other = GOOD[:-1] + letters[letters.index(GOOD[-1]) ^ 1]

    assert other != GOOD
    assert keys().check(other) == GOOD
