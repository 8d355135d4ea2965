"""Icons, drawn into the page beside a word. A page carries only those it uses, and needs no second request for them.

The drawings stand in `icons.svg`: Lucide (ISC and MIT, `icons.LICENSE.txt`), and our own `tern` and `mark`.
"""

import re
from functools import cache
from pathlib import Path

from markupsafe import Markup

_SYMBOL = re.compile(r'<symbol id="(?P<name>[a-z0-9-]+)" viewBox="0 0 24 24">(?P<drawing>.*?)</symbol>', re.DOTALL)
_POINTS_ALONG_THE_LINE = {"arrow-right", "chevron-left", "chevron-right", "log-in", "log-out"}


class UnknownIconError(LookupError):
    """A template asked for an icon that `icons.svg` does not hold."""


@cache
def _drawings() -> dict[str, str]:
    source = Path(__file__).with_name("icons.svg").read_text(encoding="utf-8")
    return {found["name"]: found["drawing"] for found in _SYMBOL.finditer(source)}


def icon_names() -> list[str]:
    """Every icon a template may ask for."""
    return sorted(_drawings())


@cache
def icon(name: str) -> Markup:
    """The icon as inline SVG, in the size and colour of the text.

    Screen readers pass over it: the word beside it speaks. Arrows turn round where text runs from right to left.
    Raises UnknownIconError.
    """
    if name not in _drawings():
        raise UnknownIconError(f"no icon {name!r}; there are: {', '.join(icon_names())}")
    css = "i i-flip" if name in _POINTS_ALONG_THE_LINE else "i"
    return Markup(f'<svg class="{css}" viewBox="0 0 24 24" aria-hidden="true">{_drawings()[name]}</svg>')  # noqa: S704 - our own file, nothing typed by anyone
