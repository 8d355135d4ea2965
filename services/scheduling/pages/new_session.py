"""`/staff/sessions/new`: staff book one infusion session by hand. First for whom, then when and with whom."""

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field
from starlette.responses import RedirectResponse

from services.scheduling.domain.clinic import Clinic, ResourceKind
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.domain.wall_clock import instants_when_reads
from services.scheduling.pages.choose_patient import Chosen, by_reference, chosen_patient, patients_to_choose
from services.scheduling.pages.staff import PatientStaff
from services.scheduling.pages.typed_times import WallDate, WallTime, in_reach
from services.scheduling.pages.words import against
from services.scheduling.problems import NoSessionsHere
from services.scheduling.store import clinics
from services.scheduling.store.patients import Circle
from services.scheduling.use_cases.book_session import (
    PatientUnknown,
    PrescriberUnknown,
    SessionWanted,
    book_session,
)
from shared.database import Transaction
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
SKIPPED = "The clock skips this time on that night. Choose another."
CHOOSE = "Choose the patient."
NOT_OURS = "Choose a patient of this clinic."
ENTER_REFERENCE = "Enter a reference, or choose from the list."
NO_SUCH_REFERENCE = "No request has this reference. Check it with the caller, or choose from the list."

ShortText = Annotated[str, Query(max_length=40)]


class NewSession(BaseModel):
    """The form, in the order in which its mistakes are listed.

    `instead` is an instant that a button offered, and goes before date and time: another time after a refusal, or one
    of the two that a wall clock shows alike.
    """

    patient: UUID = Field(json_schema_extra={"messages": {"missing": CHOOSE, "uuid_parsing": CHOOSE}})
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
    patient: UUID | None = None,
    find: Annotated[str | None, Query(max_length=40)] = None,
    circle: Circle = Circle.CONSULTED,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    date: ShortText = "",
    time: ShortText = "",
    prescriber: ShortText = "",
) -> Response:
    """Without `patient` it asks for whom. `find` is a reference; date, time and prescriber are kept on the way."""
    kept = {name: value for name, value in (("date", date), ("time", time), ("prescriber", prescriber)) if value}
    async with database.transaction(read_only=True) as tx:
        clinic = await _the_clinic(tx, settings)
        found = await by_reference(tx, settings.clinic, find) if find else None
    if found is not None:
        query = urlencode({"patient": found, **kept})
        return RedirectResponse(f"/staff/sessions/new?{query}", status_code=303, headers={"Cache-Control": "no-store"})
    chosen = await chosen_patient(database, keyring, clinic.id, patient) if patient else None
    if chosen is not None:
        return pages.page("new_session.html", staff=staff, **_shown(clinic, chosen, form_keys.new(), kept))
    errors: dict[str, str] = {}
    if find is not None:
        errors["find"] = NO_SUCH_REFERENCE if find.strip() else ENTER_REFERENCE
    elif patient:
        errors["find"] = NOT_OURS
    listed = await patients_to_choose(database, keyring, clinic.id, circle, page)
    return pages.page(
        "choose_patient.html",
        status=422 if errors else 200,
        staff=staff,
        errors=errors,
        find=find or "",
        kept=kept,
        **listed,
    )


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

    async def again(
        errors: dict[str, str],
        key: str,
        refusal: TimeRefused | None = None,
        twice: list[datetime] | None = None,
    ) -> Response:
        async with database.transaction(read_only=True) as tx:
            clinic = await _the_clinic(tx, settings)
        patient_id = _id(typed.get("patient"))
        chosen = await chosen_patient(database, keyring, clinic.id, patient_id) if patient_id else None
        if chosen is None:
            listed = await patients_to_choose(database, keyring, clinic.id, Circle.CONSULTED, 1)
            kept = {name: typed[name] for name in ("date", "time", "prescriber") if typed.get(name)}
            wrong = {"find": errors.get("patient", CHOOSE)}
            return pages.page(
                "choose_patient.html", status=422, staff=staff, errors=wrong, find="", kept=kept, **listed
            )
        shown = _shown(clinic, chosen, key, typed, errors, refusal, twice)
        return pages.page("new_session.html", status=409 if refusal or twice else 422, staff=staff, **shown)

    try:
        key = await form_key(request, form_keys, f"staff:{staff.staff_id}")
    except (FormKeyRefused, FormTooOld):
        return await again({"form": TOO_OLD}, form_keys.new())
    same_key = str(sent[FIELD])
    wanted = parse_form(NewSession, sent)
    if isinstance(wanted, FormErrors):
        return await again(wanted.errors, same_key)
    starts = _starts(wanted, settings)
    if not starts:
        return await again({"time": SKIPPED}, same_key)
    if len(starts) > 1:
        return await again({}, same_key, twice=starts)
    wish = SessionWanted(settings.clinic.id, wanted.patient, wanted.prescriber, starts[0], staff.staff_id)

    async def do(tx: Transaction) -> Answer:
        session = await book_session(tx, wish, clock.now())
        return Answer.see_other(f"/staff/sessions/{session.id}")

    try:
        answer = await answers.once(database.alone, key, do)
    except TimeRefused as refusal:
        return await again({}, same_key, refusal)
    except PatientUnknown:
        return await again({"patient": NOT_OURS}, same_key)
    except PrescriberUnknown:
        return await again({"prescriber": "Choose somebody who can be booked."}, same_key)
    except (KeyUsedForAnother, AnswerGone):
        return await again({"form": ALREADY_SENT}, form_keys.new())
    return answer.response()


def _starts(wanted: NewSession, settings: Settings) -> list[datetime]:
    """None for a time that the clock skips, two for one that it shows twice."""
    if wanted.instead is not None:
        return [wanted.instead.astimezone(UTC)]
    return instants_when_reads(datetime.combine(wanted.date, wanted.time), settings.clinic.zone)


async def _the_clinic(tx: Transaction, settings: Settings) -> Clinic:
    """Raises NoSessionsHere before the clinic is set up."""
    clinic = await clinics.find(tx, settings.clinic.id)
    if clinic is None:
        raise NoSessionsHere("This clinic is not set up yet.")
    return clinic


def _id(typed: object) -> UUID | None:
    try:
        return UUID(str(typed))
    except ValueError:
        return None


def _shown(
    clinic: Clinic,
    chosen: Chosen,
    key: str,
    typed: Typed | dict[str, str],
    errors: dict[str, str] | None = None,
    refusal: TimeRefused | None = None,
    twice: list[datetime] | None = None,
) -> dict[str, Any]:
    """The values of new_session.html."""
    blank: Typed = dict.fromkeys(NewSession.model_fields, "")
    return {
        "chosen": chosen,
        "names_away": chosen.names.away,
        "form_key": key,
        "typed": {**blank, **typed},
        "errors": errors or {},
        "against": [against(missing, clinic) for missing in refusal.missing] if refusal else [],
        "refused": refusal is not None,
        "instead": refusal.instead if refusal else [],
        "twice": twice or [],
        "prescriber_options": [(one.id, one.name) for one in clinic.of_kind(ResourceKind.CLINICIAN)],
    }
