"""`$find`, `$hold` and `$book` of appointments, in the manner of IHE ITI Scheduling (ITI-115 to ITI-117).

A program finds times, keeps one while its person decides, and books it: by the same use cases as staff on their pages. What
`$find` offers is kept nowhere; its id says what it is, and booking looks at everything again.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.scheduling.api.fhir import resources
from services.scheduling.api.fhir.asked import Asks, read_moment, refuse
from services.scheduling.api.fhir.described import answers, asked, sent
from services.scheduling.api.fhir.outcome import informed, refused
from services.scheduling.api.fhir.parameters import parameters_of
from services.scheduling.api.fhir.resources import MEDIA_TYPE, Json, Names, instant, uuid_of
from services.scheduling.api.fhir.search import FhirResponse, TheNames
from services.scheduling.domain.clinic import Clinic, Purpose, ResourceKind
from services.scheduling.domain.proposal import Proposal
from services.scheduling.domain.refusal import TimeRefused
from services.scheduling.domain.slots import Candidate
from services.scheduling.pages.staff import OurStaff, PatientStaff
from services.scheduling.problems import (
    NobodyWaits,
    NoSessionsHere,
    NoTimesToChoose,
    NotKept,
    PatientUnknown,
    PrescriberUnknown,
    TimeIsPast,
    TooManyHolds,
)
from services.scheduling.settings import SchedulingSettings
from services.scheduling.store import clinics, fhir_appointments
from services.scheduling.use_cases.book_proposal import book_kept, book_proposal
from services.scheduling.use_cases.find_times_for_staff import Sought, find_times_for_staff
from services.scheduling.use_cases.keep_for_staff import keep_for_staff
from shared.database import Database, Transaction
from shared.settings import Settings
from shared.web.dependencies import TheAnswers, TheDatabase, TheSettings
from shared.web.idempotency import Answer, Answers, header_key
from shared.web.staff_session import StaffSession

router = APIRouter(prefix="/fhir/Appointment", tags=["FHIR"])

MOST_DAYS = timedelta(days=62)
_UNUSED = frozenset(
    {"specialty", "organization", "location-string", "patient-resource", "reason", "referral-identifier"}
)
"""Of IHE's parameters: taken, not used, and said so."""
_USED = {
    "start": "From when on; needed",
    "end": "Until when; needed",
    "visit-type": "`consultation` or `session`",
    "practitioner": "Practitioner/…; several may do",
    "location-reference": "Location/…; several may do",
    "patient-reference": "Patient/…: what they have already is in the way, too",
    "_count": "At most so many",
}
_OF_ONE = {
    "appointment-reference": "Appointment/…, by the id that $find or $hold gave",
    "patient-reference": "Patient/…, where $find was not told",
}
Work = Callable[[Transaction], Awaitable[Answer]]


async def _rules(request: Request) -> SchedulingSettings:
    state = request.app.state
    if not hasattr(state, "scheduling_settings"):
        state.scheduling_settings = SchedulingSettings()
    return state.scheduling_settings


TheRules = Annotated[SchedulingSettings, Depends(_rules)]


@router.get(
    "/$find",
    summary="Find times",
    response_class=FhirResponse,
    responses=answers(NoTimesToChoose),
    openapi_extra=asked(_USED),
)
@router.post(
    "/$find",
    summary="Find times, by Parameters",
    response_class=FhirResponse,
    responses=answers(NoTimesToChoose),
    openapi_extra=sent(_USED),
)
async def find(
    request: Request, _staff: OurStaff, names: TheNames, database: TheDatabase, settings: TheSettings
) -> Response:
    """Proposed appointments between `start` and `end`, the earliest first: of a `visit-type`, with one of some
    `practitioner`s, at one of some places (`location-reference`), for a patient (`patient-reference`), as many as `_count`."""
    asks = await parameters_of(request, _UNUSED | _USED.keys())
    async with database.transaction(read_only=True) as tx:
        clinic = await _clinic(tx, settings)
        found: list[tuple[Candidate, Proposal]] = []
        for sought in _sought(asks, clinic):
            free = await find_times_for_staff(tx, sought)
            found += [(one, _proposal(one, sought)) for one in islice(free.found, asks.count())]
    unique = {proposal.name: (candidate, proposal) for candidate, proposal in found}
    first = sorted(unique.values(), key=lambda one: (one[1].starts_at, one[1].name))[: asks.count()]
    shown = [resources.proposed(candidate, proposal, names) for candidate, proposal in first]
    if unused := _UNUSED & asks.values.keys():
        shown.append(informed(f"These parameters were not looked at: {', '.join(sorted(unused))}."))
    return FhirResponse(resources.bundle(shown, names, total=len(first)))


