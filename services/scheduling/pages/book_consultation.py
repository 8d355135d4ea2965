"""`/staff/consultations/of/<request>/book`: staff name a time for somebody who waits, or who did not come."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import Field

from services.scheduling.domain.clinic import ResourceKind
from services.scheduling.domain.consultation import ConsultationState
from services.scheduling.domain.override import NotYoursToOverride
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.pages.appointment_desk import Desk, Working
from services.scheduling.pages.appointment_drawn import the_clinic
from services.scheduling.pages.names import open_names
from services.scheduling.pages.refused_time import GIVEN, NotGiven, refused_values
from services.scheduling.pages.typed_start import NOT_YOURS, PAST, SKIPPED, TypedStart
from services.scheduling.problems import ConsultationNotFound, NobodyWaits, NoSessionsHere, NoTimesToChoose, TimeIsPast
from services.scheduling.store import appointments, consultation_list, consultations
from services.scheduling.use_cases.book_consultation import ConsultationWanted, book_consultation
from shared.database import Transaction
from shared.web.dependencies import TheAnswers, TheFormKeys
from shared.web.form_key import FIELD, FormKeyRefused, FormTooOld
from shared.web.forms import FormErrors, parse_form, typed_values
from shared.web.idempotency import Answer, AnswerGone, KeyUsedForAnother, form_key
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix="/staff/consultations/of/{request_id}/book", include_in_schema=False)

TOO_OLD = "This page was open for more than a day. Look it through once more and send it again."
ALREADY_SENT = "This form was sent already, with other entries. Look at it once more and send it again."
REFUSES = may_refuse(ConsultationNotFound, NobodyWaits, NoSessionsHere, NoTimesToChoose)


class BookConsultation(TypedStart):
    clinician: UUID | None = Field(
        default=None, json_schema_extra={"messages": {"uuid_parsing": "Choose somebody who can be booked."}}
    )


@dataclass(frozen=True, slots=True)
class _Again:
    """Why the form is drawn again, with what was typed."""

    status: int
    typed: Mapping[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)
    not_given: NotGiven = GIVEN


@router.get("", responses=REFUSES)
async def form(request_id: UUID, desk: Working, form_keys: TheFormKeys) -> Response:
    return await _page(desk, request_id, form_keys.new(), _Again(200, {}))


@router.post("", responses=REFUSES)
async def book(
    request_id: UUID, request: Request, desk: Working, form_keys: TheFormKeys, answers: TheAnswers
) -> Response:
    sent = await request.form()
    typed = typed_values(BookConsultation, sent)
    try:
        key = await form_key(request, form_keys, f"staff:{desk.staff.staff_id}")
    except (FormKeyRefused, FormTooOld):
        return await _page(desk, request_id, form_keys.new(), _Again(422, typed, {"form": TOO_OLD}))
    wanted = parse_form(BookConsultation, sent)
    again: _Again
    if isinstance(wanted, FormErrors):
        again = _Again(422, typed, wanted.errors)
    elif not (starts := wanted.starts(desk.settings.clinic.zone)):
        again = _Again(422, typed, {"time": SKIPPED})
    elif len(starts) > 1:
        again = _Again(409, typed, not_given=NotGiven(twice=starts))
    else:
        (start,) = starts

        async def do(tx: Transaction) -> Answer:
            wish = ConsultationWanted(
                desk.settings.clinic.id,
                await _patient(tx, desk, request_id),
                start,
                desk.staff.staff_id,
                wanted.clinician,
                request_id,
                wanted.overriding(start, desk.staff),
            )
            made = await book_consultation(tx, wish)
            return Answer.see_other(f"/staff/appointments/{made.id}")

        try:
            return (await answers.once(desk.database.alone, key, do)).response()
        except TimeRefused as refusal:
            again = _Again(409, typed, not_given=NotGiven(start, refusal))
        except TimeIsPast:
            again = _Again(422, typed, {"time": PAST})
        except NotYoursToOverride:
            again = _Again(403, typed, {"form": NOT_YOURS})
        except (KeyUsedForAnother, AnswerGone):
            return await _page(desk, request_id, form_keys.new(), _Again(422, typed, {"form": ALREADY_SENT}))
    return await _page(desk, request_id, str(sent[FIELD]), again)


async def _patient(tx: Transaction, desk: Desk, request_id: UUID) -> UUID:
    """Raises ConsultationNotFound."""
    found = await consultations.of_request(tx, request_id)
    if found is None or found.clinic_id != desk.settings.clinic.id:
        raise ConsultationNotFound(request_id)
    return found.patient_id


async def _page(desk: Desk, request_id: UUID, key: str, again: _Again) -> Response:
    """Raises ConsultationNotFound, NobodyWaits."""
    clinic_id = desk.settings.clinic.id
    async with desk.database.transaction(read_only=True) as tx:
        consultation = await consultations.of_request(tx, request_id)
        row = await consultation_list.find(tx, clinic_id, consultation.id) if consultation else None
        if consultation is None or row is None:
            raise ConsultationNotFound(request_id)
        if not consultation.can_be_given_a_time:
            raise NobodyWaits("This patient waits for no consultation.")
        clinic = await the_clinic(tx, clinic_id)
        missed = await appointments.look_at(tx, row.id) if row.state is ConsultationState.MISSED else None
    names = await open_names(desk.keyring, [(row.patient_id, row.contact)])
    return desk.pages.page(
        "book_consultation.html",
        status=again.status,
        staff=desk.staff,
        row=row,
        missed=missed,
        name=names.name(row.patient_id, row.reference),
        names_away=names.away,
        form_key=key,
        typed=dict.fromkeys(("date", "time", "clinician", "override"), "") | dict(again.typed),
        errors=dict(again.errors),
        clinicians=[(one.id, one.name) for one in clinic.of_kind(ResourceKind.CLINICIAN)],
        **refused_values(again.not_given, clinic, desk.staff),
    )
