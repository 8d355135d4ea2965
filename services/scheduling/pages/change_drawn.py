"""Draws the pages behind the link that changes an appointment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import Request, Response

from services.scheduling.domain.change import TooLateToMove, TooManyMoves
from services.scheduling.domain.consultation import ConsultationState
from services.scheduling.outside.intake import Asks
from services.scheduling.pages.change_opened import Opened
from services.scheduling.pages.change_words import NAMES, SAID, ChangeWords
from services.scheduling.pages.coming_words import COMING
from services.scheduling.pages.free_times import by_day
from services.scheduling.pages.times_words import language_of
from services.scheduling.use_cases.see_change import Seen
from shared.web.dependencies import ThePages, TheSettings
from shared.web.languages import preferred
from shared.web.templating import Pages


def language_for(request: Request) -> str:
    """Of a link that does not say it, or leads nowhere."""
    return preferred(request.headers.get("accept-language", ""), tuple(SAID))


@dataclass(frozen=True, slots=True)
class Drawn:
    pages: Pages
    zone: str

    def who(
        self, opened: Opened, asks: Asks, *, typed: Mapping[str, str] | None = None, empty: bool = False
    ) -> Response:
        """`typed` is what did not fit, or what something is missing of."""
        words = SAID[opened.language].who
        field, missing = ("born", words.no_date) if asks is Asks.BORN else ("last_name", words.no_name)
        errors = {field: missing if empty else words.does_not_fit} if typed is not None else {}
        return self._page(
            "change_who.html", opened, status=422 if errors else 200, field=field, errors=errors, typed=typed or {}
        )

    def away(self, opened: Opened) -> Response:
        return self._page("change_away.html", opened, status=503, headers={"Retry-After": "60"})

    def ended(self, opened: Opened) -> Response:
        return self._page("change_ended.html", opened, status=410)

    def unknown(self, language: str) -> Response:
        return self._draw("change_unknown.html", language, 404, {}, languages=(), stale=False)

    def stale(self, language: str) -> Response:
        """The own page was open for too long, or there is no appointment any more."""
        return self._draw("change_unknown.html", language, 409, {}, languages=(), stale=True)

    def appointment(
        self,
        opened: Opened,
        seen: Seen,
        *,
        wrong: str = "",
        moved: bool = False,
        later: datetime | None = None,
        status: int = 200,
    ) -> Response:
        words = SAID[opened.language]
        choices = seen.choices
        last = max(choices.others) if choices and choices.others else None
        return self._page(
            "change.html",
            opened,
            status=status,
            seen=seen,
            at=seen.appointment,
            gone=seen.consultation.instead_of if seen.appointment else None,
            nearest=choices.nearest if choices else (),
            days=by_day(choices.others, self.zone) if choices else [],
            why_not=_why_not(words, seen),
            wrong=wrong,
            moved=moved,
            later=last + timedelta(minutes=1) if last else None,
            looked_later=later is not None,
            waits=seen.consultation.state is ConsultationState.WAITLISTED,
            cancelled=seen.consultation.state is ConsultationState.CANCELLED,
            coming=COMING[opened.language],
        )

    def cancelling(self, opened: Opened, seen: Seen) -> Response:
        return self._page("change_cancel.html", opened, at=seen.appointment)

    def _page(
        self,
        template: str,
        opened: Opened,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> Response:
        languages = [(one, name, f"/a/{opened.token}/{one}") for one, name in NAMES.items()]
        values |= {"base": opened.base, "opened": opened}
        response = self._draw(template, opened.language, status, headers or {}, languages=languages, **values)
        return opened.still_here(response) if opened.proven else response

    def _draw(self, template: str, language: str, status: int, headers: Mapping[str, str], **values: Any) -> Response:
        return self.pages.page(
            template,
            status=status,
            headers={"Content-Language": language, **headers},
            words=SAID[language],
            frame=language_of(language).frame,
            language=language,
            **values,
        )


def _why_not(words: ChangeWords, seen: Seen) -> str:
    if seen.why_not is None:
        return "" if seen.choices and (seen.choices.nearest or seen.choices.others) else words.none
    return {TooLateToMove: words.too_late, TooManyMoves: words.too_many}.get(seen.why_not, words.none)


async def drawn_with(pages: ThePages, settings: TheSettings) -> Drawn:
    return Drawn(pages, settings.clinic.zone)
