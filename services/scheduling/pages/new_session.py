"""`/staff/sessions/new`: staff book one infusion session by hand. First for whom, then when and with whom."""

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import Field
from starlette.responses import RedirectResponse

from services.scheduling.domain.override import NotYoursToOverride
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.outside.intake import IntakeSilent
from services.scheduling.pages.appointment_desk import Desk, Working
from services.scheduling.pages.appointment_drawn import the_clinic
from services.scheduling.pages.choose_patient import by_reference
from services.scheduling.pages.named_people import MOST, SILENT, ThePeople, named
from services.scheduling.pages.new_session_drawn import KEPT, choose_page, chosen_of, form_page
from services.scheduling.pages.refused_time import GIVEN, NotGiven
from services.scheduling.pages.typed_start import NOT_YOURS, SKIPPED, TypedStart
from services.scheduling.problems import NoSessionsHere
from services.scheduling.store import patients
from services.scheduling.store.patients import Circle
from services.scheduling.use_cases.book_session import (
    PatientUnknown,
    PrescriberUnknown,
    SessionWanted,
    book_session,
)
from shared.database import Transaction
from shared.web.dependencies import TheAnswers, TheFormKeys
from shared.web.form_key import FIELD, FormKeyRefused, FormTooOld
from shared.web.forms import FormErrors, parse_form, typed_values
from shared.web.idempotency import Answer, AnswerGone, KeyUsedForAnother, form_key
from shared.web.problems import problems as may_refuse

router = APIRouter(prefix="/staff/sessions/new", include_in_schema=False)

TOO_OLD = "This page was open for more than a day. Look it through once more and send it again."
ALREADY_SENT = "This form was sent already, with other entries. To book another session, send it again."
CHOOSE = "Choose the patient."
NOT_OURS = "Choose a patient of this clinic."
CHOOSE_PRESCRIBER = "Choose the prescriber."
ENTER = "Enter a whole name or a reference, or choose from the list."
NOBODY = (
    "Nobody is found by this. A name has to be whole; a reference looks like {prefix}-4K7Q2M. Or choose from the list."
)

ShortText = Annotated[str, Query(max_length=40)]
TypedBefore = Annotated[str, Form(max_length=40)]


class NewSession(TypedStart):
    patient: UUID = Field(json_schema_extra={"messages": {"missing": CHOOSE, "uuid_parsing": CHOOSE}})
    prescriber: UUID = Field(
        json_schema_extra={"messages": {"missing": CHOOSE_PRESCRIBER, "uuid_parsing": CHOOSE_PRESCRIBER}}
    )


@router.get("", responses=may_refuse(NoSessionsHere))
async def form(
    desk: Working,
    form_keys: TheFormKeys,
    patient: UUID | None = None,
    find: ShortText = "",
    circle: Circle = Circle.CONSULTED,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    date: ShortText = "",
    time: ShortText = "",
    prescriber: ShortText = "",
) -> Response:
    """Without `patient` it asks for whom. `find` is a reference; date, time and prescriber are kept on the way."""
    kept = _kept(date, time, prescriber)
    async with desk.database.transaction(read_only=True) as tx:
        await the_clinic(tx, desk.settings.clinic.id)
        found = await by_reference(tx, desk.settings.clinic, find) if find else None
    if found is not None:
        return _go_on_with(found, kept)
    chosen = await chosen_of(desk, patient) if patient else None
    if chosen is not None:
        return await form_page(desk, chosen, form_keys.new(), kept)
    errors: dict[str, str] = {}
    if find:
        errors["find"] = _nobody(desk)
    elif patient:
        errors["find"] = NOT_OURS
    return await choose_page(desk, kept, errors, find=find, circle=circle, page=page)


