"""Turns the site's texts into what a page shows: settings in place of braces, links to pages, foreign words marked."""

from collections.abc import Callable

from markupsafe import Markup

from services.intake.domain.site import HOME, LINK, REQUEST, Text
from shared.settings import ClinicIdentity
from shared.web.frame import clinic_tokens, filled

Say = Callable[[Text], Markup]


def address(language: str, page: str) -> str:
    """Where a page stands in a language."""
    if page == REQUEST:
        return f"/request/{language}"
    return f"/info/{language}" if page == HOME else f"/info/{language}/{page}"


def sayer(clinic: ClinicIdentity, language: str) -> Say:
    """`say(text)`, for templates of pages in this language."""
    tokens = clinic_tokens(clinic, language)

    def say(text: Text) -> Markup:
        words = filled(text.words, tokens)
        linked = Markup(LINK.sub(lambda found: f'<a href="{address(language, found[2])}">{found[1]}</a>', words))  # noqa: S704 - escaped by filled()
        if text.language == language:
            return linked
        return Markup('<span lang="{}">{}</span>').format(text.language, linked)

    return say
