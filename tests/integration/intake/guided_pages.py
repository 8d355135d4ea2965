"""Somebody with a browser that runs no script goes through the pages of a request: reads a form, fills it in, sends it."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import httpx

from services.intake.domain.guided.walk import CHECK
from tests.integration.intake.conftest import Intake, words

HEALTHY = "no"
SHORTEST = {
    "who": {"who": "self"},
    "born": {"born_year": "1984", "born_month": "7", "born_day": "19"},
    "name": {"name": "Ines Marchetti"},
    "contact": {"email": "ines@example.com", "consents": "contact-email-1", "language": "en"},
    "reasons": {"reasons": "chronic-pain"},
    "pain-nrs-1": {"pain-nrs-1": "6"},
    "safety": {"safety": "no"},
    "when": {},
    "consent": {"agreed": "privacy-1"},
}
"""What a person with pain answers: the fewest pages there are."""


@dataclass
class Visitor:
    """`at` is the address of the page that is looked at, `page` the page itself. What is pressed is what stands there."""

    intake: Intake
    answers: dict[str, dict[str, Any]] = field(default_factory=lambda: dict(SHORTEST))
    language: str = "en"
    at: str = ""
    page: str = ""
    status: int = 0
    seen: list[str] = field(default_factory=list)
    filled: int = 0
    """How many fields were filled in or chosen, without the language of messages: that stands there already."""

    async def open(self, address: str) -> "Visitor":
        return await self._follow(await self.intake.http.get(address, headers=HTML))

    async def begin(self, **typed: str) -> "Visitor":
        await self.open(f"/request/{self.language}")
        return await self.answer(**(typed or self.answers["who"]))

    async def press(self, **typed: Any) -> "Visitor":
        """The first button of the form, with these fields filled in and the hidden ones as they are."""
        action = re.search(r'<form[^>]*action="([^"]+)"', self.page)
        assert action, words(self.page)
        sent = {**self.hidden, **typed}
        return await self._follow(await self.intake.http.post(action[1], data=sent, headers=HTML))

    async def answer(self, **typed: Any) -> "Visitor":
        """This page, as `answers` say, or with what is given."""
        given = typed or self.answers.get(self.slug) or self.health
        self.filled += len(given.keys() - {"language"})
        return await self.press(**given)

    async def walk_to(self, slug: str) -> "Visitor":
        """On from here, answering what comes."""
        while self.slug != slug:
            assert self.slug != CHECK, f"{slug} never came"
            before = self.at
            await self.answer()
            assert self.at != before, words(self.page)
        return self

    async def walk_to_the_end_of_the_screener(self) -> "Visitor":
        """Yes to everything about safety."""
        while self.slug.startswith("screener-"):
            await self.press(**{self.slug: "yes"})
        return self

    @property
    def hidden(self) -> dict[str, str]:
        return {
            name: unescape(value)
            for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', self.page)
        }

    @property
    def health(self) -> dict[str, str]:
        """All questions of a page about health, answered with no."""
        return dict.fromkeys(re.findall(r'type="radio" id="[^"]+" name="([^"]+)" value="no"', self.page), HEALTHY)

    @property
    def slug(self) -> str:
        return self.at.rpartition("/")[2]

    @property
    def link(self) -> str:
        """What opens this request on another device."""
        return "/".join(self.at.split("/")[:4])

    @property
    def read(self) -> str:
        return words(self.page)

    async def _follow(self, answer: httpx.Response) -> "Visitor":
        while answer.is_redirect:
            answer = await self.intake.http.get(answer.headers["location"], headers=HTML)
        self.at, self.page, self.status = answer.request.url.path, answer.text, answer.status_code
        self.seen.append(self.slug)
        return self


HTML = {"Accept": "text/html"}
