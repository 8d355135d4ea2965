"""A request for a consultation is sent: by the patient, by a web front end for them, or by staff for a caller."""

from dataclasses import dataclass
from uuid import UUID

from services.intake.domain.consent import PURPOSE
from services.intake.domain.consultation_request import ConsultationRequest
from services.intake.domain.draft import Submission
from services.intake.domain.fair_share import NOT_COUNTED, Share
from services.intake.domain.own_page import own_page
from services.intake.domain.risk import RiskFlag, risk_of, urgency_of
from services.intake.store import patients, submissions
from services.intake.store.sealed_reasons import seal_reasons
from services.intake.use_cases import events
from services.intake.use_cases.raise_risk import raise_risk
from shared.database import Transaction
from shared.events.risk import RiskLevel
from shared.events.values import DecidedBy, Disposition, LinkTo, Urgency
from shared.ids import new_reference, new_token, uuid7
from shared.keyring.ciphers import PatientCipher
from shared.keyring.contact import ConsentGiven, Contact, seal_contact
from shared.settings import ClinicIdentity

LANGUAGE = "en"
TRIES = 8
"""Chances for a reference that is still free: with a million requests, one in 10²³ submissions would need more."""


@dataclass(frozen=True, slots=True)
class Door:
    """By which door a request comes in: where the clinic's pages are, and who filled the form in."""

    clinic: ClinicIdentity
    public_url: str
    by: DecidedBy = DecidedBy.PATIENT
    staff_id: UUID | None = None

    def link_to(self, token: str, language: str) -> str:
        return self.public_url + own_page(token, language)

    def link_to_unsent(self, token: str) -> str:
        return f"{self.public_url}/request/g/{token}"


@dataclass(frozen=True, slots=True)
class Submitted:
    """`token` is known here and in the patient's messages only; the table keeps its hash."""

    request: ConsultationRequest
    token: str
    risk: RiskFlag | None


class ReferencesExhausted(RuntimeError):
    """Not one of several random references was free: the prefix serves too many requests."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What a request that was filled in page by page has already when it is sent. Its risk was raised on the way."""

    request_id: UUID
    reference: str
    language: str
    disposition: Disposition
    urgency: Urgency
    hold_id: UUID | None = None
    read_out_by: UUID | None = None
    """Who of staff read the permissions to contact them out, to somebody who agreed aloud."""


async def submit_request(
    tx: Transaction,
    submission: Submission,
    cipher: PatientCipher,
    door: Door,
    share: Share = NOT_COUNTED,
    begun: Begun | None = None,
    language: str = LANGUAGE,
) -> Submitted:
    """Keep the request, the person, the consents and the link, and tell the others; a risk in the same breath.

    What is more than its share is kept like any other, and waits for staff; a risk waits for nobody. `language` is what
    messages are written in.

    The patient's key comes in ready-made: it lives in another database, where no transaction of ours reaches. It is
    created before this transaction, never after, because a request whose key was lost could not be read by anybody,
    while a key whose request was never committed opens nothing and harms nobody.
    """
    token = new_token()
    language = begun.language if begun else language
    contact = seal_contact(cipher, _contact(submission, door, token, language, tx), person_version=1)
    patient = patients.Patient(cipher.patient_id, door.clinic.id, contact)
    request = await _keep(tx, submission, patient, cipher, door, token, share, begun)
    tx.emit(events.requested(request, contact), of=request)

    risk = risk_of(submission.reasons) if begun is None else None
    flag = await _raise(tx, risk, request) if risk else None
    tx.changed("requests")
    return Submitted(request, token, flag)


def _contact(submission: Submission, door: Door, token: str, language: str, tx: Transaction) -> Contact:
    return Contact(
        name=submission.name,
        email=submission.email,
        mobile=submission.mobile,
        language=language,
        zone=submission.zone,
        consents=tuple(
            ConsentGiven(
                purpose=PURPOSE,
                channel=consent.channel,
                wording_version=consent.wording_version,
                given_at=tx.now,
            )
            for consent in submission.consents
        ),
        links={LinkTo.REQUEST: door.link_to(token, language)},
    )


async def _keep(
    tx: Transaction,
    submission: Submission,
    patient: patients.Patient,
    cipher: PatientCipher,
    door: Door,
    token: str,
    share: Share,
    begun: Begun | None,
) -> ConsultationRequest:
    """Under the first reference that is free, its own before all. Raises ReferencesExhausted."""
    request_id = begun.request_id if begun else uuid7()
    sealed = seal_reasons(cipher, request_id, submission.reasons)
    for attempt in range(TRIES):
        request = ConsultationRequest(
            id=request_id,
            clinic_id=patient.clinic_id,
            patient_id=patient.id,
            reference=begun.reference if begun and attempt == 0 else new_reference(door.clinic.reference_prefix),
            disposition=begun.disposition if begun else Disposition.BOOK,
            urgency=begun.urgency if begun else urgency_of(risk_of(submission.reasons)),
            wishes=submission.wishes,
            reachable=submission.reachable,
            requested_at=tx.now,
            entered_by=door.by,
            withdrawal=None,
            version=1,
            hold_id=begun.hold_id if begun else None,
        )
        read_out_by = begun.read_out_by if begun else door.staff_id
        new = submissions.NewRequest(
            patient, request, sealed, submission.consents, token, door.staff_id, read_out_by, share
        )
        if kept := await submissions.add(tx, new):
            return kept
    raise ReferencesExhausted(door.clinic.reference_prefix)


async def _raise(tx: Transaction, level: RiskLevel, request: ConsultationRequest) -> RiskFlag:
    return await raise_risk(
        tx,
        level,
        clinic_id=request.clinic_id,
        patient_id=request.patient_id,
        request_id=request.id,
        reference=request.reference,
    )
