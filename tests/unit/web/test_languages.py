"""The language of a visitor, from what the browser says."""

import pytest

from shared.web.languages import preferred

OURS = ["en", "es", "pt-BR"]


@pytest.mark.parametrize(
    ("wishes", "language"),
    [
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en-US,en;q=0.9,es;q=0.8", "en"),
        ("fr-CA,fr;q=0.9,es;q=0.5,en;q=0.4", "es"),
        ("en;q=0.2, es;q=0.7", "es"),
        ("ES-419", "es"),
        ("pt", "pt-BR"),
        ("pt-PT", "en"),
        ("*", "en"),
        ("fr, *;q=0.1", "en"),
    ],
)
def test_the_first_wish_we_can_meet_is_met(wishes, language):
    assert preferred(wishes, OURS) == language


@pytest.mark.parametrize("wishes", ["", ",", ";;;", "es;q=0", "es;q=no", "es;q=2", "es;q=nan", "\x00", "-", "x" * 9000])
def test_what_says_nothing_is_answered_in_the_first(wishes):
    assert preferred(wishes, OURS) == "en"


def test_only_the_first_wishes_are_read():
    assert preferred("fr," * 20 + "es", OURS) == "en"
