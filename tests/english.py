"""Is there English left on a page that is to be Spanish? By the small words that no English sentence does without.

What is marked as being in another language is left out, and the names of things that are called the same everywhere.
"""

import re
from html import unescape

SMALL_WORDS = frozenset(
    re.findall(
        r"\w+",
        """the and or you your we our us it its is are was not with without this that these those please of to for from at on by
        have has been can may must will call text again back page first here now new something went wrong if when what""",
    )
)
CALLED_THE_SAME = re.compile(r"Tern Street Clinic|`[^`]*`")
_UNSEEN = re.compile(r"<(script|style|svg|noscript)\b.*?</\1>|<!--.*?-->", re.DOTALL)
_MARKED = re.compile(r'<(\w+)\b[^>]*\b(?:lang|hreflang)="en[^"]*"[^>]*>.*?</\1>', re.DOTALL)
_SAID_IN = re.compile(r'\b(?:aria-label|title|alt|placeholder)="([^"]*)"')


def english_in(page: str) -> list[str]:
    """Every stretch of text that holds one of these words, title and labels of screen readers too."""
    seen = _MARKED.sub(" ", _UNSEEN.sub(" ", page))
    stretches = [*_SAID_IN.findall(seen), *re.split(r"<[^>]+>", seen)]
    return [said for one in stretches if (said := " ".join(unescape(one).split())) and _is_english(said)]


def _is_english(said: str) -> bool:
    return bool(SMALL_WORDS.intersection(re.findall(r"\w+", CALLED_THE_SAME.sub(" ", said).lower())))
