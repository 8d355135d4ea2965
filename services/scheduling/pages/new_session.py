"""`/staff/sessions/new`: staff book one infusion session by hand."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from services.scheduling.domain.clinic import Clinic, ResourceKind
from services.scheduling.domain.wall_clock import instants_when_reads
from services.scheduling.pages.names import open_names
from services.scheduling.pages.staff import PatientStaff
from services.scheduling.pages.typed_times import WallDate, WallTime, in_reach
from services.scheduling.pages.words import against
from services.scheduling.problems import NoSessionsHere
from services.scheduling.store import clinics, patients
from services.scheduling.use_cases.book_session import (
    PatientUnknown,
    PrescriberUnknown,
    SessionWanted,
    TimeRefused,
    book_session,
)
from shared.database import Database
from shared.keyring import Keyring
from shared.settings import Settings
from shared.web.dependencies import (
    TheAnswers,
    TheClock,
    TheDatabase,
    TheFormKeys,
    TheKeyring,
    ThePages,
    TheSettings,
)
from shared.web.form_key import FIELD, FormKeyRefused, FormTooOld
from shared.web.forms import FormErrors, Typed, parse_form, typed_values
from shared.web.idempotency import Answer, AnswerGone, KeyUsedForAnother, form_key
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix="/staff/sessions/new", include_in_schema=False)

TOO_OLD = "This page was open for more than a day. Look it through once more and send it again."
ALREADY_SENT = "This form was sent already, with other entries. To book another session, send it again."


class NewSession(BaseModel):
    """The form, in the order in which its mistakes are listed.

    `instead` is one of the times offered after a refusal, and goes before date and time.
    """

    patient: UUID = Field(
        json_schema_extra={"messages": {"missing": "Choose the patient.", "uuid_parsing": "Choose the patient."}}
    )
    date: WallDate = Field(json_schema_extra={"messages": {"missing": "Enter the date."}})
    time: WallTime = Field(json_schema_extra={"messages": {"missing": "Enter the time of the start."}})
    prescriber: UUID = Field(
        json_schema_extra={"messages": {"missing": "Choose the prescriber.", "uuid_parsing": "Choose the prescriber."}}
    )
    instead: Annotated[AwareDatetime, AfterValidator(in_reach)] | None = None


@router.get("", responses=may_refuse(NoSessionsHere))
async def form(
    staff: PatientStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
    form_keys: TheFormKeys,
    day: Annotated[str, Query(alias="date", max_length=20)] = "",
) -> Response:
    """`?date=` is the day that staff were looking at."""
    values = await _choices(database, keyring, settings)
    return pages.page("new_session.html", staff=staff, **values, **_shown(form_keys.new(), {"date": day}))


@router.post("", responses=may_refuse(NoSessionsHere))
async def book(
    request: Request,
    staff: PatientStaff,
    pages: ThePages,
    database: TheDatabase,
    keyring: TheKeyring,
    settings: TheSettings,
    form_keys: TheFormKeys,
    answers: TheAnswers,
    clock: TheClock,
) -> Response:
    sent = await request.form()
    typed = typed_values(NewSession, sent)

    async def again(errors: dict[str, str], key: str, refusal: TimeRefused | None = None) -> Response:
        values = await _choices(database, keyring, settings)
        clinic: Clinic = values["scheduled_clinic"]
        against_it = [against(missing, clinic) for missing in refusal.missing] if refusal else []
        shown = _shown(key, typed, errors, against_it, refusal.instead if refusal else None)
        status = 409 if refusal else 422
        return pages.page("new_session.html", status=status, staff=staff, **values, **shown)

    try:
        key = await form_key(request, form_keys, f"staff:{staff.staff_id}")
    except (FormKeyRefused, FormTooOld):
        return await again({"form": TOO_OLD}, form_keys.new())
    same_key = str(sent[FIELD])
    wanted = parse_form(NewSession, sent)
    if isinstance(wanted, FormErrors):
        return await again(wanted.errors, same_key)
    start = _start(wanted, settings)
    if start is None:
        return await again({"time": "The clock skips this time on that night. Choose another."}, same_key)
    wish = SessionWanted(settings.clinic.id, wanted.patient, wanted.prescriber, start, staff.staff_id)
    try:
        async with database.transaction() as tx:
            if (earlier := await answers.earlier(tx, key)) is not None:
                return earlier.response()
            session = await book_session(tx, wish, clock.now())
            answer = Answer.see_other(f"/staff/sessions/{session.id}")
            await answers.keep(tx, key, answer)
    except TimeRefused as refusal:
        return await again({}, same_key, refusal)
    except PatientUnknown:
        return await again({"patient": "Choose a patient of this clinic."}, same_key)
    except PrescriberUnknown:
        return await again({"prescriber": "Choose somebody who can be booked."}, same_key)
    except (KeyUsedForAnother, AnswerGone):
        return await again({"form": ALREADY_SENT}, form_keys.new())
    return answer.response()


def _start(wanted: NewSession, settings: Settings) -> datetime | None:
    """Of a time that comes twice, the first; None for one that never comes."""
    if wanted.instead is not None:
        return wanted.instead.astimezone(UTC)
    return next(iter(instants_when_reads(datetime.combine(wanted.date, wanted.time), settings.clinic.zone)), None)


async def _choices(database: Database, keyring: Keyring, settings: Settings) -> dict[str, Any]:
    """Who can be chosen. Raises NoSessionsHere before the clinic is set up."""
    async with database.transaction(read_only=True) as tx:
        clinic = await clinics.find(tx, settings.clinic.id)
        known = await patients.of_clinic(tx, settings.clinic.id)
    if clinic is None:
        raise NoSessionsHere("This clinic is not set up yet.")
    names = await open_names(keyring, ((patient.id, patient.contact) for patient in known))
    options = [
        (patient.id, f"{names[patient.id]}, {patient.reference}" if patient.reference else names[patient.id])
        for patient in known
    ]
    return {
        "scheduled_clinic": clinic,
        "patient_options": sorted(options, key=lambda option: option[1].casefold()),
        "prescriber_options": [(one.id, one.name) for one in clinic.of_kind(ResourceKind.CLINICIAN)],
    }


def _shown(
    key: str,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
    against_it: list[str] | None = None,
    instead: list[datetime] | None = None,
) -> dict[str, Any]:
    blank: Typed = dict.fromkeys(NewSession.model_fields, "")
    return {
        "form_key": key,
        "typed": blank | (typed or {}),
        "errors": errors or {},
        "against": against_it or [],
        "refused": instead is not None,
        "instead": instead or [],
    }
