"""What intake says of later news, as its contracts have it: said here for it, until use cases of its own say it."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from services.intake.store import consultation_requests, patients
from services.intake.use_cases import events
from shared.database import Transaction
from shared.events.base import Event
from shared.events.consultation_request import ConsultationDeclined, InformationAsked, InformationGiven
from shared.events.patient import PatientContactChanged
from shared.events.questionnaire import QuestionnaireCompleted, ScalesDue
from shared.events.unsent_request import RequestPaused
from shared.events.values import ContactEnvelope, DecidedBy
from shared.ids import uuid7
from shared.keyring import Keyring
from shared.keyring.contact import open_contact, seal_contact


@dataclass(frozen=True, slots=True)
class _Fact:
    id: UUID
    version: int = 1


async def decline(tx: Transaction, clinic_id: UUID, request_id: UUID) -> None:
    await _say_of_request(tx, clinic_id, request_id, ConsultationDeclined, DecidedBy.STAFF, declined_at=tx.now)


async def ask_for_more(tx: Transaction, clinic_id: UUID, request_id: UUID) -> None:
    until = tx.now + timedelta(days=14)
    await _say_of_request(
        tx, clinic_id, request_id, InformationAsked, DecidedBy.STAFF, asked_at=tx.now, expires_at=until
    )


async def answer(tx: Transaction, clinic_id: UUID, request_id: UUID) -> None:
    await _say_of_request(tx, clinic_id, request_id, InformationGiven, DecidedBy.PATIENT, given_at=tx.now)


async def change_contact(
    tx: Transaction, keyring: Keyring, clinic_id: UUID, patient_id: UUID, email: str | None
) -> None:
    before = await patients.contact_of(tx, patient_id)
    cipher = await keyring.cipher(patient_id)
    contact = open_contact(cipher, before).model_copy(update={"email": email})
    sealed = seal_contact(cipher, contact, before.person_version + 1)
    version = await tx.fetchval(
        """
        update patient set contact = $2, person_version = $3, version = version + 1 where id = $1 returning version
        """,
        patient_id,
        sealed.sealed,
        sealed.person_version,
    )
    event = PatientContactChanged(
        clinic_id=clinic_id,
        patient_id=patient_id,
        contact=sealed,
        reachable=email is not None,
        changed_at=tx.now,
        by=DecidedBy.PATIENT,
    )
    tx.emit(event, of=_Fact(patient_id, version))


async def pause(tx: Transaction, clinic_id: UUID, patient_id: UUID, request_id: UUID) -> None:
    """Of a request to be, or of one that was sent since."""
    event = RequestPaused(
        clinic_id=clinic_id,
        patient_id=patient_id,
        pause_id=uuid7(),
        request_id=request_id,
        contact=ContactEnvelope(sealed="c2VhbGVk", person_version=1),
        asked_at=tx.now,
        expires_at=tx.now + timedelta(days=30),
    )
    tx.emit(event, of=_Fact(event.pause_id))


async def make_scales_due(tx: Transaction, clinic_id: UUID, patient_id: UUID, session_id: UUID | None) -> UUID:
    event = ScalesDue(
        clinic_id=clinic_id,
        patient_id=patient_id,
        questionnaire_id=uuid7(),
        session_id=session_id,
        contact=ContactEnvelope(sealed="c2VhbGVk", person_version=1),
        due_at=tx.now + timedelta(days=1),
        expires_at=tx.now + timedelta(days=8),
    )
    tx.emit(event, of=_Fact(event.questionnaire_id))
    return event.questionnaire_id


async def complete_scale(
    tx: Transaction, clinic_id: UUID, patient_id: UUID, questionnaire_id: UUID, *, finished: bool
) -> None:
    event = QuestionnaireCompleted(
        clinic_id=clinic_id,
        patient_id=patient_id,
        completion_id=uuid7(),
        questionnaire_id=questionnaire_id,
        finished=finished,
        scale="phq-9" if finished else "gad-7",
        total=9,
        band="mild",
        completed_at=tx.now,
    )
    tx.emit(event, of=_Fact(event.completion_id))


async def _say_of_request(
    tx: Transaction, clinic_id: UUID, request_id: UUID, kind: type[Event], by: DecidedBy, **more: object
) -> None:
    before = await consultation_requests.lock(tx, clinic_id, request_id)
    after = replace(before, version=before.version + 1)
    await consultation_requests.save(tx, after)
    state = dict(events.requested(after, await patients.contact_of(tx, after.patient_id)))
    tx.emit(kind.model_validate({**state, "by": by, **more}), of=after)
