"""What in an answer that cannot be kept means that somebody may be in danger: they said it all the same."""

import json
import re
from collections.abc import Iterator

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
    """The same of a body that nobody could keep, whatever its shape: what stands under the name of the field, or, where the
    body cannot be read, behind it to the end of the object. A reason is like no other word: it counts wherever it stands."""
    signs = SIGNS.get(slug, ())
    said = text if slug == REASONS else _under(slug, text)
    return _values(slug, [sign for sign in signs if sign in said])


def _under(name: str, text: str) -> set[str]:
    try:
        return {str(value).strip() for value in _values_under(name, json.loads(text, object_pairs_hook=tuple))}
    except (ValueError, RecursionError):
        behind = text.split(f'"{name}"')[1:]
        return {word for part in behind for word in re.findall(r"[\w-]+", part.partition("}")[0])}


def _values_under(name: str, read: object, within: bool = False) -> Iterator[object]:
    """Objects are read as tuples of pairs: of a name that stands twice, both count."""
    match read:
        case tuple():
            for key, value in read:
                yield from _values_under(name, value, within or key == name)
        case list():
            for one in read:
                yield from _values_under(name, one, within)
        case _ if within:
            yield read


def _values(slug: str, signs: list[str]) -> Values:
    return {slug: (max(signs),)} if signs else {}
