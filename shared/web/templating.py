"""Pages: templates of a service over the shared ones, with the words, icons and times they need.

A template finds, without being handed them: `asset(name)`, `icon(name)`, `clinic` (how the clinic calls itself),
`now()` (the present instant), `frame` (the words around a public page), and the filters below. Everything typed by
anybody is escaped; a name nobody passed is an error, not a blank.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.responses import HTMLResponse

from shared.clock import Clock
from shared.settings import ClinicIdentity
from shared.web import times
from shared.web.assets import Assets, shipped_assets
from shared.web.frame import Frame, clinic_tokens, filled
from shared.web.icons import icon
from shared.web.page_headers import PAGE_HEADERS
from shared.web.problem_words import ProblemPageWords

SHARED_TEMPLATES = Path(__file__).with_name("templates")


class Pages:
    """Renders the pages and fragments of one service."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def text(self, template: str, **values: Any) -> str:
        """The rendered template, for fragments inside other things and for tests."""
        return self._environment.get_template(template).render(values)

    def page(
        self, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
    ) -> HTMLResponse:
        """A whole page, or a fragment that a live region fetches, with the headers every page has.

        The template finds the HTTP status as `status`.
        """
        return HTMLResponse(self.text(template, status=status, **values), status, {**PAGE_HEADERS, **(headers or {})})


def build_pages(clinic: ClinicIdentity, clock: Clock, own: Path | None = None, assets: Assets | None = None) -> Pages:
    """The pages of a service: its `own` folder of templates first, the shared ones behind it."""
    environment = Environment(
        loader=FileSystemLoader([*([own] if own else []), SHARED_TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(
        asset=(assets or shipped_assets()).url,
        icon=icon,
        clinic=clinic,
        now=clock.now,
        frame=Frame(),
        problem_page=ProblemPageWords(),
    )
    environment.filters.update(
        _time_filters(clinic.zone, clock), initials=initials, counted=counted, said=_said(clinic)
    )
    return Pages(environment)


def initials(name: str) -> str:
    """`Rosa Imani` is `RI`; `Dr. Amara Voss` is `AV`. At most two letters; a name without any letter is `?`."""
    words = [word for word in name.split() if word[0].isalnum() and not word.endswith(".")]
    ends = words[:1] + words[1:][-1:]
    return "".join(word[0].upper() for word in ends) or "?"


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 session`, `3 sessions`, `2 requests to read`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _said(clinic: ClinicIdentity) -> Any:
    """`{{ frame.words.crisis|said }}`: with the clinic's numbers where braces stand."""

    @pass_context
    def said(context: Context, words: str) -> Markup:
        return filled(words, clinic_tokens(clinic, context["frame"].language))

    return said


def _time_filters(zone: str, clock: Clock) -> dict[str, Any]:
    """Instants in the clinic's zone: `{{ at|patient_time }}`, or in another one: `{{ at|staff_time("UTC") }}`. Those for
    patients speak the language of the page's frame."""

    def in_clinic(words: Any, *, from_now: bool = False) -> Any:
        def filtered(instant: datetime, other_zone: str | None = None) -> str:
            present = {"now": clock.now()} if from_now else {}
            return words(instant, other_zone or zone, **present)

        return filtered

    def in_language(words: Any, *, from_now: bool = False) -> Any:
        @pass_context
        def filtered(context: Context, instant: datetime, other_zone: str | None = None) -> str:
            present = {"now": clock.now()} if from_now else {}
            return words(instant, other_zone or zone, language=context["frame"].language, **present)

        return filtered

    return {
        "machine_time": in_clinic(times.machine),
        "patient_day": in_language(times.patient_day, from_now=True),
        "patient_time": in_language(times.patient_time),
        "patient_zone": in_language(times.patient_zone),
        "patient_when": in_language(times.patient_when, from_now=True),
        "staff_day": in_clinic(times.staff_day, from_now=True),
        "staff_date": in_clinic(times.staff_day),
        "staff_time": in_clinic(times.staff_time),
        "staff_when": in_clinic(times.staff_when, from_now=True),
        "staff_moment": in_clinic(times.staff_moment),
        "staff_zone": in_clinic(times.staff_zone),
        "zone_letters": in_clinic(times.zone_letters),
        "lag": times.lag,
        "age": lambda since: times.age(since, clock.now()),
    }
