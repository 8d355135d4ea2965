"""What in an answer that cannot be kept means that somebody may be in danger: they said it all the same."""

import re

from services.intake.domain.cssrs import Question as Screener
from services.intake.domain.cssrs import Reply
from services.intake.domain.guided.accept import Typed
from services.intake.domain.guided.answers import Values, scale_page, screener_page
from services.intake.domain.reasons import Reason
from services.intake.domain.scales import SCALES, ScaleCode

SAFETY, REASONS = "safety", "reasons"
ITEM_9 = scale_page(ScaleCode.PHQ_9, 9)


def _above_zero() -> tuple[str, ...]:
    [item_9] = [item for item in SCALES[ScaleCode.PHQ_9].items if item.number == 9]
    return tuple(str(choice.value) for choice in item_9.choices if choice.value > 0)


SIGNS: dict[str, tuple[str, ...]] = {
    REASONS: (Reason.SUICIDAL_IDEATION.value,),
    ITEM_9: _above_zero(),
    SAFETY: (Reply.YES.value,),
    **{screener_page(question): (Reply.YES.value,) for question in Screener},
}
"""Which values of which page: of all others none is a sign."""


def signs_typed(slug: str, typed: Typed) -> Values:
    """As the page with nothing on it but its signs; no values where there are none."""
    return _values(slug, [value for value in map(str.strip, typed.get(slug, ())) if value in SIGNS.get(slug, ())])


def signs_written(slug: str, text: str) -> Values:
    """The same of what nobody could read: each that stands behind the name of the field, up to the end of the object."""
    return _values(
        slug,
        [sign for sign in SIGNS.get(slug, ()) if re.search(rf'"{slug}"[^}}]*?(?<![\w-]){sign}(?![\w-])', text)],
    )


def _values(slug: str, signs: list[str]) -> Values:
    return {slug: (max(signs),)} if signs else {}
