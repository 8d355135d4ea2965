"""The public site as it stands: texts and templates make each page once, and again when the texts have changed."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request

from services.intake.domain.site import HOME, PAGES, PRACTICAL, REASONS, TREATMENT
from services.intake.pages.site_words import address, sayer
from services.intake.store.site_texts import Language
from services.intake.store.texts_in_use import TextsInUse
from shared.settings import Settings
from shared.web.frame import Frame
from shared.web.languages import preferred
from shared.web.templating import Pages


@dataclass(frozen=True, slots=True)
class Printed:
    """A page as it goes out, and the mark by which a browser asks whether it has changed."""

    body: bytes
    tag: str


class Site:
    """Raises KeyError for a language or a page there is none of; `languages` and PAGES say which there are."""

    def __init__(self, texts: TextsInUse, pages: Pages, settings: Settings) -> None:
        self._texts = texts
        self._pages = pages
        self._settings = settings
        self._printed: dict[tuple[str, str], Printed] = {}
        self._printed_of: Mapping[str, Language] = {}

    @property
    def languages(self) -> list[str]:
        return list(self._texts.languages())

    def language_for(self, request: Request) -> str:
        """What the browser would rather read, of what we have."""
        return preferred(request.headers.get("accept-language", ""), self.languages)

    def texts(self, language: str) -> Language:
        """Everything the site says in this language."""
        return self._texts.languages()[language]

    def frame_in(self, language: str) -> Frame | None:
        """What stands around a page in this language; None when there is none in it."""
        said = self._texts.languages().get(language)
        return Frame(language, said.frame, address(language, HOME)) if said else None

    def in_languages(self) -> list[tuple[str, str]]:
        """Each language, and what it calls itself."""
        return [(language, texts.around.language.words) for language, texts in self._texts.languages().items()]

    def page(self, language: str, name: str) -> Printed:
        texts = self._texts.languages()
        if texts is not self._printed_of:
            self._printed, self._printed_of = {}, texts
        key = language, name
        if key not in self._printed:
            body = self._drawn(texts, language, name).encode()
            self._printed[key] = Printed(body, f'W/"{hashlib.sha256(body).hexdigest()[:20]}"')
        return self._printed[key]

    def sitemap(self) -> str:
        """Every page in every language, each with the addresses of the same page in the others."""
        pages = [(name, self._in_every_language(name)) for name in (HOME, *PAGES)]
        return self._pages.text("sitemap.xml", pages=pages, whole=self.whole_address)

    def whole_address(self, path: str) -> str:
        return self._settings.public_url + path

    def _in_every_language(self, name: str) -> list[tuple[str, str]]:
        return [(language, address(language, name)) for language in self._texts.languages()]

    def _drawn(self, texts: Mapping[str, Language], language: str, name: str) -> str:
        said = texts[language]
        values: dict[str, Any] = {
            "frame": self.frame_in(language),
            "say": sayer(self._settings.clinic, language),
            "texts": said,
            "around": said.around,
            "name": name,
            "page": said.home if name == HOME else said.pages[name],
            "to": lambda other: address(language, other),
            "groups": (
                (said.around.treatment, TREATMENT),
                (said.around.reasons, REASONS),
                (said.around.practical, PRACTICAL),
            ),
            "reasons": REASONS,
            "languages": [(other, one.around.language.words, address(other, name)) for other, one in texts.items()],
            "whole": self.whole_address,
            "in_any_language": "/" if name == HOME else f"/info/{name}",
        }
        return self._pages.text("home.html" if name == HOME else "info.html", **values)


async def _site(request: Request) -> Site:
    return request.app.state.site


TheSite = Annotated[Site, Depends(_site)]


def language_of(request: Request) -> str:
    """Where the address names no language: what the browser, or the program, would rather read."""
    site: Site = request.app.state.site
    return site.language_for(request)
