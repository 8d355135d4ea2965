"""WCAG 2.2 contrast of every pair of tokens that stands on another, by day and by night, with its floor."""

import re
from functools import cache

import pytest

from shared.web.assets import STATIC

TEXT, SMALL, SHAPE = 7.0, 4.5, 3.0
"""Body text (AAA); other text (AA); outlines of controls and large text."""
PAIRS = [
    *(("ink", ground, TEXT) for ground in ("ground", "surface", "sunken", "raised", "accent-soft")),
    *(("ink-2", ground, TEXT) for ground in ("ground", "surface", "sunken", "raised", "accent-soft")),
    *(("ink-3", ground, SMALL) for ground in ("ground", "surface", "sunken", "accent-soft")),
    *((f"{kind}-ink", f"{kind}-soft", TEXT) for kind in ("accent", "danger", "warn", "ok")),
    *(("ok-ink", ground, TEXT) for ground in ("ground", "surface", "sunken")),
    *(("accent", ground, SMALL) for ground in ("ground", "surface", "danger-soft")),
    *(("on-accent", ground, SMALL) for ground in ("accent", "accent-strong")),
    ("on-alarm", "alarm", TEXT),
    *(("danger", ground, TEXT) for ground in ("ground", "surface")),
    ("on-strip", "strip", TEXT),
    *(("control", ground, SHAPE) for ground in ("ground", "surface", "raised")),
    *((kind, f"{kind}-soft", SHAPE) for kind in ("accent", "danger", "warn")),
    ("ok", "surface", SHAPE),
    *(("focus", ground, SHAPE) for ground in ("ground", "surface", "danger-soft")),
]


@cache
def tokens() -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
    """(day and night of each colour, what browsers without light-dark() get)."""
    both, fallback = (STATIC / "css/tokens.css").read_text().split("@supports not")
    pair = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6,8}), (#[0-9a-f]{6,8})\);")
    return {name: (day, night) for name, day, night in pair.findall(both)}, dict(
        re.findall(r"--([\w-]+): (#[0-9a-f]{6,8});", fallback)
    )


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["day", "night"])
@pytest.mark.parametrize(("front", "ground", "floor"), PAIRS)
def test_a_pair_reaches_its_floor(front, ground, floor, theme):
    colours, _ = tokens()

    assert contrast(colours[front][theme], colours[ground][theme]) >= floor


def test_older_browsers_get_the_day():
    colours, fallback = tokens()

    assert fallback == {name: day for name, (day, _) in colours.items()}


def test_black_on_white_is_twenty_one():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_no_colour_stands_outside_the_tokens():
    """Except black and white on paper, the veil behind a dialog, and a mix with black on hover."""
    allowed = {"#000", "#fff", "#0f1211b3"}
    for path in (STATIC / "css").glob("*.css"):
        if path.name != "tokens.css":
            assert set(re.findall(r"#[0-9a-f]{3,8}\b", path.read_text())) <= allowed, path.name
