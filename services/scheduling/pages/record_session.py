"""`/staff/sessions/{id}/record`: the record of a session documented elsewhere."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from services.scheduling.domain.session import SessionState
from services.scheduling.pages.names import open_names
from services.scheduling.pages.record_form import Plan, form_values, read_record
from services.scheduling.pages.sessions import find_session
from services.scheduling.pages.staff import PatientStaff
from services.scheduling.problems import SessionAlreadyRecorded, SessionNotBooked, SessionNotFound
from services.scheduling.use_cases.record_session import record_session
from shared.web.dependencies import TheClock, TheDatabase, TheKeyring, ThePages, TheSettings
from shared.web.forms import FormErrors
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix="/staff/sessions/{session_id}/record", include_in_schema=False)


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
    if found.session.state is not SessionState.BOOKED:
        return RedirectResponse(f"/staff/sessions/{session_id}", status_code=303)
    names = await open_names(keyring, [(found.row.patient_id, found.row.contact)])
    values = form_values(found.session, found.row, names, settings.clinic.zone, {})
    return pages.page("record_session.html", staff=staff, **values)


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
    found = await find_session(database, settings, session_id)
    plan = Plan(found.row.starts_at, settings.clinic.zone)
    happened = read_record(await request.form(), plan, clock.now())
    if isinstance(happened, FormErrors):
        names = await open_names(keyring, [(found.row.patient_id, found.row.contact)])
        again = form_values(found.session, found.row, names, settings.clinic.zone, happened.typed, happened.errors)
        return pages.page("record_session.html", status=422, staff=staff, **again)
    async with database.transaction() as tx:
        await record_session(tx, settings.clinic.id, session_id, happened, by=staff.staff_id, now=clock.now())
    return RedirectResponse(f"/staff/sessions/{session_id}", status_code=303)
