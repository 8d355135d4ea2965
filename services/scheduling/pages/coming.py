"""`/a/coming/<token>`: a patient says that they come to the appointment of a letter.

GET shows and changes nothing; POST does. Nobody is asked who they are: the page says no more than the letter with its link
(docs/decisions/0168).
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response

from services.scheduling.domain.attendance import AttendanceLinkUnknown, NotAnswered
from services.scheduling.domain.change import CannotBeKept, ChangedMeanwhile, NothingToChange
from services.scheduling.pages.change_drawn import language_for
from services.scheduling.pages.change_opened import lead_to
from services.scheduling.pages.change_words import NAMES
from services.scheduling.pages.coming_words import COMING
from services.scheduling.pages.times_words import language_of
from services.scheduling.use_cases.attendance_links import SeenAttendance, Standing, see_attendance
from services.scheduling.use_cases.confirm_attendance import Coming, confirm_attendance
from shared.web.dependencies import TheDatabase, ThePages
from shared.web.problems import NotFound
from shared.web.templating import Pages

router = APIRouter(prefix="/a/coming", include_in_schema=False)
_STATUS = {
    Standing.ASKED: 409,
    Standing.NOT_KEPT: 409,
    Standing.MOVED: 409,
    Standing.CANCELLED: 410,
    Standing.OVER: 410,
}


async def _seen(token: str, database: TheDatabase, language: str = "") -> SeenAttendance:
    """Raises AttendanceLinkUnknown, and NotFound for a language that there is none of."""
    if language and language not in COMING:
        raise NotFound
    async with database.transaction(read_only=True) as tx:
        return await see_attendance(tx, token)


TheAttendance = Annotated[SeenAttendance, Depends(_seen)]


@router.get("/{token}")
async def arrive(request: Request, token: str, _: TheAttendance) -> Response:
    return lead_to(f"/a/coming/{token}/{language_for(request)}")


@router.get("/{token}/{language}")
async def show(token: str, language: str, seen: TheAttendance, pages: ThePages) -> Response:
    return _page(pages, language, token, seen)


@router.post("/{token}/{language}")
async def say(
    token: str,
    language: str,
    seen: TheAttendance,
    database: TheDatabase,
    pages: ThePages,
    fasting: Annotated[str, Form(max_length=10)] = "",
    escort: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Whoever came too late reads so on the page that comes next. The time is the one that the letter named."""
    coming = Coming(
        seen.appointment.id,
        seen.named,
        fasting_understood=fasting == "yes",
        has_escort={"yes": True, "not-yet": False}.get(escort),
    )
    try:
        with suppress(NothingToChange, ChangedMeanwhile, CannotBeKept):
            async with database.transaction() as tx:
                await confirm_attendance(tx, coming)
    except NotAnswered as left_out:
        words = COMING[language]
        errors = {name: getattr(words, f"{name}_missing") for name in left_out.asked}
        return _page(pages, language, token, seen, errors=errors, typed={"fasting": fasting, "escort": escort})
    return lead_to(f"/a/coming/{token}/{language}")


async def unknown(request: Request, error: Exception) -> Response:
    """For every address of a link that there is none of."""
    assert isinstance(error, AttendanceLinkUnknown)
    asked_for = request.path_params.get("language", "")
    language = asked_for if asked_for in COMING else language_for(request)
    return _page(request.app.state.pages, language, "", None)


def _page(
    pages: Pages,
    language: str,
    token: str,
    seen: SeenAttendance | None,
    *,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    """`seen` is None where there is nothing behind the link."""
    words = COMING[language]
    standing: str = seen.standing if seen else "unknown"
    said = seen.said if seen and standing == Standing.AHEAD else None
    heading = "said_heading" if said and not errors else f"{standing}_heading"
    values: dict[str, Any] = {
        "seen": seen,
        "ahead": standing == Standing.AHEAD,
        "said": said,
        "session": seen is not None and seen.appointment.booking.session_id is not None,
        "heading": getattr(words, heading, words.heading),
        "instead": getattr(words, standing, ""),
        "errors": dict(errors or {}),
        "typed": {**_as_it_was(seen), **(typed or {})},
    }
    return pages.page(
        "coming.html",
        status=422 if errors else _STATUS.get(seen.standing, 200) if seen else 404,
        headers={"Content-Language": language},
        words=words,
        frame=language_of(language).frame,
        language=language,
        languages=[(one, name, f"/a/coming/{token}/{one}") for one, name in NAMES.items()] if token else [],
        base=f"/a/coming/{token}/{language}",
        change=f"/a/{token}/{language}",
        **values,
    )


def _as_it_was(seen: SeenAttendance | None) -> dict[str, str]:
    """What they had answered before, in the fields."""
    if seen is None or seen.said is None:
        return {"fasting": "", "escort": ""}
    answer = seen.said.answer
    return {"fasting": "yes" if answer.fasting_understood else "", "escort": "yes" if answer.has_escort else ""}