@router.post(
    "/$hold",
    summary="Keep a time",
    response_class=FhirResponse,
    responses=answers(PatientUnknown, NoTimesToChoose, TooManyHolds),
    openapi_extra=sent(_OF_ONE),
)
async def hold(
    request: Request,
    staff: PatientStaff,
    names: TheNames,
    database: TheDatabase,
    settings: TheSettings,
    answers: TheAnswers,
    rules: TheRules,
) -> Response:
    """What `$find` offered (`appointment-reference`) is kept for its patient, for some minutes: `pending`. When it cannot be
    had, 409: a Bundle with nothing but an OperationOutcome, which names every reason and the nearest times that can."""
    # Asked for again it is the same that is kept, with or without a key; an answer kept for longer would promise what is over.
    wish, patient_id = _wished(await parameters_of(request, _OF_ONE), names)

    async def do(tx: Transaction) -> Answer:
        kept = await keep_for_staff(
            tx, settings.clinic.id, patient_id, wish, by=staff.staff_id, length=rules.hold_rules().length
        )
        assert kept.held_until is not None
        answer = await _answer(tx, settings, names, kept.id, informed(f"Kept until {instant(kept.held_until)}."))
        return replace(answer, kept=False)

    return await _once(request, staff, database, answers, names, do)


@router.post(
    "/$book",
    summary="Book a time",
    response_class=FhirResponse,
    responses=answers(
        PatientUnknown, PrescriberUnknown, NobodyWaits, NotKept, NoSessionsHere, NoTimesToChoose, TimeIsPast
    ),
    openapi_extra=sent(_OF_ONE),
)
async def book(
    request: Request,
    staff: PatientStaff,
    names: TheNames,
    database: TheDatabase,
    settings: TheSettings,
    answers: TheAnswers,
) -> Response:
    """What `$find` offered, or what `$hold` keeps, is booked: `booked`. A session for any patient of the clinic, a
    consultation for somebody on the waiting list. Refused as `$hold` is."""
    asks = await parameters_of(request, _OF_ONE)
    kept = _kept(asks, names)
    wish, patient_id = (None, None) if kept else _wished(asks, names)

    async def do(tx: Transaction) -> Answer:
        clinic_id = settings.clinic.id
        if kept is not None:
            made = await book_kept(tx, clinic_id, kept, by=staff.staff_id)
        else:
            assert wish is not None
            assert patient_id is not None
            made = await book_proposal(tx, clinic_id, patient_id, wish, by=staff.staff_id)
        return await _answer(tx, settings, names, made)

    return await _once(request, staff, database, answers, names, do)


async def _once(
    request: Request, staff: StaffSession, database: Database, answers: Answers, names: Names, do: Work
) -> Response:
    """With an Idempotency-Key the same again gets the same answer."""
    key = await header_key(request, f"staff:{staff.staff_id}")
    try:
        answer = await (database.alone(do) if key is None else answers.once(database.alone, key, do))
    except TimeRefused as no:
        return FhirResponse(resources.bundle([refused(no.missing, no.instead)], names), 409)
    return answer.response()


async def _answer(tx: Transaction, settings: Settings, names: Names, made: UUID, *told: Json) -> Answer:
    clinic = await _clinic(tx, settings)
    found = await fhir_appointments.find(tx, clinic.id, made)
    assert found is not None
    bundle = resources.bundle([resources.appointment(found, clinic, names), *told], names, total=1)
    return Answer(200, json.dumps(bundle).encode(), MEDIA_TYPE)


