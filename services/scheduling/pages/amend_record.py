"""`/staff/sessions/{id}/record/amendment`: what a record says was wrong."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import RedirectResponse

from services.scheduling.domain.session import AmendReason
from services.scheduling.pages.names import open_names
from services.scheduling.pages.record_form import Plan, form_values, read_record, typed_in, typed_of
from services.scheduling.pages.sessions import find_session
from services.scheduling.pages.staff import PatientStaff
from services.scheduling.pages.words import AMEND_REASONS
from services.scheduling.problems import RecordChanged, SessionNotFound, SessionNotRecorded
from services.scheduling.use_cases.amend_record import amend_record
from shared.web.dependencies import TheClock, TheDatabase, TheKeyring, ThePages, TheSettings
from shared.web.forms import FormErrors, parse_form, typed_values
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix="/staff/sessions/{session_id}/record/amendment", include_in_schema=False)


OPEN_AGAIN = "This page does not say which record it showed. Open the session again."
_UNSEEN = ("missing", "int_parsing", "greater_than_equal", "less_than")


class Amendment(BaseModel):
    """Beside the record itself. `version` is that of the session as the form showed it."""

    because: AmendReason = Field(
        json_schema_extra={
            "messages": {"missing": "Choose why it is corrected.", "enum": "Choose why it is corrected."}
        }
    )
    version: int = Field(ge=1, lt=2**62, json_schema_extra={"messages": dict.fromkeys(_UNSEEN, OPEN_AGAIN)})


@router.get("", responses=may_refuse(SessionNotFound))
async def form(
    session_id: UUID,
    staff: PatientStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
) -> Response:
    found = await find_session(database, settings, session_id)
    record = found.session.record
    if record is None:
        return RedirectResponse(f"/staff/sessions/{session_id}", status_code=303)
    names = await open_names(keyring, [(found.row.patient_id, found.row.contact)])
    typed = typed_of(record, settings.clinic.zone) | {"version": str(found.session.version), "because": ""}
    values = form_values(found.session, found.row, names, settings.clinic.zone, typed)
    return pages.page("amend_record.html", staff=staff, amend_reasons=AMEND_REASONS, **values)


@router.post("", responses=may_refuse(SessionNotFound, SessionNotRecorded, RecordChanged))
async def amend(
    session_id: UUID,
    request: Request,
    staff: PatientStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
    clock: TheClock,
) -> Response:
    found = await find_session(database, settings, session_id)
    sent = await request.form()
    said = read_record(sent, Plan(found.row.starts_at, settings.clinic.zone), clock.now())
    amendment = parse_form(Amendment, sent)
    if isinstance(said, FormErrors) or isinstance(amendment, FormErrors):
        wrong = {
            name: words
            for half in (said, amendment)
            if isinstance(half, FormErrors)
            for name, words in half.errors.items()
        }
        typed = {"version": "", "because": ""} | typed_in(sent) | typed_values(Amendment, sent)
        names = await open_names(keyring, [(found.row.patient_id, found.row.contact)])
        again = form_values(found.session, found.row, names, settings.clinic.zone, typed, wrong)
        return pages.page("amend_record.html", status=422, staff=staff, amend_reasons=AMEND_REASONS, **again)
    async with database.transaction() as tx:
        await amend_record(
            tx,
            settings.clinic.id,
            session_id,
            said,
            seen_version=amendment.version,
            because=amendment.because,
            by=staff.staff_id,
        )
    return RedirectResponse(f"/staff/sessions/{session_id}", status_code=303)
