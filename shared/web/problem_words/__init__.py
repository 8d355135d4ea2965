"""Problems in the languages of patients: by the address where it names one, else by what the browser would rather read.

English stands in the code, beside each problem; every other language in a file of its own here. What a file does not say
is said in English, and what only staff meet is in none.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request

from shared.web.frame import Frame, FrameWords
from shared.web.languages import preferred
from shared.web.problems import Description

ENGLISH = "en"
HERE = Path(__file__).parent


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ProblemPageWords(_Said):
    """Around a problem on a page for patients, and on the list of all of them."""

    nothing_lost: str = "Nothing you sent before is lost. Start from the first page, or call us and we do it together."
    first_page: str = "Go to the first page"
    try_again: str = "Try again"
    send_again: str = "Send it again"
    call: str = "Call {phone}"
    kept: str = "What you typed is kept on this page."
    arrives_once: str = "However often you press, it arrives once."
    crisis: str = "{hours}. In crisis, call or text {crisis} at any hour."
    reference: str = "If you call about this, the reference is"
    all_problems: str = "Problems, and what to do"
    back: str = "All problems"
    for_developers: str = (
        "For developers of web front ends: the type of a problem leads to its place on this page. The same as JSON:"
    )


class _Told(_Said):
    title: str
    what_to_do: str


class ProblemWords(_Said):
    page: ProblemPageWords = ProblemPageWords()
    frame: FrameWords = FrameWords()
    """Around a page of a service that has no words of its own for that."""
    problems: Mapping[str, _Told] = {}
    details: Mapping[str, str] = {}
    """What is told beside a problem, by its English."""

    def of(self, what: Description) -> Description:
        said = self.problems.get(what.slug)
        return replace(what, title=said.title, what_to_do=said.what_to_do) if said else what

    def has(self, what: Description) -> bool:
        return what.slug in self.problems


def frame_in(language: str) -> Frame:
    """Raises FileNotFoundError for a language that problems are not told in."""
    return Frame() if language == ENGLISH else Frame(language, words_in(language).frame, f"/info/{language}")


@cache
def words_in(language: str) -> ProblemWords:
    if language == ENGLISH:
        return ProblemWords()
    return ProblemWords.model_validate(tomllib.loads((HERE / f"{language}.toml").read_text(encoding="utf-8")))


@cache
def languages() -> tuple[str, ...]:
    return ENGLISH, *sorted(file.stem for file in HERE.glob("*.toml"))


def language_of(request: Request) -> str:
    """One that problems are told in. Staff's pages are English, whatever their browser would rather read."""
    steps = request.url.path.split("/")
    if "staff" in steps[:2]:
        return ENGLISH
    named = next((step for step in steps if step in languages()), None)
    return named or preferred(request.headers.get("accept-language", ""), languages())