async def _clinic(tx: Transaction, settings: Settings) -> Clinic:
    """Raises NoTimesToChoose before the clinic is set up."""
    if (clinic := await clinics.find(tx, settings.clinic.id)) is None:
        raise NoTimesToChoose("This clinic is not set up yet.")
    return clinic


def _sought(asks: Asks, clinic: Clinic) -> list[Sought]:
    """One for each clinician and kind that will do. Raises SearchRefused."""
    start, end = (asks.read(name, lambda text: read_moment(text, clinic.zone)) for name in ("start", "end"))
    if start is None or end is None:
        raise refuse("start" if start is None else "end", "Send it: a date, or a moment with its offset.")
    if end[0] - start[0] > MOST_DAYS:
        raise refuse("end", "Ask for two months at most.")
    patient = asks.read("patient-reference", lambda text: uuid_of(text, "Patient"))
    kinds = [_kind(text) for text in asks.values.get("visit-type", ())] or [Purpose.CONSULTATION]
    last, chairs = end[1] - timedelta(microseconds=1), _chairs(asks)
    return [
        Sought(clinic.id, kind, start[0], last, patient, clinician, chairs=chairs)
        for kind in dict.fromkeys(kinds)
        for clinician in _clinicians(asks, clinic)
    ]


def _kind(text: str) -> Purpose:
    """With or without the system before it. Raises SearchRefused."""
    try:
        return Purpose(text.rpartition("|")[2])
    except ValueError:
        raise refuse("visit-type", f"Ask for one of: {', '.join(Purpose)}.") from None


def _clinicians(asks: Asks, clinic: Clinic) -> list[UUID | None]:
    """Of those named, the ones that can be booked; None for whoever is free. Raises SearchRefused."""
    named = asks.values.get("practitioner", ())
    if not named:
        return [None]
    try:
        ids = [uuid_of(text, "Practitioner") for text in named]
    except ValueError:
        raise refuse("practitioner", "Name them as Practitioner/….") from None
    return [one.id for id_ in ids for one in clinic.of_kind(ResourceKind.CLINICIAN) if id_ in (one.staff_id, one.id)]


def _chairs(asks: Asks) -> frozenset[UUID]:
    """Raises SearchRefused."""
    try:
        return frozenset(uuid_of(text, "Location") for text in asks.values.get("location-reference", ()))
    except ValueError:
        raise refuse("location-reference", "Name them as Location/….") from None


def _proposal(candidate: Candidate, sought: Sought) -> Proposal:
    clinician = candidate.resource(ResourceKind.CLINICIAN)
    return Proposal(sought.purpose, candidate.during.start, sought.patient_id, clinician.id if clinician else None)


def _referred(asks: Asks, names: Names) -> str:
    """The id of the appointment that is meant. Raises SearchRefused."""
    text = (asks.one("appointment-reference") or "").removeprefix(f"{names.base}/")
    kind, _, id_ = text.rpartition("/")
    if not id_ or kind not in ("", "Appointment"):
        raise refuse("appointment-reference", "Name it as Appointment/…, by the id that $find or $hold gave.")
    return id_


def _kept(asks: Asks, names: Names) -> UUID | None:
    """What `$hold` gave; None for what `$find` gave."""
    try:
        return UUID(_referred(asks, names))
    except ValueError:
        return None


def _wished(asks: Asks, names: Names) -> tuple[Proposal, UUID]:
    """Of which patient, too. Raises SearchRefused."""
    try:
        wish = Proposal.named(_referred(asks, names))
    except (ValueError, OverflowError):
        raise refuse("appointment-reference", "Name what $find has offered.") from None
    patient = asks.read("patient-reference", lambda text: uuid_of(text, "Patient"))
    if patient is not None and wish.patient_id not in (None, patient):
        raise refuse("patient-reference", "It was found for another patient.")
    if (whose := patient or wish.patient_id) is None:
        raise refuse("patient-reference", "Say for which patient: here, or already with $find.")
    return replace(wish, patient_id=whose), whose
