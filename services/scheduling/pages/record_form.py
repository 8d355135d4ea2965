"""The form of a record, as two pages show it: the first one of a session, and a correction."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field
from starlette.datastructures import FormData

from services.scheduling.domain.session import Session
from services.scheduling.domain.session_record import (
    LARGEST_DOSE_MG,
    SessionRecord,
    instants,
    wrong_end,
    wrong_start,
)
from services.scheduling.domain.wall_clock import Which, instants_when_reads, reads, which_of
from services.scheduling.pages.names import Names
from services.scheduling.pages.typed_times import WallDateTime, read_date_time
from services.scheduling.pages.words import OUTCOMES, SEVERITIES
from services.scheduling.store.day_list import ListedAppointment
from shared.events.session import Outcome, Severity
from shared.web.forms import FormErrors, Typed, parse_form, typed_values
from shared.web.times import staff_time

TWICE = {
    "started_which": "Choose which of the two was the start.",
    "ended_which": "Choose which of the two was the end.",
}
SKIPPED = "The clock skips this time on that night. Enter a time that was really shown."
_THOUSANDS = re.compile(r"\d+,\d{3}")


def _decimal(typed: object) -> object:
    """Some people write a decimal comma. `1,000` is a thousand to others: what can be read both ways is asked again."""
    if not isinstance(typed, str):
        return typed
    if _THOUSANDS.fullmatch(typed):
        raise ValueError("Write the dose without a comma, such as 35.5 or 1000.")
    return typed.replace(",", ".")


def _choose(sentence: str) -> Any:
    return Field(json_schema_extra={"messages": {"missing": sentence, "enum": sentence}})


def _which(name: str) -> Any:
    """Asked only where a time comes twice: `twice` in `form_values`."""
    return Field(default=None, json_schema_extra={"messages": {"enum": TWICE[name]}})


class When(BaseModel):
    """The first half of the form, by the clinic's wall clock."""

    started_at: WallDateTime = Field(json_schema_extra={"messages": {"missing": "Enter when the session started."}})
    ended_at: WallDateTime = Field(json_schema_extra={"messages": {"missing": "Enter when the patient left."}})
    started_which: Which | None = _which("started_which")
    ended_which: Which | None = _which("ended_which")
    another_day: bool = False
    """Staff know that it began on another day than planned."""


class What(BaseModel):
    """The second half."""

    outcome: Outcome = _choose("Choose the outcome.")
    worst_severity: Severity = _choose("Choose the worst side effect, or None.")
    dose_mg: Annotated[
        float | None,
        BeforeValidator(_decimal),
        Field(
            gt=0,
            le=LARGEST_DOSE_MG,
            allow_inf_nan=False,
            json_schema_extra={
                "messages": {
                    "float_parsing": "Write the dose as a number of mg, such as 35.5.",
                    "finite_number": "Write the dose as a number of mg, such as 35.5.",
                    "greater_than": "Write a dose above 0 mg, or leave this empty.",
                    "less_than_equal": "Write a dose of at most 1000 mg.",
                }
            },
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a record is held against."""

    starts_at: datetime
    zone: str


def read_record(sent: FormData, plan: Plan, now: datetime) -> SessionRecord | FormErrors:
    """What was typed, with every mistake of both halves found at once."""
    when, what = _when(parse_form(When, sent), plan, now), parse_form(What, sent)
    if isinstance(when, FormErrors) or isinstance(what, FormErrors):
        wrong = {
            name: words for half in (when, what) if isinstance(half, FormErrors) for name, words in half.errors.items()
        }
        return FormErrors(wrong, typed_in(sent))
    return SessionRecord(*when, what.outcome, what.worst_severity, what.dose_mg)


def _when(written: When | FormErrors, plan: Plan, now: datetime) -> tuple[datetime, datetime] | FormErrors:
    """Start and end as instants, if they can be true."""
    if isinstance(written, FormErrors):
        return written
    starts, ends = instants(written.started_at, written.ended_at, plan.zone, written.started_which, written.ended_which)
    wrong: dict[str, str] = {}
    for name, which, found in (("started_at", "started_which", starts), ("ended_at", "ended_which", ends)):
        if not found:
            wrong[name] = SKIPPED
        elif len(found) > 1:
            wrong[which] = TWICE[which]
    if wrong:
        return FormErrors(wrong)
    if sentence := wrong_start(starts[0], plan.starts_at, plan.zone, now, another_day=written.another_day):
        wrong["started_at"] = sentence
    if sentence := wrong_end(ends[0], starts[0], now):
        wrong["ended_at"] = sentence
    return FormErrors(wrong) if wrong else (starts[0], ends[0])


def typed_in(sent: FormData) -> Typed:
    return typed_values(When, sent) | typed_values(What, sent)


def typed_of(record: SessionRecord, zone: str) -> Typed:
    """A record as somebody would have typed it."""
    return {
        "started_at": f"{reads(record.started_at, zone):%Y-%m-%dT%H:%M}",
        "ended_at": f"{reads(record.ended_at, zone):%Y-%m-%dT%H:%M}",
        "started_which": which_of(record.started_at, zone) or "",
        "ended_which": which_of(record.ended_at, zone) or "",
        "outcome": record.outcome.value,
        "worst_severity": record.worst_severity.value,
        "dose_mg": f"{record.dose_mg:.15g}" if record.dose_mg else "",
    }


def _two_of(typed: object, zone: str) -> list[tuple[str, str]]:
    """The choices where a clock shows the typed time twice; none otherwise."""
    try:
        both = instants_when_reads(read_date_time(typed), zone)
    except ValueError:
        return []
    if len(both) < 2:
        return []
    return [(which.value, f"The {which}, {staff_time(at, zone)}") for which, at in zip(Which, both, strict=True)]


def form_values(
    session: Session,
    row: ListedAppointment,
    names: Names,
    zone: str,
    typed: Typed,
    errors: dict[str, str] | None = None,
) -> dict[str, Any]:
    """What both templates need to draw the form."""
    blank: Typed = dict.fromkeys([*When.model_fields, *What.model_fields], "")
    return {
        "session": session,
        "row": row,
        "name": names.name(row.patient_id, row.reference),
        "names_away": names.away,
        "typed": blank | typed,
        "errors": errors or {},
        "twice": {name: _two_of(typed.get(name), zone) for name in ("started_at", "ended_at")},
        "outcome_options": [(outcome.value, words) for outcome, words in OUTCOMES.items()],
        "severity_options": [(severity.value, words) for severity, words in SEVERITIES.items()],
    }
