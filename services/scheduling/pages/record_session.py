"""`/staff/sessions/{id}/record`: the record of a session documented elsewhere."""

import re
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, BeforeValidator, Field
from starlette.responses import RedirectResponse

from services.scheduling.domain.session import Session, SessionState
from services.scheduling.domain.session_record import (
    LARGEST_DOSE_MG,
    SessionRecord,
    instants,
    wrong_end,
    wrong_start,
)
from services.scheduling.pages.names import open_names
from services.scheduling.pages.sessions import find_session
from services.scheduling.pages.staff import PatientStaff
from services.scheduling.pages.typed_times import WallDateTime
from services.scheduling.pages.words import OUTCOMES, SEVERITIES
from services.scheduling.problems import SessionAlreadyRecorded, SessionNotBooked, SessionNotFound
from services.scheduling.store.day_list import ListedAppointment
from services.scheduling.use_cases.record_session import record_session
from shared.clock import Clock
from shared.events.session import Outcome, Severity
from shared.settings import Settings
from shared.web.dependencies import TheClock, TheDatabase, TheKeyring, ThePages, TheSettings
from shared.web.forms import FormErrors, Typed, parse_form, typed_values
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix="/staff/sessions/{session_id}/record", include_in_schema=False)

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


class When(BaseModel):
    """The first half of the form, by the clinic's wall clock."""

    started_at: WallDateTime = Field(json_schema_extra={"messages": {"missing": "Enter when the session started."}})
    ended_at: WallDateTime = Field(json_schema_extra={"messages": {"missing": "Enter when the patient left."}})


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


@router.get("", responses=may_refuse(SessionNotFound))
async def form(
    session_id: UUID,
    staff: PatientStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
) -> Response:
    session, row, _ = await find_session(database, settings, session_id)
    if session.state is not SessionState.BOOKED:
        return RedirectResponse(f"/staff/sessions/{session_id}", status_code=303)
    names = await open_names(keyring, [(row.patient_id, row.contact)])
    return pages.page("record_session.html", staff=staff, **_shown(session, row, names[row.patient_id]))


@router.post("", responses=may_refuse(SessionNotFound, SessionAlreadyRecorded, SessionNotBooked))
async def record(
    session_id: UUID,
    request: Request,
    staff: PatientStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
    clock: TheClock,
) -> Response:
    """Needs no key of its own: a session has one record, and the same one again leads to the same page."""
    session, row, _ = await find_session(database, settings, session_id)
    sent = await request.form()
    when, what = _when(parse_form(When, sent), row, settings, clock), parse_form(What, sent)
    if isinstance(when, FormErrors) or isinstance(what, FormErrors):
        wrong = {
            name: words for half in (when, what) if isinstance(half, FormErrors) for name, words in half.errors.items()
        }
        typed = typed_values(When, sent) | typed_values(What, sent)
        names = await open_names(keyring, [(row.patient_id, row.contact)])
        shown = _shown(session, row, names[row.patient_id], typed, wrong)
        return pages.page("record_session.html", status=422, staff=staff, **shown)
    happened = SessionRecord(*when, what.outcome, what.worst_severity, what.dose_mg)
    async with database.transaction() as tx:
        await record_session(tx, settings.clinic.id, session_id, happened, by=staff.staff_id, now=clock.now())
    return RedirectResponse(f"/staff/sessions/{session_id}", status_code=303)


def _when(
    written: When | FormErrors, row: ListedAppointment, settings: Settings, clock: Clock
) -> tuple[datetime, datetime] | FormErrors:
    """Start and end as instants, if they can be true."""
    if isinstance(written, FormErrors):
        return written
    started_at, ended_at = instants(written.started_at, written.ended_at, settings.clinic.zone)
    wrong: dict[str, str] = {}
    if started_at is None:
        wrong["started_at"] = SKIPPED
    elif sentence := wrong_start(started_at, row.starts_at, clock.now()):
        wrong["started_at"] = sentence
    if ended_at is None:
        wrong["ended_at"] = SKIPPED
    elif started_at and (sentence := wrong_end(ended_at, started_at, clock.now())):
        wrong["ended_at"] = sentence
    return FormErrors(wrong) if wrong or started_at is None or ended_at is None else (started_at, ended_at)


def _shown(
    session: Session,
    row: ListedAppointment,
    name: str,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
) -> dict[str, Any]:
    blank: Typed = dict.fromkeys([*When.model_fields, *What.model_fields], "")
    return {
        "session": session,
        "row": row,
        "name": name,
        "typed": blank | (typed or {}),
        "errors": errors or {},
        "outcome_options": [(outcome.value, words) for outcome, words in OUTCOMES.items()],
        "severity_options": [(severity.value, words) for severity, words in SEVERITIES.items()],
    }