@router.post("/find", responses=may_refuse(NoSessionsHere))
async def look_for(
    desk: Working,
    people: ThePeople,
    typed: Annotated[str, Form(alias="find", max_length=100)] = "",
    date: TypedBefore = "",
    time: TypedBefore = "",
    prescriber: TypedBefore = "",
) -> Response:
    """Straight to the form for one person; of several who share a name, a list. By POST: a name stands in no address."""
    kept, clinic = _kept(date, time, prescriber), desk.settings.clinic
    if not typed.strip():
        return await choose_page(desk, kept, {"find": ENTER})
    async with desk.database.transaction(read_only=True) as tx:
        await the_clinic(tx, clinic.id)
        known = await by_reference(tx, clinic, typed)
    if known is not None:
        return _go_on_with(known, kept)
    try:
        meant = await named(people, typed.strip())
    except IntakeSilent:
        return await choose_page(desk, kept, {"find": SILENT.format(what="patient")}, find=typed)
    async with desk.database.transaction(read_only=True) as tx:
        ours = [one.id for one in await patients.these(tx, clinic.id, meant, most=MOST)]
    if not ours:
        return await choose_page(desk, kept, {"find": _nobody(desk)}, find=typed)
    return _go_on_with(ours[0], kept) if len(ours) == 1 else await choose_page(desk, kept, find=typed, meant=ours)


def _kept(date: str, time: str, prescriber: str) -> dict[str, str]:
    return {name: value for name, value in zip(KEPT, (date, time, prescriber), strict=True) if value}


def _go_on_with(patient: UUID, kept: dict[str, str]) -> Response:
    query = urlencode({"patient": patient, **kept})
    return RedirectResponse(f"/staff/sessions/new?{query}", status_code=303, headers={"Cache-Control": "no-store"})


def _nobody(desk: Desk) -> str:
    return NOBODY.format(prefix=desk.settings.clinic.reference_prefix)


@router.post("", responses=may_refuse(NoSessionsHere))
async def book(request: Request, desk: Working, form_keys: TheFormKeys, answers: TheAnswers) -> Response:
    sent = await request.form()
    typed = typed_values(NewSession, sent)
    try:
        key = await form_key(request, form_keys, f"staff:{desk.staff.staff_id}")
    except (FormKeyRefused, FormTooOld):
        return await _again(desk, typed, form_keys.new(), {"form": TOO_OLD})
    same_key = str(sent[FIELD])
    wanted = parse_form(NewSession, sent)
    if isinstance(wanted, FormErrors):
        return await _again(desk, typed, same_key, wanted.errors)
    starts = wanted.starts(desk.settings.clinic.zone)
    if not starts:
        return await _again(desk, typed, same_key, {"time": SKIPPED})
    if len(starts) > 1:
        return await _again(desk, typed, same_key, not_given=NotGiven(twice=starts))
    (start,) = starts
    staff_id, override = desk.staff.staff_id, wanted.overriding(start, desk.staff)
    wish = SessionWanted(desk.settings.clinic.id, wanted.patient, wanted.prescriber, start, staff_id, override)

    async def do(tx: Transaction) -> Answer:
        session = await book_session(tx, wish, tx.now)
        return Answer.see_other(f"/staff/sessions/{session.id}")

    try:
        return (await answers.once(desk.database.alone, key, do)).response()
    except TimeRefused as refusal:
        return await _again(desk, typed, same_key, not_given=NotGiven(start, refusal))
    except NotYoursToOverride:
        return await _again(desk, typed, same_key, {"form": NOT_YOURS}, status=403)
    except PatientUnknown:
        return await _again(desk, typed, same_key, {"patient": NOT_OURS})
    except PrescriberUnknown:
        return await _again(desk, typed, same_key, {"prescriber": "Choose somebody who can be booked."})
    except (KeyUsedForAnother, AnswerGone):
        return await _again(desk, typed, form_keys.new(), {"form": ALREADY_SENT})


async def _again(
    desk: Desk,
    typed: dict[str, Any],
    key: str,
    errors: dict[str, str] | None = None,
    not_given: NotGiven = GIVEN,
    *,
    status: int = 0,
) -> Response:
    """The form as it was typed, with what is wrong; who has chosen nobody of this clinic chooses first."""
    errors = errors or {}
    chosen = await chosen_of(desk, typed.get("patient"))
    if chosen is None:
        kept = {name: typed[name] for name in KEPT if typed.get(name)}
        return await choose_page(desk, kept, {"find": errors.get("patient", CHOOSE)})
    status = status or (422 if errors else 409)
    return await form_page(desk, chosen, key, typed, errors, not_given, status=status)
